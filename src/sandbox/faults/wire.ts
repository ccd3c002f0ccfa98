/** Sends an answer, with the faults of the connection: delays, cuts, slow and torn bodies. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Reply } from '../api/reply.ts';
import type { Switches } from '../switches.ts';
import type { Effect } from './fault.ts';

type WireOutcome = 'answered' | 'cut' | 'abandoned';

/** Calls `settled` with the outcome before the last byte is sent, so that a client never sees more than the log. */
export async function sendReply(
  reply: EncodedReply,
  response: ServerResponse,
  effects: readonly Effect[],
  waiting: { readonly sleep: Sleep; readonly closing: AbortSignal },
  settled: (outcome: WireOutcome) => void,
): Promise<void> {
  for (const effect of effects) {
    if (effect.kind === 'delay' && (effect.carriedOut ?? true) === true) await waitFor(effect.ms, response, waiting);
  }
  if (response.closed || waiting.closing.aborted) {
    settled('abandoned');
    response.destroy();
    return;
  }
  if (effects.some((effect) => effect.kind === 'cut' && effect.carriedOut)) {
    settled('cut');
    cut(response);
    return;
  }
  const body = reply.bytes;
  writeHead(reply, response);
  const trickle = effects.find((effect) => effect.kind === 'trickle');
  const torn = effects.some((effect) => effect.kind === 'truncate' && effect.connection === 'cut');
  const sent = torn ? body.subarray(0, Math.floor(body.length / 2)) : body;
  settled('answered');
  if (trickle) await sendSlowly(sent, response, trickle, waiting);
  if (torn) await tear(trickle ? Buffer.alloc(0) : sent, response);
  else response.end(trickle ? undefined : sent);
}

/** Resets the connection instead of ending it: the client sees ECONNRESET. */
export function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function writeHead(reply: EncodedReply, response: ServerResponse): void {
  const { status, contentType, headers, withoutHeaders = [], bytes } = reply;
  const hasBody = bytes.length > 0;
  // Node would add a date of its own otherwise.
  if (withoutHeaders.includes('date')) response.sendDate = false;
  for (const name of withoutHeaders) response.removeHeader(name);
  response.writeHead(status, {
    ...(contentType && hasBody ? { 'content-type': contentType } : {}),
    ...(hasBody || status !== 204 ? { 'content-length': bytes.length } : {}),
    ...headers,
  });
}

async function sendSlowly(
  body: Buffer,
  response: ServerResponse,
  { bytes = 1, everyMs = 50 }: Extract<Effect, { kind: 'trickle' }>,
  waiting: { readonly sleep: Sleep; readonly closing: AbortSignal },
): Promise<void> {
  for (let at = 0; at < body.length && !response.closed && !waiting.closing.aborted; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await waitFor(everyMs, response, waiting);
  }
}

/** Sends the bytes before the connection ends, so that the client sees a torn answer instead of none. */
async function tear(sent: Buffer, response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(sent, () => resolve());
  });
  response.socket?.end();
  response.destroy();
}

/** The bytes of an answer's body, encoded as the switches say. */
const ENCODERS: Readonly<Record<Switches['contentEncoding'], (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  br: (body) => brotliCompressSync(body),
  deflate: (body) => deflateSync(body),
};

interface EncodedReply extends Reply {
  readonly bytes: Buffer;
}

/** Encodes the body of an answer. An answer without a body stays without one. */
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

/** Resolves after `ms` (`never`: not by itself); rejects as soon as `signal` aborts. */
export type Sleep = (ms: number | 'never', signal: AbortSignal) => Promise<void>;

/** The longest time a timer can wait. Node fires at once beyond it. */
const LONGEST_MS = 2_147_483_647;

export const realSleep: Sleep = async (ms, signal) => {
  await delay(ms === 'never' ? LONGEST_MS : Math.min(ms, LONGEST_MS), undefined, { signal });
};

/** Resolves after `ms` (`never`: not by itself), or as soon as the client is gone or the sandbox closes. */
export async function waitFor(
  ms: number | 'never',
  response: ServerResponse,
  { sleep, closing }: { readonly sleep: Sleep; readonly closing: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  response.once('close', stop);
  closing.addEventListener('abort', stop, { once: true });
  try {
    if (response.closed || closing.aborted) return;
    await sleep(ms, over.signal);
  } catch {
    // The wait was aborted: the caller checks the response to see why.
  } finally {
    response.off('close', stop);
    closing.removeEventListener('abort', stop);
  }
}
