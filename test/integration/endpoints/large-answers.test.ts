/** `/status` of as many subscriptions as a checkout may hold, over real HTTP. */
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoints } from '../../../src/daemon/endpoints/routes.ts';
import { listen, portOf } from '../../../src/daemon/endpoints/server.ts';
import { Status } from '../../../src/daemon/status.ts';
import type { SubscriptionState } from '../../../src/reconcile/report.ts';
import { endpointsWith } from '../../support/endpoints.ts';
import { FACTS, STILL } from '../../support/pass-ended.ts';

const MANY = 19_800;
const TYPE = Array.from({ length: 100 }, (_, n) => `C${n}`);
const STARTED_AT = '2026-11-24T08:00:00.000Z';

interface ServedStatus {
  readonly lastPass: { readonly revision: string } | null;
  readonly passes: readonly unknown[];
  readonly subscriptions: readonly { readonly state: SubscriptionState }[];
}

/** More than any system takes over from the process that writes it. */
const MUCH: readonly Buffer[] = Array(768).fill(Buffer.alloc(65_536, ' '));

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
});

async function serve(endpoints: Partial<Endpoints>, readMs = 10_000): Promise<Server> {
  const server = await listen('127.0.0.1', 0, endpointsWith(endpoints), { readMs });
  servers.push(server);
  return server;
}

const ended = (pass: ReturnType<typeof passWith>) => ({ kind: 'pass-ended', pass, endedAt: 0 }) as const;

const statusAt = async (server: Server, path: string): Promise<number> => {
  const answer = await fetch(`http://127.0.0.1:${portOf(server)}${path}`);
  await answer.arrayBuffer();
  return answer.status;
};

describe('a large answer', () => {
  it('is made in slices, and probes are answered between them', async () => {
    const status = new Status({ clock: STILL });
    status.sink(ended(passWith(MANY)));
    const steps: string[] = [];
    const server = await serve({
      status: async () => {
        steps.push('begun');
        const chunks = await status.served(FACTS);
        steps.push('made');
        return chunks;
      },
      stuck: () => void steps.push('probed'),
    });
    // The probe has an open connection of its own, as the kubelet soon would.
    const agent = new Agent({ keepAlive: true });
    const probe = async (): Promise<void> => {
      const [answer] = await new Promise<IncomingMessage[]>((resolve) =>
        get({ port: portOf(server), host: '127.0.0.1', path: '/livez', agent }, (...answers) => resolve(answers)),
      );
      if (answer) await buffer(answer);
    };
    await probe();
    const asked = statusAt(server, '/status');
    while (!steps.includes('made')) await probe();
    expect(await asked).toBe(200);
    expect(steps.slice(steps.indexOf('begun'), steps.indexOf('made'))).toContain('probed');
    agent.destroy();
  });

  it('describes the moment in which it was asked for, even if a pass ends meanwhile, and the next one describes the next', async () => {
    const status = new Status({ clock: STILL });
    status.sink(ended(passWith(MANY, 'Pending', 'one')));
    let isFirst = true;
    const server = await serve({
      status: async () => {
        const chunks = status.served(FACTS);
        if (isFirst) status.sink(ended(passWith(1, 'InSync', 'two')));
        isFirst = false;
        return chunks;
      },
    });
    const served = async () => {
      const answer = await fetch(`http://127.0.0.1:${portOf(server)}/status`);
      const { lastPass, passes, subscriptions } = (await answer.json()) as ServedStatus;
      return [lastPass?.revision, passes.length, [...new Set(subscriptions.map(({ state }) => state))]];
    };
    expect(await served()).toEqual(['one', 1, ['Pending']]);
    expect(await served()).toEqual(['two', 2, ['InSync']]);
  });

  it('shows the beginning of lists alone where there are very many long ones', async () => {
    const served = async (count: number) => {
      const status = new Status({ clock: STILL });
      status.sink(ended(passWith(count)));
      const text = Buffer.concat(await status.served(FACTS)).toString();
      return (JSON.parse(text) as { readonly subscriptions: readonly unknown[] }).subscriptions[0];
    };
    const start = ['C0', 'C1', 'C2', 'C3', 'C4', '… and 95 more'];
    expect(await served(MANY)).toMatchObject({ type: start, observed: { type: start } });
    expect(await served(10)).toMatchObject({ type: TYPE, observed: { type: TYPE } });
  });

  it('is made once for all callers that ask before something changes', async () => {
    const status = new Status({ clock: STILL });
    status.sink(ended(passWith(1)));
    const [one, same] = await Promise.all([status.served(FACTS), status.served(FACTS)]);
    const later = await status.served(FACTS);
    const other = await status.served({ ...FACTS, nextPassAt: 1 });
    expect([same === one, later === one, other === one]).toEqual([true, true, false]);
  });

  it('has its length in the headers, also where only the headers are asked for', async () => {
    const server = await serve({ status: async () => [Buffer.from('{"a":'), Buffer.from('1}\n')] });
    const url = `http://127.0.0.1:${portOf(server)}/status`;
    const [whole, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })];
    expect([await whole.text(), await head.text()]).toEqual(['{"a":1}\n', '']);
    for (const { headers } of [whole, head]) expect(headers.get('content-length')).toBe('8');
  });
});

describe('a caller that stops half way through a large answer', () => {
  it('is cut off, and holds up no other caller', async () => {
    const server = await serve({ status: async () => MUCH }, 50);
    const cut = Promise.withResolvers<void>();
    server.once('connection', (socket) => socket.once('close', cut.resolve));
    const socket = connect(portOf(server), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /status HTTP/1.1\r\nhost: a\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await cut.promise;
    // It would be 503 as long as more than 16 MiB are unread.
    expect(await statusAt(server, '/metrics')).toBe(200);
    socket.destroy();
  });
});

function passWith(count: number, state: SubscriptionState = 'InSync', revision = 'one') {
  const subscriptions = Array.from({ length: count }, (_, n) => ({
    title: `Orders ${n}`,
    state,
    url: `https://hooks.tenant.tld/orders/${n}?token=canary`,
    type: TYPE,
    enabled: true,
    desired: null,
    observed: {
      id: `${n}`,
      created_at: STARTED_AT,
      updated_at: STARTED_AT,
      title: `Orders ${n}`,
      url: `https://hooks.tenant.tld/orders/${n}?token=canary`,
      type: TYPE,
      enabled: true,
      config: {},
    },
    differs: [],
  }));
  const changes = { create: 0, enable: 0, update: 0, delete: 0 };
  return {
    report: {
      ...({
        startedAt: STARTED_AT,
        durationMs: 0,
        trigger: 'schedule',
        changes,
        withheld: [],
        requests: 2,
        revision,
      } as const),
      result: 'converged' as const,
    },
    snapshot: {
      revision: { id: revision },
      observedAt: Date.parse(STARTED_AT),
      subscriptions,
      unmanaged: [],
      warnings: [],
      checkoutErrors: 0,
      problems: [],
    },
    again: 'no' as const,
  };
}
