/** The exchange that the Upvest and the Kubernetes client share, against a real server. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connections } from '../../../src/http/connections.ts';
import { exchange } from '../../../src/http/exchange.ts';
import { hang, json, type ScriptedApi, scriptedApi } from '../upvest/scripted-api.ts';

const GET = { method: 'GET', target: '/', headers: {} } as const;
const timeoutMs = 30_000;

let api: ScriptedApi;
let pool: ReturnType<typeof connections>;
beforeEach(async () => {
  api = await scriptedApi();
  pool = connections(api.url, { count: 1, timeoutMs });
});
afterEach(async () => {
  await pool.destroy();
  await api[Symbol.asyncDispose]();
});

describe('a request that is barred', () => {
  it('is never written, and says why', async () => {
    api.next(json(200, {}));
    const barred = await exchange(pool, GET, { timeoutMs, barred: () => 'the lease is lost' });
    expect(barred).toEqual({ answered: false, sent: false, reason: 'barred', message: 'the lease is lost' });
    expect(await exchange(pool, GET, { timeoutMs, barred: () => undefined })).toMatchObject({ status: 200 });
    expect(api.seen).toHaveLength(1);
  });

  it('is asked for its permit when there is a connection, not when it begins to wait for one', async () => {
    let isLost = false;
    api.next((response) => {
      isLost = true;
      response.end('{}');
    });
    const [first, second] = await Promise.all(
      ['first', 'second'].map(async () =>
        exchange(pool, GET, { timeoutMs, barred: () => (isLost ? 'the lease is lost' : undefined) }),
      ),
    );
    expect(first).toMatchObject({ answered: true, status: 200 });
    expect(second).toMatchObject({ answered: false, sent: false, reason: 'barred' });
    expect(api.seen).toHaveLength(1);
  });
});

describe('a request whose signal aborts', () => {
  it('is aborted on the wire, and its connection is closed', async () => {
    const stop = new AbortController();
    api.next(hang, json(200, {}));
    const broken = exchange(pool, GET, { timeoutMs, signal: stop.signal });
    await api.arrival();
    stop.abort();
    expect(await broken).toMatchObject({ answered: false, sent: true, reason: 'network', message: 'broken off' });
    expect(await exchange(pool, GET, { timeoutMs })).toMatchObject({ answered: true, status: 200 });
  });

  it('is not sent where it has aborted before', async () => {
    const aborted = AbortSignal.abort();
    expect(await exchange(pool, GET, { timeoutMs, signal: aborted })).toMatchObject({ answered: false, sent: false });
    expect(api.seen).toEqual([]);
  });
});

describe('an answer in chunks of a byte each', () => {
  it('takes no more memory than its bytes do', async () => {
    const length = 1024 * 1024;
    api.next((response) => {
      const { socket } = response;
      socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      socket?.end(`${'1\r\n \r\n'.repeat(length)}0\r\n\r\n`);
    });
    // Were the chunks kept as they come, their objects alone would be some hundred bytes each.
    const script = `
      import { connections } from '${import.meta.dirname}/../../../src/http/connections.ts';
      import { exchange } from '${import.meta.dirname}/../../../src/http/exchange.ts';
      const pool = connections('${api.url}', { count: 1, timeoutMs: ${timeoutMs} });
      const answer = await exchange(pool, ${JSON.stringify(GET)}, { timeoutMs: ${timeoutMs} });
      console.log(answer.status, answer.body?.length);
      await pool.destroy();`;
    const args = ['--max-old-space-size=32', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe(`200 ${length}\n`);
  });
});
