/** What real receivers do with a test delivery, and what the command, `/status`, the log and the metrics say of it. */
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { certificate } from '../support/kubernetes/certificates.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const SECRET = 'canary-of-a-receiver';

/** The url of a receiver on this machine. */
async function receiver(listener: RequestListener, scheme: 'http' | 'https' = 'http'): Promise<string> {
  const server = scheme === 'http' ? createServer(listener) : createHttps(certificate('server'), listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}/${SECRET}`;
}

const answering = async (status: number, headers: Record<string, string> = {}) =>
  receiver((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(SECRET);
  });

/** Nobody listens at a port that was free a moment ago. */
async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/${SECRET}`;
}

interface Behaviour {
  readonly url: () => Promise<string>;
  readonly receiver: string;
  readonly detail: RegExp;
  readonly code: number;
  readonly options?: SandboxOptions;
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'answers 200': { url: async () => answering(200), receiver: 'ok', detail: /^answered 200 OK$/, code: 0 },
  'answers 204': { url: async () => answering(204), receiver: 'ok', detail: /204.*counts 200 alone/, code: 0 },
  'answers 503': { url: async () => answering(503), receiver: 'refused', detail: /503 Service Unavail/, code: 2 },
  'answers 401': { url: async () => answering(401), receiver: 'refused', detail: /401 Unauthorized/, code: 2 },
  redirects: {
    url: async () => answering(308, { location: `https://hooks.example.com/${SECRET}` }),
    receiver: 'redirects',
    detail: /^answered 308 Permanent Redirect to a url at hooks\.example\.com$/,
    code: 2,
  },
  'refuses the connection': { url: nobody, receiver: 'unreachable', detail: /ECONNREFUSED/, code: 2 },
  'has no address': {
    url: async () => Promise.resolve(`https://hooks.invalid/${SECRET}`),
    receiver: 'unreachable',
    detail: /getaddrinfo \w+ hooks\.invalid/,
    code: 2,
  },
  'has a certificate of no known authority': {
    url: async () => receiver((_, response) => response.end(), 'https'),
    receiver: 'tls',
    detail: /certificate/,
    code: 2,
  },
  'speaks no TLS': {
    url: async () => (await answering(200)).replace('http:', 'https:'),
    receiver: 'tls',
    detail: /wrong version number/,
    code: 2,
  },
  'cuts the connection': {
    url: async () => receiver((request) => request.socket.destroy()),
    receiver: 'unreachable',
    detail: /socket hang up/,
    code: 2,
  },
  'is too slow': {
    url: async () => receiver(() => {}),
    receiver: 'unreachable',
    detail: /no answer within 0\.2 s/,
    code: 2,
    options: { switches: { deliveryTimeoutSeconds: 0.2 } },
  },
  'is behind the older API': {
    url: async () => answering(503),
    receiver: 'unknown',
    detail: /does not say what the receiver answered/,
    code: 0,
    options: { switches: { revision: 2023 } },
  },
};

