import { describe, expect, it } from 'vitest';
import { renderJson } from '../../../src/plan/render/json.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { planOf } from './plan-of.ts';

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
    expect(JSON.parse(renderJson(plan, { id: 'abc', ref: 'refs/heads/main' }))).toEqual({
      revision: 'abc',
      inSync: false,
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
        { kind: 'delete', title: 'Old', id: 'id-3', url: 'https://a.tld/old', because: 'pruned', changes: [] },
      ],
      quarantined: [],
      conflicts: [{ title: 'Pinned', id: 'gone', source: 'webhooks.yaml:7:3', reason: plan.conflicts[0]?.reason }],
      pending: [{ title: 'Unclear', id: 'id-4', source: 'webhooks.yaml:7:3', because: plan.pending[0]?.because }],
      unmanaged: 1,
      warnings: [expect.stringContaining('id-4 is listed without a usable url')],
    });
  });

  it('is in sync when nothing is pending', () => {
    const plan = planOf({ desired: [desired()], observed: [observed()], policy: { mode: 'observe' } });
    expect(JSON.parse(renderJson(plan, { id: 'abc' }))).toMatchObject({ inSync: true, hold: 'observe', actions: [] });
  });
});
