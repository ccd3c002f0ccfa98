/** What an engineer on call reads of the built daemon, who has only /healthz, /status and /metrics. */
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const STRANGER = 'https://stranger.example.net/';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;

describe('the daemon tells, over HTTP alone,', () => {
  it('which tenant it is about, and in which version', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await afterFirstPass(tenant, ORDERS);
    const { body } = await daemon.get('/status');
    const [url, clientId] = [tenant.env['UPVEST_API_URL'], tenant.env['UPVEST_CLIENT_ID']];
    expect(body).toMatchObject({ tenant: { url, clientId }, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    const { body: metrics } = await daemon.get('/metrics');
    expect(metrics).toContain(`webhook_reconciler_tenant_info{url="${url}",client_id="${clientId}"} 1`);
  });

  it('that a subscription of the wanted title leads to a stranger, and where to', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: STRANGER, type: ['ORDER'], enabled: true }]);
    await using daemon = await afterFirstPass(tenant, `- { title: Orders, url: ${HOOK}, type: [USER] }`, {
      RECONCILER_OWNS: `[{"url": "https://hooks.example.com/*"}]`,
    });
    const { body } = await daemon.get('/status');
    expect(body.subscriptions).toMatchObject([
      {
        title: 'Orders',
        state: 'Conflict',
        url: STRANGER,
        type: ['ORDER'],
        desired: { title: 'Orders', url: HOOK, type: ['USER'], enabled: true },
        observed: { title: 'Orders', url: STRANGER, type: ['ORDER'], enabled: true },
        differs: [
          { field: 'url', from: STRANGER, to: HOOK },
          { field: 'type', from: ['ORDER'], to: ['USER'] },
        ],
      },
    ]);
    const { body: health } = await daemon.get('/healthz');
    expect(health).toMatchObject({ status: 'degraded', reasons: [expect.stringMatching(/^"Orders" Conflict: .+/)] });
    const { body: metrics } = await daemon.get('/metrics');
    expect(metrics).toContain('webhook_reconciler_subscription_info{title="Orders",state="Conflict"} 1');
  });

  it('what is wanted of a subscription that is yet to be created, and that nothing is there', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await afterFirstPass(tenant, ORDERS, { RECONCILER_MODE: 'observe' });
    const { body } = await daemon.get('/status');
    const [orders] = body.subscriptions;
    expect(orders).toMatchObject({
      state: 'Pending',
      desired: { title: 'Orders', url: HOOK, enabled: true },
      observed: null,
      differs: [
        { field: 'title', from: null, to: 'Orders' },
        { field: 'url', from: null, to: HOOK },
        { field: 'enabled', from: null, to: true },
      ],
    });
    for (const observed of ['id', 'url', 'type', 'enabled']) expect(orders).not.toHaveProperty(observed);
  });

  it('which place in a file is wrong, and that nothing is wanted or observed of it', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await afterFirstPass(
      tenant,
      `${ORDERS}\n- { title: Broken, url: 'http://hooks.example.com/' }`,
    );
    const { body: health } = await daemon.get('/healthz');
    expect(health.reasons).toEqual([expect.stringMatching(/^webhooks\.yaml:2:\d+: url: .*http:/)]);
    const { body } = await daemon.get('/status');
    expect(body.subscriptions).toMatchObject([
      { title: 'Orders', state: 'InSync' },
      { title: 'Broken', state: 'Failed', desired: null, observed: null, differs: [] },
    ]);
    expect(body.subscriptions[1]).not.toHaveProperty('url');
  });

  it('what a pass changed, from what to what, and whose doing that was', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await afterFirstPass(tenant, ORDERS);
    tenant.sandbox.edit('Orders', { enabled: false });
    expect((await daemon.reconcile()).status).toBe(200);
    const { body } = await daemon.get('/status');
    const put = body.passes[0];
    expect(put).toMatchObject({
      changes: { create: 0, enable: 1, update: 0, delete: 0 },
      changed: [
        {
          action: 'enable',
          title: 'Orders',
          id: tenant.one('Orders').id,
          changes: [{ field: 'enabled', from: false, to: true }],
          origin: 'remote',
          requestId: expect.any(String),
        },
      ],
    });
    expect(body.passes[1].changed.map(({ action }: { readonly action: string }) => action)).toEqual([
      'create',
      'enable',
    ]);
  });

  it('the first changes of a pass, and how many more there were', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await afterFirstPass(tenant, many(15), { UPVEST_REQUESTS_PER_SECOND: '1000' });
    const { lastPass } = (await daemon.get('/status')).body;
    expect(lastPass.changes).toMatchObject({ create: 15, enable: 15 });
    expect([lastPass.changed.length, lastPass.moreChanged]).toEqual([20, 10]);
  });

  it('until when a quarantine lasts', async () => {
    await using tenant = await Tenant.with([{ title: 'Old', url: `${HOOK}/old`, enabled: true }]);
    await using daemon = await afterFirstPass(tenant, ORDERS, {
      RECONCILER_OWNS: '"all"',
      RECONCILER_QUARANTINE: '24h',
    });
    expect(await daemon.reconcile()).toMatchObject({ body: { result: 'converged' } });
    const { body } = await daemon.get('/status');
    const old = body.subscriptions.find(({ title }: { readonly title: string }) => title === 'Old');
    expect(old).toMatchObject({ state: 'Quarantined', desired: null, observed: { enabled: false } });
    expect(Date.parse(old.until) - Date.parse(tenant.one('Old').updated_at)).toBe(86_400_000);
  });

  it('who it is, what it knows and since when, and what others do meanwhile', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true }]);
    const sourceUrl = 'https://git.example.com/blob/{revision}/{path}#L{line}';
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start(['--source-url', sourceUrl, '--resync', '1h'], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const { body: first } = await daemon.get('/status');
    const { updated_at: changedAt } = tenant.one('Orders');
    expect(first).toMatchObject({
      instance: hostname(),
      revision: first.checkout.revision,
      sourceUrl,
      freezeWindows: [],
      resync: { every: '1h', timezone: 'UTC' },
      passing: null,
      failingSince: null,
      inSyncSince: new Date(changedAt).toISOString(),
      subscriptions: [{ state: 'InSync', since: new Date(changedAt).toISOString() }],
      changes: [],
    });
    tenant.sandbox.edit('Orders', { enabled: false });
    await daemon.reconcile();
    const { body: second } = await daemon.get('/status');
    expect(second.changes).toMatchObject([
      { action: 'enable', origin: 'remote' },
      { action: 'drift', origin: 'remote' },
    ]);
    // Each is reckoned from the time since the start, at a moment of its own: they may be a millisecond apart.
    expect(Date.parse(second.changes[1].between.after)).toBeCloseTo(Date.parse(first.observedAt), -1);
    const since = Date.parse(second.subscriptions[0].since);
    expect(since).toBeGreaterThan(Date.parse(changedAt));
    expect(Date.parse(second.inSyncSince)).toBeGreaterThanOrEqual(since);
  });

  it('in a few words, however many subscriptions turn at once', async () => {
    const strangers = Array.from({ length: 200 }, (_, n) => ({ title: `Orders ${n}`, url: `${STRANGER}${n}` }));
    await using tenant = await Tenant.with(strangers);
    await using daemon = await afterFirstPass(tenant, many(200), {
      RECONCILER_OWNS: `[{"url": "https://hooks.example.com/*"}]`,
    });
    const { body: health } = await daemon.get('/healthz');
    expect(health.reasons).toHaveLength(4);
    expect(health.reasons[3]).toBe('and 197 more Conflict: see /status');
    const { body: metrics } = await daemon.get('/metrics');
    expect(metrics.match(/^webhook_reconciler_subscription_info\{/gm)).toHaveLength(100);
  });
});

const many = (count: number): string =>
  Array.from({ length: count }, (_, n) => `- { title: Orders ${n}, url: ${HOOK}/${n} }`).join('\n');

async function afterFirstPass(tenant: Tenant, files: string, env: Readonly<Record<string, string>> = {}) {
  await tenant.files(files);
  const daemon = await RunningDaemon.start([], { ...tenant.env, ...env });
  await daemon.until(({ msg }) => msg === 'pass ended');
  return daemon;
}
