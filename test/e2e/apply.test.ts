/** One pass of the built program from outside: what becomes of a tenant, judged by the sandbox's own history. */
import { describe, expect, it } from 'vitest';
import { type Environment, program } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';

describe('an entry the tenant does not have', () => {
  it('is created and then enabled, with the least scope for each request and not one too many', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(`
      - { title: One, url: https://hooks.example.com/1 }
      - { title: Two, url: https://hooks.example.com/2 }
      - { title: Three, url: https://hooks.example.com/3, enabled: false }
    `);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.requests().toSorted()).toEqual([
      'GET /webhooks',
      'PATCH /webhooks/{webhook_id}',
      'PATCH /webhooks/{webhook_id}',
      'POST /auth/token',
      'POST /auth/token',
      'POST /webhooks',
      'POST /webhooks',
      'POST /webhooks',
    ]);
    expect(tenant.sandbox.requests.map(({ scope }) => scope).slice(0, 3)).toEqual([
      undefined,
      'webhooks:read',
      undefined,
    ]);
    expect(enabled(tenant)).toEqual({ One: true, Two: true, Three: false });
  });

  it('is enabled by the next pass where the one before was cut off between create and enable', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: false }]);
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.history()).toEqual(['update Orders']);
    expect(tenant.one('Orders').enabled).toBe(true);
  });

  it('is created once although the answer to the create is lost', async () => {
    await using tenant = await Tenant.with();
    tenant.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } });
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.history()).toEqual(['create Orders', 'update Orders']);
  });

  it('gets a test delivery where it asks for one', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(`- { title: Orders, url: ${HOOK}, reconcile: { test: on-change } }`);
    await apply(tenant);
    expect(tenant.requests()).toContain('POST /webhooks/{webhook_id}/test');
  });
});

describe('an entry that is on the tenant already', () => {
  it('costs one request for the token and one for the listing while nothing differs', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true }]);
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.requests()).toEqual(['POST /auth/token', 'GET /webhooks']);
  });

  it('is updated in place, and what the file does not mention stays as it is', async () => {
    await using tenant = await Tenant.with([
      { title: 'Orders', url: HOOK, type: ['ORDER'], enabled: true, config: { delay: '7s' } },
    ]);
    const { id } = tenant.one('Orders');
    await tenant.files(`- { title: Orders, url: ${HOOK}, type: [ORDER, EXECUTION] }`);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.one('Orders')).toMatchObject({
      id,
      type: ['ORDER', 'EXECUTION'],
      config: { delay: '7s' },
      enabled: true,
    });
    expect(tenant.history()).toEqual(['update Orders']);
  });

  it('is renamed in place, so that its delivery queue survives', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true }]);
    const { id } = tenant.one('Orders');
    await tenant.files(`- { title: Trades, url: ${HOOK} }`);
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.one('Trades').id).toBe(id);
    expect(tenant.history()).toEqual(['update Trades']);
  });

  it('is left alone while it is suspended, and taken up again once the time is over', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: 'https://hooks.example.com/old', enabled: true }]);
    const entry = (suspend: string) => `- { title: Orders, url: ${HOOK}, reconcile: { suspend: ${suspend} } }`;
    await tenant.files(entry('2100-01-01T00:00:00Z'));
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.history()).toEqual([]);
    await tenant.files(entry('2020-01-01T00:00:00Z'));
    expect(await apply(tenant)).toMatchObject({ code: 0 });
    expect(tenant.one('Orders').url).toBe(HOOK);
  });
});

