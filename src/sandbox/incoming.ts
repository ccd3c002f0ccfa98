/** A request as received: read whole before anything is decided. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SignedMessage } from './signature-base.ts';

export interface Incoming extends SignedMessage {
  readonly requestId: string;
  readonly body: Buffer;
  /** The body was longer than the sandbox reads; `body` is empty. */
  readonly tooLarge: boolean;
}

/** Far more than the longest subscription needs. */
const MAX_BODY_BYTES = 1_048_576;

export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  // The absolute form (`GET http://host/path`) is what clients send through a proxy.
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '');
  const at = target.indexOf('?');
  const { headersDistinct } = request;
  const body = await readBody(request);
  return {
    requestId: randomUUID(),
    method: request.method ?? 'GET',
    path: (at < 0 ? target : target.slice(0, at)) || '/',
    query: at < 0 ? undefined : target.slice(at),
    header: (name) => headersDistinct[name]?.join(', '),
    body: body ?? Buffer.alloc(0),
    tooLarge: body === undefined,
  };
}

/** `undefined`: too long. The rest is read and dropped, so that the answer can still be heard. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}
