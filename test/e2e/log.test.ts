/** What an engineer learns from the log alone: what has happened, to which subscription, and when it was over. */
import { describe, expect, it } from 'vitest';
import { type LogLine, program, RunningDaemon, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;
/** What the checkout wants is owned by its url, so that a redirected subscription is not ours any more. */
const BY_URL = { RECONCILER_OWNS: '[{"url": "https://hooks.example.com/*"}]' };

const hooks = (count: number) =>
  Array.from({ length: count }, (_, n) => `- { title: Hook ${n}, url: "https://hooks.example.com/${n}" }`).join('\n');

/** The daemon after its first pass. */
async function daemonOn(tenant: Tenant, env: Readonly<Record<string, string>> = {}): Promise<RunningDaemon> {
  const daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_RESYNC: '1h', ...env });
  await daemon.until(({ msg }) => msg === 'pass ended');
  return daemon;
}

/** The lines of a message. */
function said(daemon: RunningDaemon, message: string): readonly LogLine[] {
  return daemon.lines.filter(({ msg }) => msg === message);
}

describe('the log of the daemon', () => {
  it('begins with the tenant, and with what the configuration was put together from, by name alone', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start(['--mode', 'observe'], tenant.env);
    const starting = await daemon.until(({ msg }) => msg === 'starting');
    expect(starting).toMatchObject({
      tenant: { url: tenant.sandbox.url, clientId: tenant.sandbox.credentials.clientId },
      configuration: {
        environment: expect.arrayContaining(['UPVEST_API_URL', 'UPVEST_CLIENT_SECRET_FILE']),
        flags: expect.arrayContaining(['--mode', '--port']),
      },
    });
  });

  it('names a subscription that was redirected to a url that is not ours, once, and says when it is over', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await daemonOn(tenant, BY_URL);
    tenant.sandbox.edit('Orders', { url: 'https://stranger.example.net/?token=canary' });
    await daemon.reconcile();
    await daemon.reconcile();
    expect(said(daemon, 'pass ended').at(-1)).toMatchObject({ result: 'incomplete', undone: { Conflict: 1 } });
    const begun = said(daemon, 'subscription needs attention');
    expect(begun).toMatchObject([{ level: 'warn', title: 'Orders', state: 'Conflict', reason: expect.any(String) }]);
    expect(JSON.stringify(begun)).toContain('stranger.example.net');
    expect(daemon.raw.join('\n')).not.toContain('canary');
    tenant.sandbox.edit('Orders', { url: HOOK });
    await daemon.reconcile();
    await daemon.reconcile();
    expect(said(daemon, 'subscription no longer needs attention')).toMatchObject([
      { level: 'info', title: 'Orders', was: 'Conflict', state: 'InSync' },
    ]);
  });

  it('does not repeat itself where the configuration is read again', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: 'https://stranger.example.net/' }]);
    await tenant.files({ 'orders.yaml': ORDERS, 'users.yaml': '- { tittle: Users }' });
    await using daemon = await daemonOn(tenant, BY_URL);
    const turns = () => [
      ...said(daemon, 'subscription needs attention'),
      ...said(daemon, 'error in a file of the checkout'),
    ];
    const before = turns();
    expect(before.length).toBeGreaterThan(1);
    daemon.kill('SIGHUP');
    await daemon.until(({ msg, trigger }) => msg === 'pass ended' && trigger === 'reload');
    expect(turns()).toEqual(before);
  });

  it('names the place of an error in a file, and says when it is fixed', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await daemonOn(tenant);
    await tenant.files(ORDERS.replace('title', 'tittle'));
    await daemon.reconcile();
    await daemon.reconcile();
    expect(said(daemon, 'error in a file of the checkout')).toContainEqual(
      expect.objectContaining({
        level: 'error',
        file: 'webhooks.yaml',
        line: 1,
        column: 5,
        message: expect.stringContaining('did you mean "title"'),
      }),
    );
    const count = said(daemon, 'error in a file of the checkout').length;
    await tenant.files(ORDERS);
    await daemon.reconcile();
    await daemon.reconcile();
    expect(said(daemon, 'error in a file is fixed')).toHaveLength(count);
    expect(said(daemon, 'error in a file of the checkout')).toHaveLength(count);
  });

  it('says of drift that is put right who made it, and from what to what', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await daemonOn(tenant);
    expect(said(daemon, 'tenant changed')).toMatchObject([
      { action: 'create', origin: 'git', changes: expect.arrayContaining([{ field: 'url', from: null, to: HOOK }]) },
      { action: 'enable', origin: 'git', changes: [{ field: 'enabled', from: false, to: true }] },
    ]);
    tenant.sandbox.edit('Orders', { url: 'https://user:canary@stranger.example.net/' });
    await daemon.reconcile();
    const audit = said(daemon, 'tenant changed').filter(({ action }) => action === 'update');
    expect(audit).toMatchObject([
      {
        audit: true,
        origin: 'remote',
        fields: ['url'],
        changes: [{ field: 'url', from: 'https://***@stranger.example.net/', to: HOOK }],
      },
    ]);
  });

  it('names the deletes that a guard withholds when that begins, and when it ends', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(hooks(30));
    await using daemon = await daemonOn(tenant, { RECONCILER_MAX_DELETES: '1' });
    await tenant.files(hooks(1));
    await daemon.reconcile();
    await daemon.reconcile();
    const [held, ...more] = said(daemon, 'deletes withheld');
    expect(more).toEqual([]);
    expect(held).toMatchObject({
      level: 'warn',
      deletes: 29,
      titles: expect.arrayContaining(['Hook 1']),
      guards: [{ guard: 'max-deletes', deletes: 29, howToLift: expect.any(String) }],
    });
    await tenant.files(hooks(30));
    await daemon.reconcile();
    expect(said(daemon, 'deletes no longer withheld')).toMatchObject([{ level: 'info', deletes: 29 }]);
  });

  it('says that passes fail, why, and that they no longer do', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await daemonOn(tenant, { LOG_LEVEL: 'info', UPVEST_RETRIES: '0' });
    tenant.sandbox.fault({ on: 'GET *', times: 'always', effect: { kind: 'answer', status: 503 } });
    await daemon.reconcile();
    tenant.sandbox.clearFaults();
    await daemon.reconcile();
    const ends = said(daemon, 'pass ended').map(({ level, result, error }) => [level, result, error !== undefined]);
    expect(ends).toEqual([
      ['info', 'converged', false],
      ['error', 'failed', true],
      ['info', 'converged', false],
    ]);
  });

  it('has at most twenty lines and a count of one kind where a thousand subscriptions turn at once', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(hooks(1_000));
    tenant.sandbox.fault({ on: 'POST /webhooks', times: 'always', effect: { kind: 'answer', status: 400 } });
    await using daemon = await daemonOn(tenant, { LOG_LEVEL: 'info' });
    const counts = Object.fromEntries(
      [...Map.groupBy(daemon.lines, ({ msg }) => msg)].map(([message, lines]) => [message, lines.length]),
    );
    expect(counts).toMatchObject({
      'subscription needs attention': 20,
      'more subscriptions need attention': 1,
      'change failed': 20,
      'more changes failed': 1,
    });
    expect(daemon.lines.length).toBeLessThan(50);
  }, 60_000);
});