describe('a subscription the checkout does not mention', () => {
  const seeded = [
    { title: 'Orders', url: HOOK, enabled: true },
    { title: 'Old', url: 'https://hooks.example.com/old', enabled: true },
    { title: 'Foreign', url: 'https://elsewhere.example.net/', enabled: true },
  ];
  const OWNS = { RECONCILER_OWNS: '[{"url": "https://hooks.example.com/*"}]' };

  it('is deleted where it is owned, after it was read once more, and left alone where it is not', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant, OWNS)).toMatchObject({ code: 0 });
    expect(tenant.titles()).toEqual(['Foreign', 'Orders']);
    const about = tenant.requests().filter((request) => request.endsWith('{webhook_id}'));
    expect(about).toEqual(['GET /webhooks/{webhook_id}', 'DELETE /webhooks/{webhook_id}']);
  });

  it('is deleted by a tombstone, owned or not, whatever maxDeletes says', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(`
      - { title: Orders, url: ${HOOK} }
      - { title: Old, url: https://hooks.example.com/old }
      - { title: Foreign, state: absent }
    `);
    expect(await apply(tenant, { ...OWNS, RECONCILER_MAX_DELETES: '0' })).toMatchObject({ code: 0 });
    expect(tenant.titles()).toEqual(['Old', 'Orders']);
  });

  it('is left alone where nothing is owned', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant, { RECONCILER_OWNS: '' })).toMatchObject({ code: 0 });
    expect(tenant.history()).toEqual([]);
  });

  it('is disabled first where there is a quarantine, deleted when it is over, and back with its id when git is', async () => {
    const old = (updated_at: string, enabled: boolean) => ({
      ...seeded[1]!,
      enabled,
      created_at: updated_at,
      updated_at,
    });
    await using tenant = await Tenant.with([seeded[0]!, old('2026-01-01T00:00:00Z', true)]);
    const { id } = tenant.one('Old');
    const quarantine = { RECONCILER_QUARANTINE: '24h' };
    const orders = `- { title: Orders, url: ${HOOK} }`;

    await tenant.files(orders);
    expect(await apply(tenant, quarantine)).toMatchObject({ code: 0 });
    expect(tenant.one('Old')).toMatchObject({ id, enabled: false });
    await apply(tenant, quarantine);
    expect(tenant.history()).toEqual(['update Old']);

    await tenant.files(`${orders}\n- { title: Old, url: https://hooks.example.com/old }`);
    await apply(tenant, quarantine);
    expect(tenant.one('Old')).toMatchObject({ id, enabled: true });

    await tenant.files(orders);
    tenant.sandbox.remove(id);
    tenant.sandbox.seed(old('2026-01-01T00:00:00Z', false));
    await apply(tenant, quarantine);
    expect(tenant.titles()).toEqual(['Orders']);
  });
});

describe('a subscription of the same title that is not ours', () => {
  const foreign = { title: 'Orders', url: 'https://elsewhere.example.net/', enabled: true };
  const OWNS = { RECONCILER_OWNS: '[{"url": "https://hooks.example.com/*"}]' };

  it('is a conflict that names the way out, and the others go on', async () => {
    await using tenant = await Tenant.with([foreign]);
    await tenant.files(`
      - { title: Orders, url: ${HOOK} }
      - { title: Users, url: https://hooks.example.com/users }
    `);
    const { code, stdout } = await apply(tenant, OWNS);
    expect(code).toBe(1);
    expect(stdout).toMatch(/policy\.adopt/);
    expect(tenant.history()).toEqual(['create Users', 'update Users']);
  });

  it('is adopted where policy.adopt is title', async () => {
    await using tenant = await Tenant.with([foreign]);
    const { id } = tenant.one('Orders');
    await tenant.files(`- { title: Orders, url: ${HOOK} }`);
    expect(await apply(tenant, { ...OWNS, RECONCILER_ADOPT: 'title' })).toMatchObject({ code: 0 });
    expect(tenant.one('Orders')).toMatchObject({ id, url: HOOK });
  });

  it('is adopted with exact where the url is the same', async () => {
    await using tenant = await Tenant.with([{ ...foreign, enabled: false }]);
    await tenant.files(`- { title: Orders, url: https://elsewhere.example.net/ }`);
    expect(await apply(tenant, { RECONCILER_OWNS: '' })).toMatchObject({ code: 0 });
    expect(tenant.history()).toEqual(['update Orders']);
  });
});

