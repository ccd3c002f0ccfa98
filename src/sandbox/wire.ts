/** Puts an answer on the wire, with the faults that strike there. */
import type { ServerResponse } from 'node:http';
import type { EncodedReply } from './encode.ts';
import type { Effect } from './fault.ts';
import { type Sleep, waitFor } from './wait-for.ts';

export type WireOutcome = 'answered' | 'cut' | 'abandoned';

/** `settled` hears the outcome before the last byte leaves, so that a client never knows more than the log. */
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

/** A reset, not an orderly end: the client sees ECONNRESET. */
export function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function writeHead(reply: EncodedReply, response: ServerResponse): void {
  const { status, contentType, headers, withoutHeaders = [], bytes } = reply;
  const hasBody = bytes.length > 0;
  // Else Node puts in a date of its own.
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

/** The bytes leave before the connection ends, so that what the client sees is a torn answer and not none. */
async function tear(sent: Buffer, response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(sent, () => resolve());
  });
  response.socket?.end();
  response.destroy();
}
