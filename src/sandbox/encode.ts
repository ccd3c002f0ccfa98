/** The bytes of an answer's body, encoded as the switches say. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Reply } from './reply.ts';
import type { Switches } from './switches.ts';

const ENCODERS: Readonly<Record<Switches['contentEncoding'], (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  br: (body) => brotliCompressSync(body),
  deflate: (body) => deflateSync(body),
};

export interface EncodedReply extends Reply {
  readonly bytes: Buffer;
}

/** An answer without a body stays one. */
export function encode(
  reply: Reply,
  { bom, contentEncoding }: Pick<Switches, 'bom' | 'contentEncoding'>,
): EncodedReply {
  const { body = '', contentType = '', headers } = reply;
  if (body === '') return { ...reply, bytes: Buffer.alloc(0) };
  const isMarked = bom && /^application\/(.*\+)?json\b/.test(contentType);
  const bytes = ENCODERS[contentEncoding](Buffer.from(isMarked ? `\u{feff}${body}` : body));
  return {
    ...reply,
    bytes,
    ...(contentEncoding === 'identity' ? {} : { headers: { ...headers, 'content-encoding': contentEncoding } }),
  };
}
