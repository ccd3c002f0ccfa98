/** One request over the wire. Every result, failures included, is a value. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import { systemCode } from '../base/errors.ts';
import { noConnection, type Unanswered, unanswered } from './unanswered.ts';

/** A request as it is sent. `target`: path and query, percent-encoded. Header names are in lower case. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export type Exchanged =
  | {
      readonly answered: true;
      readonly status: number;
      /** Names in lower case. Of a header that came twice, the first value. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | ({
      readonly answered: false;
      /** False: no byte of the request was written, so that it has certainly not been carried out. */
      readonly sent: boolean;
      readonly reason: 'connect' | 'network' | 'timeout' | 'barred';
    } & Unanswered);

interface Terms {
  readonly timeoutMs: number;
  /**
   * Called at the last moment, when there is a connection and before the first byte is written. It may give a reason
   * not to send the request. A written request is on its way for `timeoutMs` at most.
   */
  readonly barred?: (() => string | undefined) | undefined;
  /** The setting that holds the address, for advice. */
  readonly setting?: string | undefined;
  /** Aborts the exchange, on the wire as well. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of 1000 subscriptions has at most 3 MiB. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_PROBLEM_BYTES = 64 * 1024;

/**
 * Sends the headers unchanged, follows no redirect, and gives up after `timeoutMs`, body included. Never rejects. It
 * uses `dispatch` and not `Pool.request`, because only `dispatch` shows whether the request was written at all, which
 * decides whether a create may be repeated, and because only then the time limit also covers connecting.
 */
export async function exchange(pool: Pool, request: OutgoingRequest, terms: Terms): Promise<Exchanged> {
  const { method, target, headers, body } = request;
  const { timeoutMs, barred, setting, signal } = terms;
  return await new Promise((resolve) => {
    let sent = false;
    let isOver = false;
    let abort: (reason: Error) => void = () => {};
    let answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
    const kept = new Gathered();

    const settle = (outcome: Exchanged) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', breakOff);
      resolve(outcome);
    };
    const fail = (error: Error) =>
      settle({
        answered: false,
        sent,
        reason: sent ? 'network' : 'connect',
        ...failure(error, answer?.status, setting),
      });
    const giveUp = (reason: 'timeout' | 'network', why: Unanswered) => {
      settle({ answered: false, sent, reason, ...why });
      abort(new Error(why.message));
    };
    const breakOff = () => giveUp('network', { message: 'broken off' });
    const timer = setTimeout(() => {
      const message = `time limit of ${timeoutMs} ms reached`;
      giveUp('timeout', sent ? { message } : noConnection(`${message} before there was a connection`, setting));
    }, timeoutMs);
    signal?.addEventListener('abort', breakOff, { once: true });
    if (signal?.aborted) return breakOff();

    try {
      pool.dispatch(
        { path: target, method, headers, body: body ?? null },
        {
          onRequestStart: (controller) => {
            // Called just before the request is written. It must not be written if it was given up while connecting.
            if (isOver) return controller.abort(new Error('given up'));
            const reason = barred?.();
            if (reason !== undefined) {
              settle({ answered: false, sent, reason: 'barred', message: reason });
              return controller.abort(new Error(reason));
            }
            sent = true;
            abort = (reason) => controller.abort(reason);
          },
          onResponseStart: (_controller, status, received) => {
            if (status >= 200) answer = { status, headers: single(received) };
          },
          onResponseData: (_controller, chunk) => {
            // Only the beginning of an error answer is of use, and the page of a gateway may have megabytes.
            if ((answer?.status ?? 0) >= 300 && kept.length >= MAX_PROBLEM_BYTES) return;
            kept.add(chunk);
          },
          onResponseEnd: () => {
            if (answer) settle({ answered: true, ...answer, body: kept.bytes() });
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

function failure(error: Error, status: number | undefined, setting: string | undefined): Unanswered {
  if (systemCode(error) === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return { message: `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB` };
  return unanswered(error, status, setting);
}

/** The most that is allocated before it is filled. */
const PAGE_BYTES = 65_536;

/**
 * The bytes of an answer. Its chunks are not kept: a server that sends single bytes would make millions of objects out
 * of an answer of permitted length. They fill pages, each as long as what came before it.
 */
class Gathered {
  readonly #pages: Buffer[] = [];
  #free = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#free.length === 0) {
        this.#free = Buffer.allocUnsafe(Math.max(rest.length, Math.min(this.#length, PAGE_BYTES)));
        this.#pages.push(this.#free);
      }
      const copied = rest.copy(this.#free);
      this.#free = this.#free.subarray(copied);
      rest = rest.subarray(copied);
      this.#length += copied;
    }
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pages, this.#length);
  }
}