describe('the mode', () => {
  const seeded = [
    { title: 'Changed', url: 'https://hooks.example.com/before', enabled: true },
    { title: 'Extra', url: 'https://hooks.example.com/extra', enabled: true },
  ];
  const files = `
    - { title: Changed, url: https://hooks.example.com/after }
    - { title: New, url: https://hooks.example.com/new }
  `;
  it.each([
    ['sync', ['create New', 'update New', 'update Changed', 'delete Extra'], 0],
    ['upsert', ['create New', 'update New', 'update Changed'], 0],
    ['create', ['create New', 'update New'], 0],
    ['observe', [], 1],
  ])('%s does %j', async (mode, history, code) => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(files);
    expect(await apply(tenant, {}, '--mode', mode)).toMatchObject({ code });
    expect(tenant.history()).toEqual(history);
  });

  it('observe works with a client that may only read', async () => {
    await using tenant = await Tenant.with(seeded, { client: { keyType: 'ed25519', scopes: ['webhooks:read'] } });
    await tenant.files(files);
    const plan = await program(['plan', '--mode', 'observe'], tenant.env);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toContain('New');
  });
});

describe('a guard', () => {
  const seeded = ['A', 'B', 'C', 'D', 'E'].map((title) => ({
    title,
    url: `https://hooks.example.com/${title}`,
    enabled: true,
  }));
  const entries = (...titles: string[]) =>
    titles.map((title) => `- { title: ${title}, url: https://hooks.example.com/${title} }`).join('\n');

  it('withholds all deletes where there are more than maxDeletes, but no create', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(entries('A', 'B', 'C', 'F'));
    const { code, stdout } = await apply(tenant, { RECONCILER_MAX_DELETES: '' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/maxDeletes/);
    expect(tenant.titles()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
    expect(await apply(tenant, {}, '--max-deletes', '2')).toMatchObject({ code: 0 });
    expect(tenant.titles()).toEqual(['A', 'B', 'C', 'F']);
  });

  it('withholds all deletes where a file is broken, while the sound entries go on', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files({ 'sound.yaml': entries('A', 'B', 'F'), 'broken.yaml': '- title: [C\n' });
    const { code, stdout } = await apply(tenant);
    expect(code).toBe(1);
    expect(stdout).toMatch(/broken\.yaml:\d+:\d+/);
    expect(tenant.titles()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  });

  it('withholds all deletes where the checkout is empty, unless that is allowed', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files('[]');
    const { code, stdout } = await apply(tenant);
    expect(code).toBe(1);
    expect(stdout).toMatch(/allowEmpty/);
    expect(tenant.titles()).toHaveLength(5);
    expect(await apply(tenant, { RECONCILER_ALLOW_EMPTY: 'true' })).toMatchObject({ code: 0 });
    expect(tenant.titles()).toEqual([]);
  });

  it('withholds everything inside a freeze window', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files({
      'webhooks.yaml': entries('A', 'F'),
      '../config.yaml': 'schedule:\n  freeze: [{ start: "* * * * *", duration: 1h }]\n',
    });
    const { code, stdout } = await apply(tenant, {}, '--config', `${tenant.folder}/config.yaml`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/freeze/);
    expect(tenant.history()).toEqual([]);
  });

  it('lets nothing happen where the listing cannot be proved complete', async () => {
    await using tenant = await Tenant.with(seeded);
    await tenant.files(entries('A'));
    tenant.sandbox.fault({ on: 'GET /webhooks', times: 'always', effect: { kind: 'listing', totalCount: 1 } });
    const { code, stderr } = await apply(tenant);
    expect(code).toBe(1);
    expect(stderr).toMatch(/complete/);
    expect(tenant.history()).toEqual([]);
  });

  it('lets nothing happen where the checkout is missing', async () => {
    await using tenant = await Tenant.with(seeded);
    const { code, stderr } = await apply(tenant, { RECONCILER_PATH: `${tenant.folder}/nowhere` });
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
    expect(tenant.history()).toEqual([]);
  });
});