it('the log of apply has the same audit lines', async () => {
  await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true, type: ['ALL'] }]);
  await tenant.files(ORDERS.replace(HOOK, `${HOOK}/v2`));
  const { stderr } = await program(['apply', '--yes'], tenant.env);
  const lines = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
  expect(lines.filter(({ audit }) => audit === true)).toMatchObject([
    { action: 'update', changes: [{ field: 'url', from: HOOK, to: `${HOOK}/v2` }] },
  ]);
});

it('the log of a terminal is in sentences', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  const env = { ...tenant.env, LOG_FORMAT: 'pretty', RECONCILER_HOST: '127.0.0.1', RECONCILER_RESYNC: '1s' };
  const daemon = startProgram(['run', '--port', '0'], { ...env, RECONCILER_MAX_DELETES: '0' });
  try {
    await daemon.until(/created Orders\n[^]*pass ended: converged, 1 created, 1 enabled/);
    tenant.sandbox.edit('Orders', { enabled: false });
    await daemon.until(/put back Orders: enabled false → true \(changed by another client\)\n/);
    await tenant.files(ORDERS.replace(HOOK, `${HOOK}/v2`));
    await daemon.until(/updated Orders: url \S+ → \S+\/v2\n/);
    await tenant.files('- { title: Users, url: https://hooks.example.com/users }');
    await daemon.until(/withheld Orders: \(max-deletes\) /);
  } finally {
    await daemon.stop('SIGKILL');
  }
});
