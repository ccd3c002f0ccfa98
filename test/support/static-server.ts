/** Serves texts by their path, each with the headers a test wants, on a port of its own. */
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Served {
  readonly type: string;
  readonly text: string;
  readonly headers?: OutgoingHttpHeaders;
}

export interface StaticServer extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
}

export async function serve(files: Readonly<Record<string, Served>>): Promise<StaticServer> {
  const server = createServer(({ url = '/' }, response) => {
    const file = files[new URL(url, 'http://localhost').pathname];
    if (file) response.writeHead(200, { 'content-type': file.type, ...file.headers }).end(file.text);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
