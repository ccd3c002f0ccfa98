/** A proxy as many stand before a service: it serves one below a path, which it strips, and keeps the Host. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `prefix` begins and ends with a slash. Anything outside of it is answered 404. The url ends with the prefix. */
export async function proxyBelow(
  prefix: string,
  target: string,
): Promise<AsyncDisposable & { readonly url: string; readonly outside: readonly string[] }> {
  const outside: string[] = [];
  const server = createServer((incoming, response) => {
    const { url = '/', method, headers } = incoming;
    if (!url.startsWith(prefix)) {
      outside.push(url);
      response.writeHead(404).end();
      return;
    }
    const onwards = request(new URL(target).origin + url.slice(prefix.length - 1), { method, headers });
    onwards.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    response.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    outside,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
