import { describe, expect, it } from 'vitest';
import { renderText } from '../../../src/plan/render/text.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { contextOf, planOf, PROBLEMS } from './plan-of.ts';

const REVISION = {
  id: '3f2c9e1d8a4b3f2c9e1d8a4b3f2c9e1d8a4b3f2c',
  ref: 'refs/heads/main',
  subject: 'Add the reports hook',
};
const CONTEXT = contextOf({ revision: REVISION });
const at = (line: number) => ({ file: 'webhooks/users.yaml', line, column: 5 });

const CHANGES = planOf({
  desired: [
    desired({
      title: 'Reports',
      url: 'https://a.tld/reports',
      type: ['ALL'],
      exclude_type: ['REPORT'],
      enabled: false,
      source: at(4),
    }),
    desired({
      title: 'People',
      url: 'https://a.tld/people',
      type: ['USER', 'USER_CHECK'],
      config: { delay: '10s' },
      source: at(14),
    }),
    desired({ title: 'Off', url: 'https://a.tld/off', source: at(24) }),
  ],
  observed: [
    observed({ id: 'id-1', title: 'Users', url: 'https://a.tld/people', type: ['USER'] }),
    observed({ id: 'id-2', title: 'Off', url: 'https://a.tld/off', enabled: false }),
    observed({ id: 'id-3', title: 'Old', url: 'https://a.tld/old' }),
  ],
});

