/** Which servers are trusted, and what the message says about the others. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Connections, connections } from '../../../src/http/connections.ts';
import { exchange } from '../../../src/http/exchange.ts';
import { certificate } from '../../support/kubernetes/certificates.ts';

const timeoutMs = 30_000;
afterEach(() => vi.unstubAllEnvs());

/** Requests `/` from a server on this machine. `seen`: the part of the request that arrived there. */
async function ask(server: 'tls' | 'plain', tls?: Connections['tls']) {
  const seen: (string | undefined)[] = [];
  const answer: Parameters<typeof createHttp>[1] = (request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  };
  const listening = server === 'tls' ? createHttps(certificate('server'), answer) : createHttp(answer);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => listening.close().closeAllConnections());
  const url = `https://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const pool = connections(url, { count: 1, timeoutMs, ...(tls && { tls }) });
  onTestFinished(() => pool.destroy());
  const headers = { authorization: 'Bearer canary' };
  return { seen, exchanged: await exchange(pool, { method: 'GET', target: '/', headers }, { timeoutMs }) };
}

describe('a server whose certificate no trusted authority has signed', () => {
  it('gets nothing of the request, and the message says how to trust it', async () => {
    const { seen, exchanged } = await ask('tls');
    expect(exchanged).toEqual({
      answered: false,
      sent: false,
      reason: 'connect',
      message: expect.stringMatching(/^its certificate .* which is not known here \([A-Z_]+\)$/),
      advice: expect.stringMatching(/NODE_EXTRA_CA_CERTS, or for a cluster in the kubeconfig/),
      isLasting: true,
    });
    expect(seen).toEqual([]);
  });

  it('gets nothing either when the environment switches all verification off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { seen, exchanged } = await ask('tls');
    expect(exchanged).toMatchObject({ answered: false, sent: false });
    expect(seen).toEqual([]);
  });

  it('is trusted once its authority is named', async () => {
    const { seen, exchanged } = await ask('tls', { ca: certificate('ca').cert });
    expect(exchanged).toMatchObject({ answered: true, status: 200 });
    expect(seen).toEqual(['Bearer canary']);
  });
});

describe('a server that does not speak TLS', () => {
  it('is reported as such, without the words of the library', async () => {
    const { exchanged } = await ask('plain');
    expect(exchanged).toMatchObject({
      answered: false,
      sent: false,
      message: 'the server does not speak TLS at that port (ERR_SSL_WRONG_VERSION_NUMBER)',
    });
  });
});
