/** The built daemon among things that never answer: it must not look well, nor beyond repair, nor stop trying. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const ORDERS = '- { title: Orders, url: https://hooks.example.com/orders }';
const IMPATIENT = { UPVEST_TIMEOUT: '500ms', UPVEST_RETRIES: '0' };

describe('the daemon says so and goes on when', () => {
  it('an answer of the API never comes', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'delay', ms: 'never' } });
    await using daemon = await RunningDaemon.start([], { ...tenant.env, ...IMPATIENT });
    await expectFailure(daemon, 'GET /webhooks');
    expect(await daemon.reconcile()).toMatchObject({ status: 200 });
  });

  it('the answer to a token request never comes', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    tenant.sandbox.fault({ on: 'POST /auth/token', effect: { kind: 'delay', ms: 'never' } });
    await using daemon = await RunningDaemon.start([], { ...tenant.env, ...IMPATIENT });
    await expectFailure(daemon, 'POST /auth/token');
    expect(await daemon.reconcile()).toMatchObject({ status: 200 });
  });

  it('a connection never comes about', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    // Whoever expects TLS waits for a greeting.
    await using mute = await listening(createServer());
    const env = { ...tenant.env, ...IMPATIENT, UPVEST_API_URL: `https://127.0.0.1:${mute.port}` };
    await using daemon = await RunningDaemon.start([], env);
    await expectFailure(daemon, 'before there was a connection');
  });

  it('the file system of a credential does not answer', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    await using daemon = await RunningDaemon.start([], { ...tenant.env, ...IMPATIENT });
    await daemon.until(({ msg, result }) => msg === 'pass ended' && result === 'converged');
    const key = tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '';
    const pem = await readFile(key);
    await rm(key);
    await promisify(execFile)('mkfifo', [key]);
    // It is looked at once a second.
    while ((await daemon.reconcile()).status === 200);
    const reason = `${key} could not be read within 0.5 s`;
    expect(await daemon.get('/healthz')).toMatchObject({
      status: 200,
      body: { status: 'degraded', reasons: [expect.stringContaining(reason)] },
    });
    expect(await daemon.get('/livez')).toMatchObject({ status: 200 });

    await writeFile(key, pem);
    expect(await daemon.reconcile()).toMatchObject({ status: 200 });
  });
});

it('a daemon whose clock is off converges all the same, and tells by how much', async () => {
  await using tenant = await Tenant.with([], { now: () => Date.now() - 120_000 });
  await tenant.files(ORDERS);
  await using daemon = await RunningDaemon.start([], tenant.env);
  await daemon.until(({ msg, result }) => msg === 'pass ended' && result === 'converged');
  expect(await daemon.until(({ msg }) => msg === 'the clock is off')).toMatchObject({ level: 'warn' });
  const { body } = await daemon.get('/metrics');
  expect(body).toMatch(/webhook_reconciler_clock_skew_seconds 1[12]\d/);
  expect(body).toContain('webhook_reconciler_api_retries_total{reason="clock"} 1');
});

/** The first pass fails for that reason; the endpoints say so, and that a restart would not help. */
async function expectFailure(daemon: RunningDaemon, reason: string): Promise<void> {
  const pass = await daemon.until(({ msg }) => msg === 'pass ended');
  expect(pass).toMatchObject({ result: 'failed', error: expect.stringContaining(reason) });
  expect(await daemon.get('/healthz')).toMatchObject({
    status: 200,
    body: { status: 'degraded', reasons: [expect.stringContaining(reason)], lastSuccess: null },
  });
  expect(await daemon.get('/livez')).toMatchObject({ status: 200 });
}

async function listening(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
