/** One request over the wire, and everything that can become of it, as a value. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import UndiciPool from 'undici/lib/dispatcher/pool.js';
import { oneLine } from './one-line.ts';
import type { OutgoingRequest } from './sign-request.ts';

export type Exchanged =
  | {
      readonly answered: true;
      readonly status: number;
      /** In lower case; of one that came twice the first. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | {
      readonly answered: false;
      /** False: not a byte of the request was written, so it has certainly not been carried out. */
      readonly sent: boolean;
      readonly reason: 'connect' | 'network' | 'timeout';
      /** For people; holds nothing of the request or the answer. */
      readonly message: string;
    };

/** A page of 1000 subscriptions is 3 MiB at the very most. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Keep-alive connections to the API, as many as there are requests at once, so that none waits unseen with its clock running. */
export function connections(url: string, count: number, timeoutMs: number): Pool {
  return new UndiciPool(new URL(url).origin, {
    connections: count,
    pipelining: 1,
    // What was signed is sent as it stands; HTTP/2 would also make "was anything written?" hard to answer.
    allowH2: false,
    connect: { timeout: timeoutMs },
    // The time limit below covers the whole answer; undici's own are coarse.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
}

/**
 * Sends the headers as they are, follows no redirect, gives up after `timeoutMs`, body included. Never rejects.
 * By `dispatch` rather than `Pool.request`: only this way it is known whether the request was written at all, which
 * decides whether a create may be repeated, and only this way the time limit holds while still connecting.
 */
export async function exchange(pool: Pool, request: OutgoingRequest, timeoutMs: number): Promise<Exchanged> {
  const { method, target, headers, body } = request;
  return await new Promise((resolve) => {
    let sent = false;
    let isOver = false;
    let abort: (reason: Error) => void = () => {};
    let answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
    const chunks: Buffer[] = [];

    const settle = (outcome: Exchanged) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(outcome);
    };
    const fail = (error: Error) =>
      settle({ answered: false, sent, reason: sent ? 'network' : 'connect', message: describe(error, answer?.status) });
    const timer = setTimeout(() => {
      const message = `time limit of ${timeoutMs} ms reached${sent ? '' : ' before there was a connection'}`;
      settle({ answered: false, sent, reason: 'timeout', message });
      abort(new Error(message));
    }, timeoutMs);

    try {
      pool.dispatch(
        { path: target, method, headers, body: body ?? null },
        {
          onRequestStart: (controller) => {
            // Called just before the request is written. Given up while it waited for a connection, it must not be.
            if (isOver) return controller.abort(new Error('given up'));
            sent = true;
            abort = (reason) => controller.abort(reason);
          },
          onResponseStart: (_controller, status, received) => {
            if (status >= 200) answer = { status, headers: single(received) };
          },
          onResponseData: (_controller, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () => {
            if (answer) settle({ answered: true, ...answer, body: Buffer.concat(chunks) });
          },
          onResponseError: (_controller, error) => fail(error),
        },
      );
    } catch (error) {
      fail(error instanceof Error ? error : new Error('the request could not be sent'));
    }
  });
}

function single(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, typeof value === 'string' ? value : (value[0] ?? '')]),
  );
}

/** Of the error only what is known to be harmless: a parser's error, for one, carries the bytes it stumbled over. */
function describe(error: Error, status: number | undefined): string {
  const code = 'code' in error ? String(error.code) : error.name;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
  if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`;
  const after = status === undefined ? '' : ` after status ${status} had come`;
  return `${oneLine(error.message || code)}${after}`;
}