describe('a failure', () => {
  it('of one subscription does not stop the others, but holds the deletes', async () => {
    await using tenant = await Tenant.with([{ title: 'Old', url: 'https://hooks.example.com/old', enabled: true }]);
    tenant.sandbox.fault({
      on: 'POST /webhooks',
      title: 'Bad',
      times: 'always',
      effect: { kind: 'answer', status: 400 },
    });
    await tenant.files(`
      - { title: Bad, url: https://hooks.example.com/bad }
      - { title: Good, url: https://hooks.example.com/good }
    `);
    const { code, stdout } = await apply(tenant);
    expect(code).toBe(1);
    expect(stdout).toMatch(/ Failed +Bad .*\n.*answered 400.*\(request [0-9a-f-]+\)\n/);
    expect(tenant.titles()).toEqual(['Good', 'Old']);
  });

  it('to delete because somebody has just changed the subscription leads to a new plan', async () => {
    await using tenant = await Tenant.with([
      { title: 'Keep', url: HOOK, enabled: true },
      { title: 'Old', url: 'https://hooks.example.com/old', enabled: true },
    ]);
    const changed = { kind: 'meanwhile', edit: { pick: 'target', changes: { title: 'Keep this' } } } as const;
    tenant.sandbox.fault({ on: 'GET /webhooks/{webhook_id}', effect: changed });
    await tenant.files(`- { title: Keep, url: ${HOOK} }\n- { title: Keep this, url: https://hooks.example.com/old }`);
    await tenant.files(`- { title: Keep, url: ${HOOK} }`);
    await apply(tenant);
    expect(tenant.requests().filter((request) => request === 'GET /webhooks')).toHaveLength(2);
  });

  it('to converge is said with the fields the API does not take', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true }]);
    const { id, ...rest } = tenant.one('Orders');
    const stubborn = JSON.stringify({ id, ...rest });
    tenant.sandbox.fault({
      on: 'PATCH /webhooks/{webhook_id}',
      times: 'always',
      effect: { kind: 'answer', status: 200, body: { text: stubborn, contentType: 'application/json' } },
    });
    await tenant.files(`- { title: Orders, url: https://hooks.example.com/other }`);
    const { code, stdout } = await apply(tenant);
    expect(code).toBe(1);
    expect(stdout).toMatch(/Incomplete/);
  });
});

async function apply(tenant: Tenant, env: Environment = {}, ...args: string[]) {
  return program(['apply', '--yes', ...args], { ...tenant.env, ...env });
}

function enabled(tenant: Tenant): Record<string, boolean> {
  return Object.fromEntries(tenant.sandbox.subscriptions().map(({ title, enabled }) => [title, enabled]));
}

describe('a failure of apply is said once:', () => {
  const entries = (count: number): string =>
    Array.from({ length: count }, (_, n) => `- { title: Hook ${n}, url: https://hooks.example.com/${n} }`).join('\n');

  it('a refusal of all changes, in the summary and not at each of them nor in the log', async () => {
    await using tenant = await Tenant.with([], { client: { keyType: 'ed25519', scopes: ['webhooks:read'] } });
    await tenant.files(entries(3));
    const { code, stdout, stderr } = await program(['apply'], tenant.env);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.match(/ask Upvest to grant webhooks:admin/g)).toHaveLength(1);
    expect(stdout).toMatch(
      /\nFailed: nothing changed \(\d requests\)\. POST \/auth\/token answered 401 .*\n {2}Failed {2}Hook 0 .*\n {2}Failed {2}Hook 1 .*\n {2}Failed {2}Hook 2 .*\n$/,
    );
  });

  it('the same refusal of several entries, at the first of them, whatever the ids of the requests', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(entries(2));
    tenant.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 422 } });
    const { stdout, stderr } = await program(['apply'], tenant.env);
    expect(stderr).toBe('');
    expect(stdout.match(/POST \/webhooks answered 422 [^\n]* \(request [0-9a-f-]+\)\n/g)).toHaveLength(1);
  });

  it('an error in a file, where the files are reported', async () => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: https://hooks.example.com/orders, type: USER }');
    const { stdout, stderr } = await program(['apply'], tenant.env);
    expect(stdout.match(/"USER" is text: write a list: \[USER\]/g)).toHaveLength(1);
    expect(stdout).toMatch(/\n {2}Failed {2}Orders /);
    expect(stderr).not.toContain('is text');
  });

  it('and many are counted', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(entries(30));
    tenant.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 422 } });
    const { stdout } = await program(['apply'], tenant.env);
    expect(stdout.split('\n').filter((line) => line.startsWith('  Failed  '))).toHaveLength(20);
    expect(stdout).toMatch(/\n {2}and 10 more: 10 Failed\n$/);
  });
});