describe('the text of a plan', () => {
  it('shows every change with its sign, its place, its fields before and after, and a summary', () => {
    expect(renderText(CHANGES, CONTEXT)).toBe(
      `Tenant https://sandbox.upvest.co (client client-1)
Revision 3f2c9e1d8a4b (main) Add the reports hook

  + create "Reports"  webhooks/users.yaml:4:5
      url           https://a.tld/reports
      enabled       false
      type          ALL
      exclude_type  REPORT

  ~ enable "Off"  id-2  webhooks/users.yaml:24:5
      enabled  false → true

  ~ update "People"  id-1  webhooks/users.yaml:14:5
      renamed in place: it has the same url, and its queue stays with its receiver
      title         "Users" → "People"
      type          USER → USER, USER_CHECK
      config.delay  5s → 10s

  - delete "Old"  id-3
      nothing in the checkout wants it
      url  https://a.tld/old

Plan: 1 to create, 1 to enable, 1 to update, 1 to delete.
`,
    );
  });

  it('shows whole values as a diff if asked', () => {
    const text = renderText(CHANGES, CONTEXT, { diff: true });
    expect(text).toContain(`      - type          USER\n      + type          USER, USER_CHECK\n`);
    expect(text).toContain(`      + title         "Reports"\n      + url           https://a.tld/reports\n`);
    expect(text).toContain(`      - config.max_package_size  10240\n`);
  });

  it('shows long lists of categories by the items that join and leave', () => {
    const plan = planOf({
      desired: [desired({ type: ['A', 'B', 'C', 'D', 'NEW'] })],
      observed: [observed({ type: ['A', 'B', 'C', 'D', 'OLD'] })],
    });
    expect(renderText(plan, CONTEXT)).toContain('      type  +NEW -OLD\n');
    expect(renderText(plan, CONTEXT, { diff: true })).toContain('+ type  A, B, C, D, NEW\n');
  });

  it('is coloured only if asked', () => {
    expect(renderText(CHANGES, CONTEXT, { color: true })).toContain('\u001b[32m+ create\u001b[39m');
    expect(renderText(CHANGES, CONTEXT)).not.toContain('\u001b');
  });

  it('shows what is withheld and how to lift that, and what is in conflict, suspended, in quarantine and not managed', () => {
    const plan = planOf({
      desired: [
        desired({ title: 'Pinned', url: 'https://a.tld/pinned', id: 'gone', source: at(1) }),
        desired({
          title: 'Resting',
          url: 'https://a.tld/rest',
          enabled: false,
          suspend: '2026-12-24T08:00:00Z',
          source: at(9),
        }),
      ],
      observed: [
        observed({ id: 'id-1', title: 'Resting', url: 'https://a.tld/rest' }),
        observed({ id: 'id-2', title: 'Old', url: 'https://a.tld/old' }),
        observed({
          id: 'id-3',
          title: 'Older',
          url: 'https://a.tld/older',
          enabled: false,
          updated_at: '2026-06-01T11:00:00Z',
        }),
        observed({ title: 'Theirs', url: 'https://other.tld/' }),
      ],
      policy: { owns: [{ url: 'https://a.tld/*' }], maxDeletes: { count: 0 }, quarantineMs: 7_200_000 },
    });
    const text = renderText(plan, contextOf({ revision: { id: 'sha256:00ff' } }));
    for (const line of [
      '  ! withheld by max-deletes: 1 removal',
      '      - quarantine "Old"  id-2',
      '          enabled  true → false',
      '  ! conflict "Pinned"  gone  webhooks/users.yaml:1:5',
      '  ! in quarantine "Older"  id-3',
      '      disabled, and deleted after 2026-06-01T13:00:00.000Z unless the checkout wants it again',
      '  = suspended until 2026-12-24T08:00:00Z "Resting"  id-1  webhooks/users.yaml:9:5',
      '1 more on the tenant is not managed here.',
      'Plan: 1 withheld, 1 conflict.',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toContain('policy.maxDeletes');
  });

  it('counts in its last line what is wrong with the files', () => {
    const last = (desiredOnes: Parameters<typeof planOf>[0]['desired'], over: Parameters<typeof contextOf>[0]) =>
      renderText(planOf({ desired: desiredOnes ?? [], checkoutValid: over?.errors === undefined }), contextOf(over))
        .trimEnd()
        .split('\n')
        .at(-1);
    expect(last([desired()], { problems: PROBLEMS, errors: 1 })).toBe(
      'Plan: 1 to create. The files have 1 error and 1 warning: entries with errors are left out.',
    );
    expect(last([], { problems: PROBLEMS, errors: 3 })).toBe(
      'Nothing to change for what can be read: 0 subscriptions. The files have 3 errors and 1 warning: entries with errors are left out.',
    );
    expect(last([desired()], { problems: PROBLEMS.slice(1) })).toBe('Plan: 1 to create. The files have 1 warning.');
  });

  const broken = { observed: [observed({ title: 'Orders' }), observed({ title: 'Old' })], checkoutValid: false };

  it('names what is wrong with the files above its last line', () => {
    const text = renderText(planOf({ checkoutValid: false }), contextOf({ problems: PROBLEMS, errors: 1 }));
    expect(text.split('\n\n').at(-2)).toBe(
      `webhooks/orders.yaml:3:5  config.delay  "1 minute" is not a duration
webhooks/users.yaml:1:3  warning: unknown category @team`,
    );
  });

  it('names at most 20 problems, the errors before the warnings, and counts the others', () => {
    const [error, warning] = PROBLEMS;
    const warnings = Array.from({ length: 25 }, (_, index) => ({ ...warning, file: 'a.yaml', line: index + 1 }));
    const text = renderText(planOf({}), contextOf({ problems: [...warnings, error], errors: 1 }));
    const lines = text.split('\n\n').at(-2)?.split('\n') ?? [];
    expect(lines).toHaveLength(21);
    expect(lines[19]).toContain('"1 minute" is not a duration');
    expect(lines[20]).toBe('… and 6 more: `webhook-reconciler validate` lists them.');
  });

  it('says of a removal that the entry of its title has an error, and never that nothing wants it where files cannot be read', () => {
    const text = renderText(planOf(broken), contextOf({ problems: PROBLEMS, errors: 1 })).replace(/\s+/g, ' ');
    expect(text).toContain(
      'webhooks/orders.yaml:3:5 its entry has an error: webhooks/orders.yaml:3:5. The guard invalid-checkout keeps it until that is fixed',
    );
    expect(text).toMatch(/- delete "Old" \S+ nothing that can be read of the checkout wants it/);
  });

  it('does not call a quarantine that an error holds one that is due', () => {
    const plan = planOf({ ...broken, policy: { quarantineMs: 7_200_000 } });
    const text = renderText(plan, contextOf({ problems: PROBLEMS, errors: 1 })).replace(/\s+/g, ' ');
    expect(text).toMatch(/- quarantine "Orders" .* keeps it until that is fixed enabled true → false/);
  });

  it('says in one line that all is well, or that nothing is carried out', () => {
    const last = (over: Parameters<typeof planOf>[0]) => renderText(planOf(over), CONTEXT).trimEnd().split('\n').at(-1);
    const drifted = { desired: [desired({ enabled: false })], observed: [observed()] };
    expect(last({ desired: [desired()], observed: [observed()] })).toBe('In sync: 1 subscription.');
    expect(last({ ...drifted, policy: { mode: 'create' } })).toBe(
      'Nothing to change: 1 subscription, 1 of them left as it is.',
    );
    const extra = {
      desired: [desired()],
      observed: [observed(), observed({ title: 'Old', url: 'https://a.tld/old' })],
    };
    expect(last({ ...extra, policy: { mode: 'upsert' } })).toBe(
      'Nothing to change: 1 subscription, 1 more that nothing wants, kept in this mode.',
    );
    expect(last({ ...drifted, policy: { mode: 'observe' } })).toBe(
      'Plan: 1 to update. None of it is carried out: the mode is observe.',
    );
    expect(last({ ...drifted, frozenUntil: '2026-06-01T13:00:00Z' })).toContain('a freeze window is open');
  });
});
