import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../src/plan/render/json.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { contextOf, planOf, PROBLEMS } from './plan-of.ts';

const source = { file: 'webhooks.yaml', line: 7, column: 3 };

describe('the JSON of a plan', () => {
  it('has the shape that programs rely on', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'New', url: 'https://a.tld/new', source }),
        desired({ title: 'People', url: 'https://a.tld/people', config: { max_package_size: 200 }, source }),
        desired({ title: 'Pinned', url: 'https://a.tld/pinned', id: 'gone', source }),
        desired({ title: 'Unclear', url: 'https://a.tld/unclear', source }),
      ],
      tombstones: [{ title: 'Buried', source }],
      observed: [
        observed({ id: 'id-1', title: 'Users', url: 'https://a.tld/people', config: {} }),
        observed({ id: 'id-2', title: 'Buried', url: 'https://a.tld/buried' }),
        observed({ id: 'id-3', title: 'Old', url: 'https://a.tld/old' }),
      ],
      unusable: [{ id: 'id-4', title: 'Unclear' }],
      policy: { maxDeletes: { count: 0 } },
    });
    expect(
      JSON.parse(
        renderJson(plan, contextOf({ revision: { id: 'abc', ref: 'refs/heads/main' }, problems: PROBLEMS, errors: 1 })),
      ),
    ).toEqual({
      formatVersion: 1,
      tenant: { url: 'https://sandbox.upvest.co', clientId: 'client-1' },
      mode: 'sync',
      revision: 'abc',
      inSync: false,
      problems: [
        {
          severity: 'error',
          file: 'webhooks/orders.yaml',
          line: 3,
          column: 5,
          field: 'config.delay',
          message: '"1 minute" is not a duration',
          rule: 'duration',
        },
        {
          severity: 'warning',
          file: 'webhooks/users.yaml',
          line: 1,
          column: 3,
          field: '',
          message: 'unknown category @team',
          rule: 'unknown-category',
        },
      ],
      actions: [
        {
          kind: 'create',
          title: 'New',
          source: 'webhooks.yaml:7:3',
          changes: [
            { field: 'title', from: null, to: 'New' },
            { field: 'url', from: null, to: 'https://a.tld/new' },
            { field: 'enabled', from: null, to: true },
          ],
        },
        {
          kind: 'update',
          title: 'People',
          id: 'id-1',
          source: 'webhooks.yaml:7:3',
          because: 'rename',
          changes: [
            { field: 'title', from: 'Users', to: 'People' },
            { field: 'config.max_package_size', from: null, to: 200 },
          ],
        },
        {
          kind: 'delete',
          title: 'Buried',
          id: 'id-2',
          source: 'webhooks.yaml:7:3',
          url: 'https://a.tld/buried',
          because: 'tombstone',
          changes: [],
        },
      ],
      withheld: [
        { guard: 'max-deletes', deletes: 1, howToLift: plan.withheld[0]?.howToLift },
        { guard: 'unfinished', deletes: 1, howToLift: plan.withheld[1]?.howToLift },
      ],
      heldBack: [
        {
          kind: 'delete',
          title: 'Old',
          id: 'id-3',
          url: 'https://a.tld/old',
          because: 'pruned',
          changes: [],
          guards: ['max-deletes', 'unfinished'],
        },
      ],
      quarantined: [],
      conflicts: [{ title: 'Pinned', id: 'gone', source: 'webhooks.yaml:7:3', reason: plan.conflicts[0]?.reason }],
      pending: [{ title: 'Unclear', id: 'id-4', source: 'webhooks.yaml:7:3', because: plan.pending[0]?.because }],
      unmanaged: 1,
      warnings: [expect.stringContaining('id-4 is listed without a usable url')],
    });
  });

  it('says of a removal that the entry of its title has an error, where, and which guard keeps it', () => {
    const plan = planOf({ observed: [observed({ title: ' Orders' })], checkoutValid: false });
    const context = contextOf({ problems: PROBLEMS, errors: 1 });
    expect(JSON.parse(renderJson(plan, context))).toMatchObject({
      heldBack: [
        {
          title: ' Orders',
          because: 'entry-error',
          source: 'webhooks/orders.yaml:3:5',
          guards: expect.arrayContaining(['invalid-checkout']),
        },
      ],
    });
  });

  it('is in sync when nothing is pending', () => {
    const plan = planOf({ desired: [desired()], observed: [observed()], policy: { mode: 'observe' } });
    expect(JSON.parse(renderJson(plan, contextOf()))).toMatchObject({ inSync: true, hold: 'observe', actions: [] });
  });

  const drifted = { desired: [desired({ enabled: false })], observed: [observed()] };
  const extra = { desired: [desired()], observed: [observed(), observed({ title: 'Old', url: 'https://a.tld/old' })] };
  it.each([
    ['a file has an error', { desired: [desired()], observed: [observed()], checkoutValid: false }],
    ['the mode leaves an entry as it is', { ...drifted, policy: { mode: 'create' } as const }],
    ['the mode keeps what nothing wants', { ...extra, policy: { mode: 'upsert' } as const }],
    ['the mode keeps it in create too', { ...extra, policy: { mode: 'create' } as const }],
  ])('is not in sync where %s, although nothing is to be done', (_, input) => {
    const plan = planOf(input);
    expect(JSON.parse(renderJson(plan, contextOf()))).toMatchObject({ inSync: false, actions: [] });
  });

  it('is in sync where an entry is left alone because it is suspended, or a subscription is not owned', () => {
    const suspended = planOf({ ...drifted, desired: [desired({ enabled: false, suspend: true })] });
    const foreign = planOf({ ...extra, policy: { mode: 'upsert', owns: [{ title: 'Orders' }] } });
    for (const plan of [suspended, foreign])
      expect(JSON.parse(renderJson(plan, contextOf()))).toMatchObject({ inSync: true });
  });
});
