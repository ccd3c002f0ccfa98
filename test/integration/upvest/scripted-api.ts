/** A real HTTP server on loopback that answers as a test says, connection failures included. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Reply = (response: ServerResponse, request: Seen) => void;

export interface ScriptedApi extends AsyncDisposable {
  readonly url: string;
  /** All requests, tokens included, in order of arrival. */
  readonly seen: readonly Seen[];
  /** `METHOD path` of each. */
  readonly log: () => string[];
  /** The answers to the next requests other than token requests. The last one is repeated. */
  next(...replies: readonly Reply[]): void;
  /** The same for token requests. */
  nextToken(...replies: readonly Reply[]): void;
  /** Resolves with the next request to arrive. */
  arrival(): Promise<Seen>;
}

export const WEBHOOK = {
  id: 'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a',
  created_at: '2021-07-21T14:10:00.00Z',
  updated_at: '2021-07-21T14:10:00.00Z',
  title: 'User webhook',
  url: 'https://tenant.test/webhooks/users',
  type: ['USER'],
  enabled: false,
  config: { delay: '5s', max_package_size: 10240 },
};

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
export const raw =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(body);
export const page = (...items: readonly object[]): Reply =>
  json(200, { meta: { count: items.length, total_count: items.length, offset: 0, limit: 1000 }, data: items });
export const token = (name = 'token', expires = 1800): Reply =>
  json(200, { access_token: name, token_type: 'bearer', expires_in: expires });
export const reset: Reply = (response) => void response.socket?.resetAndDestroy();
export const hang: Reply = () => {};
/** Sends headers and half a body, then closes the connection. */
export const cutShort =
  (status: number): Reply =>
  (response) => {
    response.writeHead(status, { 'content-length': '100' });
    response.write('{"id":', () => response.socket?.resetAndDestroy());
  };

export async function scriptedApi(): Promise<ScriptedApi> {
  const seen: Seen[] = [];
  const script: { calls: Reply[]; tokens: Reply[] } = { calls: [page()], tokens: [token()] };
  let arrived = Promise.withResolvers<Seen>();

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers, rawHeaders } = incoming;
    const request = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
    seen.push(request);
    const replies = url.endsWith('/auth/token') ? script.tokens : script.calls;
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    reply?.(response, request);
    arrived.resolve(request);
    arrived = Promise.withResolvers();
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    log: () => seen.map(({ method, url }) => `${method} ${url.split('?')[0]}`),
    next: (...replies) => {
      script.calls = [...replies];
    },
    nextToken: (...replies) => {
      script.tokens = [...replies];
    },
    arrival: () => arrived.promise,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
