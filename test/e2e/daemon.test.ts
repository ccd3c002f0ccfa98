/** The daemon of the built program, from outside, through a bad day. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SandboxCredentials } from '../../src/sandbox/api/clients.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { environment, Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;

describe('the daemon', () => {
  it('makes the tenant equal to the checkout at the start, and says so everywhere', async () => {
    await using tenant = await Tenant.with([{ title: 'Foreign', url: 'https://elsewhere.example.net/' }]);
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_OWNS: '[{"title": "Orders"}]' });
    const pass = await daemon.until(({ msg }) => msg === 'pass ended');
    expect(pass).toMatchObject({ result: 'converged', trigger: 'start', changes: { create: 1, enable: 1 } });

    const health = await daemon.get('/healthz');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok', reasons: [], leader: true, mode: 'sync' } });
    expect(health.body.revision).toMatch(/^sha256:/);
    expect(await daemon.get('/readyz')).toMatchObject({ status: 200 });
    expect(await daemon.get('/livez')).toMatchObject({ status: 200 });

    const { body } = await daemon.get('/status');
    expect(body).toMatchObject({
      revision: { id: health.body.revision },
      mode: 'sync',
      leader: true,
      lastPass: { result: 'converged', requests: 5 },
      subscriptions: [
        { title: 'Orders', state: 'InSync', url: HOOK, enabled: true, source: 'webhooks.yaml:1:3', differs: [] },
      ],
      unmanaged: [{ title: 'Foreign' }],
    });
    expect(Date.parse(body.nextPassAt)).toBeGreaterThan(0);

    const { body: metrics } = await daemon.get('/metrics');
    expect(metrics).toContain('webhook_reconciler_pass_total{result="converged"} 1');
    expect(metrics).toContain('webhook_reconciler_subscriptions{state="InSync"} 1');
    expect(metrics).toContain('webhook_reconciler_subscriptions{state="Unmanaged"} 1');
    expect(metrics).toContain('webhook_reconciler_actions_total{action="create",result="done"} 1');
    expect(metrics).toContain('webhook_reconciler_api_requests_total{method="POST",route="/webhooks",status="201"} 1');
  });

  it('leaves an API alone that asks for it, says until when, and tries for whoever triggers a pass', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 503, retryAfter: 1800 } });
    await using daemon = await RunningDaemon.start(['--resync', '1s'], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const { body } = await daemon.get('/healthz');
    expect(body.status).toBe('degraded');
    const [, until = ''] = /no pass before (\S+), unless/.exec(body.reasons.join('\n')) ?? [];
    expect(Math.abs(Date.parse(until) - Date.now() - 1_800_000)).toBeLessThan(60_000);
    const { body: status } = await daemon.get('/status');
    expect(Math.abs(Date.parse(status.nextPassAt) - Date.parse(until))).toBeLessThan(1_000);

    expect(await daemon.reconcile()).toMatchObject({ status: 200, body: { result: 'converged', trigger: 'request' } });
    expect((await daemon.get('/healthz')).body).toMatchObject({ status: 'ok', reasons: [] });
    expect((await daemon.nextPass())['trigger']).toBe('schedule');
  });

  it('writes one audit line for each change of the tenant', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const audit = daemon.lines.filter((line) => line['audit'] === true);
    const { id } = tenant.one('Orders');
    expect(audit).toMatchObject([
      {
        action: 'create',
        id,
        title: 'Orders',
        revision: expect.stringMatching(/^sha256:/),
        requestId: expect.any(String),
      },
      { action: 'enable', id, title: 'Orders', fields: ['enabled'], requestId: expect.any(String) },
    ]);
  });

  it('applies a change of a file as soon as it is saved', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const changed = daemon.until((line) => line['audit'] === true && line['title'] === 'Users');
    await tenant.files(`${ORDERS}\n- { title: Users, url: https://hooks.example.com/users }`);
    await changed;
  });

  it('corrects what somebody else changed, on schedule, and counts it as drift from outside', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start(['--resync', '1s'], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    tenant.sandbox.edit('Orders', { url: 'https://evil.example.com/' });
    await daemon.until((line) => line['audit'] === true && line['action'] === 'update');
    expect(tenant.one('Orders').url).toBe(HOOK);
    const { body } = await daemon.get('/metrics');
    expect(body).toContain('webhook_reconciler_drift_total{origin="remote"} 1');
    expect(body).toContain('webhook_reconciler_drift_total{origin="git"} 1');
  });

  it('shows drift, and whose it is, without touching it in mode observe', async () => {
    await using tenant = await Tenant.with([
      { title: 'Orders', url: 'https://hooks.example.com/other', enabled: true },
    ]);
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start(['--mode', 'observe'], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const { body } = await daemon.get('/status');
    expect(body.lastPass.result).toBe('observed');
    expect(body.subscriptions).toMatchObject([
      { title: 'Orders', differs: [{ field: 'url' }], origin: expect.any(String) },
    ]);
    expect(tenant.history()).toEqual([]);
  });

  it('runs a pass when it is told to, and answers with its result where somebody waits', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    expect(await daemon.reconcile()).toMatchObject({ status: 200, body: { result: 'converged', trigger: 'request' } });
    const queued = daemon.nextPass();
    expect((await fetch(`${daemon.url}/-/reconcile`, { method: 'POST' })).status).toBe(202);
    expect(await queued).toMatchObject({ trigger: 'request' });
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 400 } });
    expect(await daemon.reconcile()).toMatchObject({
      status: 500,
      body: { result: 'failed', error: expect.stringContaining('400') },
    });
  });

  it('takes a trigger only with the token where there is one, and none from a page in a browser', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const tokenFile = join(tenant.folder, 'trigger-token');
    await writeFile(tokenFile, 'let-me-in\n');
    await using daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_TRIGGER_TOKEN_FILE: tokenFile });
    const trigger = async (headers: Record<string, string>) =>
      (await fetch(`${daemon.url}/-/reconcile`, { method: 'POST', headers })).status;
    expect(await trigger({})).toBe(403);
    expect(await trigger({ authorization: 'Bearer wrong' })).toBe(403);
    expect(await trigger({ authorization: 'Bearer let-me-in' })).toBe(202);
    expect(await trigger({ authorization: 'Bearer let-me-in', origin: 'https://evil.example.com' })).toBe(403);
  });

  it('is read only with the token where there is one, and shows no queries of urls', async () => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: "https://hooks.example.com/orders?key=canary" }');
    const tokenFile = join(tenant.folder, 'read-token');
    await writeFile(tokenFile, 'let-me-see\n');
    await using daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_TOKEN_FILE: tokenFile });
    await daemon.until(({ msg }) => msg === 'pass ended');
    const probes = await Promise.all(['/healthz', '/livez', '/readyz'].map(async (path) => daemon.get(path)));
    expect(probes.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await daemon.get('/status')).toMatchObject({ status: 401 });
    const headers = { authorization: 'Bearer let-me-see' };
    expect((await fetch(`${daemon.url}/metrics`, { headers })).status).toBe(200);
    const status = await (await fetch(`${daemon.url}/status`, { headers })).text();
    expect(status).toContain('https://hooks.example.com/orders?***');
    expect(status).not.toContain('canary');
  });

  it('starts while the API is down, says so, and converges once it is back', async () => {
    const port = await freePort();
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const env = { ...tenant.env, UPVEST_API_URL: `http://127.0.0.1:${port}`, UPVEST_RETRIES: '0' };
    await using daemon = await RunningDaemon.start([], env);
    await daemon.until(({ msg, ...line }) => msg === 'pass ended' && line['result'] === 'failed');
    expect(await daemon.get('/healthz')).toMatchObject({
      status: 200,
      body: { status: 'degraded', lastSuccess: null },
    });
    expect(await daemon.get('/livez')).toMatchObject({ status: 200 });
    expect(await daemon.get('/readyz')).toMatchObject({ status: 200 });

    const { credentials } = tenant.sandbox;
    const back = await startSandbox({ port, client: credentials });
    try {
      await daemon.until(({ msg, ...line }) => msg === 'pass ended' && line['result'] === 'converged');
      expect(back.subscriptions()).toMatchObject([{ title: 'Orders', enabled: true }]);
    } finally {
      await back.close();
    }
  });

  it('waits for a checkout that is not there yet', async () => {
    await using tenant = await Tenant.with();
    const path = join(tenant.folder, 'later', 'webhooks');
    await using daemon = await RunningDaemon.start([], { ...tenant.env, RECONCILER_PATH: path });
    const failed = await daemon.until(({ msg }) => msg === 'pass ended');
    expect(failed).toMatchObject({ result: 'failed', error: expect.stringContaining(path) });
    await tenant.files({ '../later/webhooks/a.yaml': ORDERS });
    await daemon.until(({ msg, ...line }) => msg === 'pass ended' && line['result'] === 'converged');
  });

  it('goes on with the sound entries of a checkout with errors, and is degraded until they are fixed', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({ 'sound.yaml': ORDERS, 'broken.yaml': '- title: Broken\n  url: http://hooks.example.com/\n' });
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    expect(tenant.titles()).toEqual(['Orders']);
    const { body } = await daemon.get('/healthz');
    expect(body).toMatchObject({
      status: 'degraded',
      reasons: expect.arrayContaining([expect.stringMatching(/^broken\.yaml:2:\d+: url: /)]),
    });
    const { body: status } = await daemon.get('/status');
    expect(status.subscriptions).toContainEqual(
      expect.objectContaining({ title: 'Broken', state: 'Failed', source: expect.stringMatching(/^broken\.yaml:2:/) }),
    );

    const converged = daemon.nextPass('converged');
    await tenant.files({ 'broken.yaml': '- title: Broken\n  url: https://hooks.example.com/\n' });
    await converged;
    expect(await daemon.get('/healthz')).toMatchObject({ body: { status: 'ok' } });
  });

  it('reads rotated credentials without a restart', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start(['--resync', '1s'], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    const secretFile = tenant.env['UPVEST_CLIENT_SECRET_FILE'] ?? '';
    await writeFile(secretFile, 'not the secret any more');
    // Files are looked at once a second at the most: two passes later the change has been seen.
    await daemon.nextPass();
    await daemon.nextPass();
    const failed = daemon.nextPass('failed');
    tenant.sandbox.expireTokens();
    await failed;
    const converged = daemon.nextPass('converged');
    await writeFile(secretFile, tenant.sandbox.credentials.clientSecret);
    await converged;
  });

  it('answers an unknown path with 404 and a wrong method with 405', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    expect((await fetch(`${daemon.url}/nothing`)).status).toBe(404);
    const wrong = await fetch(`${daemon.url}/-/reconcile`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
  });
});

describe('the end of the daemon', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('comes with exit status 0 after %s', async (signal) => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    expect(await daemon.stop(signal)).toBe(0);
    expect(daemon.lines.at(-1)?.msg).toBe('stopped');
  });

  it('lets the request on the wire finish, starts no other, and is not ready meanwhile', async () => {
    await using tenant = await Tenant.with();
    tenant.sandbox.fault({ on: 'POST /webhooks', effect: { kind: 'delay', ms: 1500 } });
    await tenant.files(`${ORDERS}\n- { title: Users, url: https://hooks.example.com/users }`);
    await using daemon = await RunningDaemon.start(['--concurrency', '1'], tenant.env);
    await sent(tenant, 'POST /webhooks');
    const ended = daemon.stop('SIGTERM');
    await daemon.until(({ msg }) => msg === 'shutting down');
    expect(await daemon.get('/readyz')).toMatchObject({ status: 503 });
    expect(await ended).toBe(0);
    expect(tenant.history()).toEqual(['create Orders']);
    expect(daemon.lines.filter((line) => line['audit'] === true)).toHaveLength(1);
  });

  it('does not wait for an answer that never comes', async () => {
    await using tenant = await Tenant.with();
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'delay', ms: 'never' } });
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], { ...tenant.env, UPVEST_TIMEOUT: '60s' });
    await sent(tenant, 'GET /webhooks');
    expect(await daemon.stop('SIGTERM')).toBe(0);
  });

  it('comes at once after a second signal', async () => {
    await using tenant = await Tenant.with();
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'delay', ms: 'never' } });
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], { ...tenant.env, UPVEST_TIMEOUT: '60s' });
    await sent(tenant, 'GET /webhooks');
    daemon.kill('SIGTERM');
    await daemon.until(({ msg }) => msg === 'shutting down');
    expect(await daemon.stop('SIGTERM')).toBe(1);
  });
});

describe('SIGHUP', () => {
  it('leaves nobody waiting who asked for a pass meanwhile', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'delay', ms: 500 } });
    const slow = daemon.reconcile();
    const queued = daemon.reconcile();
    daemon.kill('SIGHUP');
    await slow;
    expect(await queued).toMatchObject({ status: 200, body: { result: 'converged' } });
    // What was stopped on purpose is no fault.
    expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('has the configuration read again, with what was learnt kept', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const file = join(tenant.folder, 'config.yaml');
    await writeFile(file, 'policy: { mode: observe }\n');
    await using daemon = await RunningDaemon.start(['--config', file], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    expect(tenant.history()).toEqual([]);
    await writeFile(file, 'policy: { mode: sync }\n');
    daemon.kill('SIGHUP');
    await daemon.until(({ msg, ...line }) => msg === 'pass ended' && line['result'] === 'converged');
    expect(await daemon.get('/healthz')).toMatchObject({ body: { mode: 'sync' } });
  });

  it('creates nothing twice for a rotated client, and shows nothing of a tenant it has left', async () => {
    await using tenant = await Tenant.with([], { switches: { listingLagSeconds: 3600 } });
    await using another = await Tenant.with();
    const other = another.sandbox;
    other.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 400 } });
    await tenant.files(ORDERS);
    const file = join(tenant.folder, 'config.yaml');
    const configure = async (url: string, credentials: SandboxCredentials) => {
      const env = await environment(url, credentials, tenant.folder);
      const api = { url, clientId: credentials.clientId, keyId: credentials.keyId, retries: 0 };
      const files = {
        clientSecretFile: env['UPVEST_CLIENT_SECRET_FILE'],
        privateKeyFile: env['UPVEST_PRIVATE_KEY_FILE'],
      };
      await writeFile(file, JSON.stringify({ api: { ...api, ...files } }));
    };
    await configure(tenant.sandbox.url, tenant.sandbox.credentials);
    const env = Object.fromEntries(Object.entries(tenant.env).filter(([name]) => !name.startsWith('UPVEST_')));
    await using daemon = await RunningDaemon.start(['--config', file, '--resync', '1h'], env);
    await daemon.until(({ msg }) => msg === 'pass ended');

    await configure(tenant.sandbox.url, await tenant.sandbox.addClient({ keyType: 'ed25519' }));
    daemon.kill('SIGHUP');
    await daemon.until((line) => line['trigger'] === 'reload' && line['result'] === 'converged');
    expect(tenant.titles()).toEqual(['Orders']);

    await configure(other.url, other.credentials);
    daemon.kill('SIGHUP');
    await daemon.until((line) => line['trigger'] === 'reload' && line['result'] === 'failed');
    expect((await daemon.get('/status')).body).toMatchObject({ revision: null, subscriptions: [] });
    expect((await daemon.get('/metrics')).body).toContain('webhook_reconciler_subscriptions{state="InSync"} 0');
  });

  it('leaves the daemon as it is where the configuration has errors', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const file = join(tenant.folder, 'config.yaml');
    await writeFile(file, 'policy: { mode: sync }\n');
    await using daemon = await RunningDaemon.start(['--config', file], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    await writeFile(file, 'policy: { mode: snyc }\n');
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg.startsWith('the configuration has errors'));
    expect(daemon.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'error in the configuration',
        place: expect.stringContaining('config.yaml:1:'),
        field: 'policy.mode',
        detail: expect.stringContaining('"snyc"'),
      }),
    );
    expect(await daemon.reconcile()).toMatchObject({ status: 200 });
    const health = { status: 'degraded', reasons: [expect.stringContaining('a restart would not start')] };
    expect(await daemon.get('/healthz')).toMatchObject({ status: 200, body: health });
    expect((await daemon.get('/status')).body).toMatchObject({ health });

    await writeFile(file, 'policy: { mode: sync }\n');
    daemon.kill('SIGHUP');
    await daemon.until(({ trigger }) => trigger === 'reload');
    expect((await daemon.get('/healthz')).body).toMatchObject({ status: 'ok', reasons: [] });
  });
});

describe('a start that cannot work', () => {
  it('ends with status 1 and names the port that is taken', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { code, stderr } = await program(['run', '--port', String(tenant.sandbox.port)], {
      ...tenant.env,
      RECONCILER_HOST: '127.0.0.1',
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${tenant.sandbox.port} is taken`);
    expect(tenant.requests()).toEqual([]);
  });

  it('ends with status 1 and every error in the configuration at once, before anything is sent', async () => {
    await using tenant = await Tenant.with();
    await tenant.files({ 'webhooks.yaml': ORDERS, '../config.yaml': 'policy:\n  mode: snyc\n  maxDelete: 5\n' });
    const { UPVEST_KEY_ID: _left, ...env } = tenant.env;
    const config = join(tenant.folder, 'config.yaml');
    const { code, stderr } = await program(['run', '--config', config, '--resync', 'sometimes'], {
      ...env,
      UPVEST_TIMEOUT: '-5s',
    });
    expect(code).toBe(1);
    for (const place of ['config.yaml:2:', 'config.yaml:3:', '--resync', 'UPVEST_TIMEOUT', 'UPVEST_KEY_ID'])
      expect(stderr).toContain(place);
    expect(tenant.requests()).toEqual([]);
  });
});

/** Resolves once the sandbox has got such a request. */
async function sent(tenant: Tenant, request: string): Promise<void> {
  while (!tenant.requests().includes(request)) await new Promise((resolve) => setImmediate(resolve));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('a fault nobody foresaw ends the daemon with status 1 and a clear last line, instead of leaving it half-working', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  const fault = "setTimeout(() => Promise.reject(new Error('nobody foresaw this')), 1500)";
  const NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(fault)}"`;
  const { code, stderr } = await program(['run', '--port', '0'], { ...tenant.env, NODE_OPTIONS });
  expect(code).toBe(1);
  const last = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ level: 'fatal', msg: 'unforeseen error', err: { message: 'nobody foresaw this' } });
});
