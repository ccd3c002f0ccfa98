/** One request over the wire, and everything that can become of it, as a value. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';
import { systemCode } from '../base/errors.ts';
import { oneLine } from '../base/text.ts';
import { Gathered } from './gathered.ts';

/** What goes over the wire. `target`: path and query, percent-encoded. Header names in lower case. */
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
      /** In lower case; of one that came twice the first. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | {
      readonly answered: false;
      /** False: not a byte of the request was written, so it has certainly not been carried out. */
      readonly sent: boolean;
      readonly reason: 'connect' | 'network' | 'timeout' | 'barred';
      /** For people; holds nothing of the request or the answer. */
      readonly message: string;
    };

export interface Terms {
  readonly timeoutMs: number;
  /**
   * Asked at the last moment, when a connection is there and before the first byte is written: a reason not to send
   * after all. What is written is on its way for `timeoutMs` at the most.
   */
  readonly barred?: (() => string | undefined) | undefined;
  /** Breaks it off, on the wire as well. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of 1000 subscriptions is 3 MiB at the very most. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_PROBLEM_BYTES = 64 * 1024;

/**
 * Sends the headers as they are, follows no redirect, gives up after `timeoutMs`, body included. Never rejects.
 * By `dispatch` rather than `Pool.request`: only this way it is known whether the request was written at all, which
 * decides whether a create may be repeated, and only this way the time limit holds while still connecting.
 */
export async function exchange(pool: Pool, request: OutgoingRequest, terms: Terms): Promise<Exchanged> {
  const { method, target, headers, body } = request;
  const { timeoutMs, barred, signal } = terms;
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
      settle({ answered: false, sent, reason: sent ? 'network' : 'connect', message: describe(error, answer?.status) });
    const giveUp = (reason: 'timeout' | 'network', message: string) => {
      settle({ answered: false, sent, reason, message });
      abort(new Error(message));
    };
    const breakOff = () => giveUp('network', 'broken off');
    const timer = setTimeout(
      () => giveUp('timeout', `time limit of ${timeoutMs} ms reached${sent ? '' : ' before there was a connection'}`),
      timeoutMs,
    );
    signal?.addEventListener('abort', breakOff, { once: true });
    if (signal?.aborted) return breakOff();

    try {
      pool.dispatch(
        { path: target, method, headers, body: body ?? null },
        {
          onRequestStart: (controller) => {
            // Called just before the request is written. Given up while it waited for a connection, it must not be.
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
            // Of what is no success only its beginning is of use, and a gateway's page may be megabytes.
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

/** As Node calls a certificate that leads to no authority it knows. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Of the error only what is known to be harmless: a parser's error, for one, carries the bytes it stumbled over. */
function describe(error: Error, status: number | undefined): string {
  const code = systemCode(error) ?? error.name;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return `the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
  if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`;
  if (UNTRUSTED.has(code)) {
    return `its certificate is signed by nobody trusted here (${code}): name the file of its authority in NODE_EXTRA_CA_CERTS, or for a cluster in the kubeconfig`;
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return `no TLS is spoken at that port (${code})`;
  if (code.startsWith('ERR_SSL_')) return `TLS failed (${code})`;
  const after = status === undefined ? '' : ` after status ${status} had come`;
  return `${oneLine(error.message || code)}${after}`;
}
