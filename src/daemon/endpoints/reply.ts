/** What an endpoint answers, and how an answer is made of it. */
import type { ServerResponse } from 'node:http';
import { servedJson } from '../served-json.ts';
import type { Denial } from './access.ts';

export interface Reply {
  readonly status: number;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  /** The body in chunks of bytes; takes the place of `body`. */
  readonly chunks?: readonly Buffer[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes over the answer once its headers are sent: it has no end. Takes the place of a body. */
  readonly stream?: (response: ServerResponse) => void;
}

/** The answer to a caller that may come again: nothing is wrong with what it asked for. */
export function busy(error: string): Reply {
  return { status: 503, body: { error }, headers: { 'retry-after': '5' } };
}

export function refusal({ status, error, reason }: Denial): Reply {
  return { status, body: { error, reason }, ...(status === 401 && { headers: { 'www-authenticate': 'Bearer' } }) };
}

export function chunksOf({ body, chunks }: Reply): readonly Buffer[] {
  return chunks ?? [typeof body === 'string' ? Buffer.from(body) : servedJson(body)];
}