describe.each(Object.entries(BEHAVIOURS))(
  'a receiver that %s',
  (_name, { url, receiver: state, detail, code, options }) => {
    it('is reported by the command test, also in its exit status', async () => {
      const address = await url();
      await using tenant = await Tenant.with([{ title: 'Orders', url: address, enabled: true }], options);
      const ended = await program(['test', 'Orders'], tenant.env);
      expect(ended.code).toBe(code);
      const [first = ''] = ended.stdout.split('\n');
      expect(first).toMatch({ ok: /^Delivered: /, unknown: /^Accepted, not proven: / }[state] ?? /^Not delivered, /);
      expect(first.slice(first.indexOf(': ') + 2)).toMatch(new RegExp(detail.source.replace(/[$^]/g, '')));
    });

    it('is reported by the daemon once a change has had it tested', async () => {
      const address = await url();
      await using tenant = await Tenant.with([], options);
      await tenant.files(`- { title: Orders, url: ${JSON.stringify(address)}, reconcile: { test: on-change } }`);
      await using daemon = await RunningDaemon.start([], tenant.env);
      const line = await daemon.until(({ msg }) => /test delivery/.test(msg));
      await daemon.until(({ msg }) => msg === 'pass ended');
      expect(line).toMatchObject({
        level: { ok: 'debug', unknown: 'info' }[state] ?? 'warn',
        title: 'Orders',
        receiver: state,
        detail: expect.stringMatching(detail),
      });

      const { body, raw } = await statusOf(daemon);
      expect(body.subscriptions).toMatchObject([
        { title: 'Orders', state: 'InSync', receiver: state, receiverDetail: expect.stringMatching(detail) },
      ]);
      expect(body.lastPass.result).toBe('converged');
      expect(body.warnings).toHaveLength(code === 2 ? 1 : 0);
      expect(String(body.warnings)).toMatch(
        code === 2 ? /the receiver of "Orders" did not take a test delivery/ : /^$/,
      );
      expect(await daemon.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok', reasons: [] } });

      const { body: metrics } = await daemon.get('/metrics');
      const series = (name: string) => Number(new RegExp(`_receiver\\{state="${name}"\\} (\\d+)`).exec(metrics)?.[1]);
      const states = ['ok', 'refused', 'unreachable', 'redirects', 'tls', 'unknown'];
      expect(states.map(series)).toEqual(states.map((name) => (name === state ? 1 : 0)));
      expect(raw.replaceAll(address, '')).not.toContain(SECRET);
      expect(daemon.raw.filter((text) => /test delivery/.test(text)).join('\n')).not.toContain(SECRET);
    });
  },
);

async function statusOf(daemon: RunningDaemon) {
  const { body } = await daemon.get('/status');
  return { body, raw: JSON.stringify(body) };
}

it('a receiver that never answers holds up neither the changes of its pass nor the next pass nor the end', async () => {
  const arrived = Promise.withResolvers<void>();
  const hanging = await receiver(() => arrived.resolve());
  await using tenant = await Tenant.with([], { switches: { deliveryTimeoutSeconds: 3600 } });
  const entry = (title: string) =>
    `- { title: ${title}, url: ${hanging}/${title.length}, reconcile: { test: on-change } }`;
  const many = Array.from({ length: 6 }, (_, index) => entry(`Hook ${'a'.repeat(index)}`)).join('\n');
  await tenant.files(many);
  const env = { ...tenant.env, UPVEST_CONCURRENCY: '1', RECONCILER_RESYNC: '1h', UPVEST_TIMEOUT: '30s' };
  await using daemon = await RunningDaemon.start([], env);
  expect(await daemon.until(({ msg }) => msg === 'pass ended')).toMatchObject({
    result: 'converged',
    changes: { create: 6, enable: 6 },
  });
  await arrived.promise;
  expect(await daemon.reconcile()).toMatchObject({ status: 200, body: { result: 'converged' } });
  expect(await daemon.stop()).toBe(0);
  expect(daemon.raw.join('\n')).not.toContain('test delivery failed');
});

it('a hundred receivers that refuse are twenty lines in the log, and twenty warnings and a count', async () => {
  const refusing = await answering(503);
  await using tenant = await Tenant.with([], { switches: { rateLimit: 0 } });
  const entry = (index: number) =>
    `- { title: Hook ${index}, url: ${refusing}/${index}, reconcile: { test: on-change } }`;
  await tenant.files(Array.from({ length: 100 }, (_, index) => entry(index)).join('\n'));
  await using daemon = await RunningDaemon.start([], tenant.env);
  const tests = () => daemon.lines.filter(({ route }) => route === '/webhooks/{webhook_id}/test');
  await daemon.until(() => tests().length === 100);
  await daemon.reconcile();
  const said = daemon.lines.filter(({ msg }) => msg === 'the receiver did not take the test delivery');
  expect(said).toHaveLength(20);
  const { body } = await daemon.get('/status');
  expect(body.warnings).toHaveLength(21);
  expect(body.warnings[20]).toMatch(/^80 more receivers/);
});

it('what is known of a receiver goes with its subscription, and with its url', async () => {
  const bad = await answering(503);
  await using tenant = await Tenant.with();
  await tenant.files(`- { title: Orders, url: ${bad}, reconcile: { test: on-change } }`);
  await using daemon = await RunningDaemon.start([], tenant.env);
  await daemon.until(({ msg }) => msg === 'the receiver did not take the test delivery');
  await daemon.until(({ msg }) => msg === 'pass ended');
  await tenant.files(`- { title: Orders, url: ${bad}/elsewhere }`);
  await daemon.reconcile();
  const { body } = await daemon.get('/status');
  expect(body.subscriptions[0]).not.toHaveProperty('receiver');
  expect(body.warnings).toEqual([]);
});

it('apply waits for what the receivers answer, and says it after the result', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(`- { title: Orders, url: ${await answering(503)}, reconcile: { test: on-change } }`);
  const { code, stderr } = await program(['apply', '--yes'], tenant.env);
  expect(code).toBe(0);
  expect(stderr).toContain('the receiver did not take the test delivery');
  expect(stderr).toContain('answered 503 Service Unavailable');
});
