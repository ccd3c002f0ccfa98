/** The built status page without a daemon: it is told documents, one in place of the other, and no pass may be triggered. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { SnapshotEvent } from '../../src/daemon/status-document.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'dist/page');
/** What is told is told by the program that the page is of: that of another would make it load itself again. */
const { version: builtVersion } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** That of the daemon. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface FedPage extends AsyncDisposable {
  readonly url: string;
  /** Tells those that are connected, and those that connect from now on. `version`: of the program; default: of the page. */
  tell(snapshot: SnapshotEvent, version?: string): void;
  /** While it does, whoever connects hears nothing. */
  keepSilent(isSilent: boolean): void;
}

export async function serveFedPage(first: SnapshotEvent): Promise<FedPage> {
  const files = new Set(readdirSync(BUILT).filter((name) => extname(name) in TYPES));
  const readers = new Set<ServerResponse>();
  const asOf = (snapshot: SnapshotEvent, version: string): SnapshotEvent => ({
    ...snapshot,
    document: { ...snapshot.document, version },
  });
  let told = asOf(first, builtVersion);
  let isSilent = false;
  const tell = (response: ServerResponse) => {
    if (!isSilent) response.write(`event: snapshot\ndata: ${JSON.stringify(told)}\n\n`);
  };
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const name = path === '/' ? 'index.html' : path.slice(1);
    if (files.has(name)) {
      const headers = { 'content-type': TYPES[extname(name)], 'content-security-policy': PAGE_POLICY };
      response.writeHead(200, headers).end(readFileSync(join(BUILT, name)));
    } else if (path === '/status/events') {
      tell(response.writeHead(200, { 'content-type': 'text/event-stream' }));
      readers.add(response);
      response.on('close', () => readers.delete(response));
    } else if (path === '/-/reconcile') {
      response
        .writeHead(403, { 'content-type': 'application/json' })
        .end('{"error":"not allowed to trigger a pass: call from loopback","reason":"not-loopback"}');
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    tell: (snapshot, version = builtVersion) => {
      told = asOf(snapshot, version);
      for (const reader of readers) tell(reader);
    },
    keepSilent: (silent) => {
      isSilent = silent;
      for (const reader of readers) tell(reader);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
