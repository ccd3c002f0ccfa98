/** What a test delivery came to: the state of the receiver, read from the API's answer (docs/upvest-api.md, 4.2). */
import { STATUS_CODES } from 'node:http';
import { isObject, parseBounded } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import type { Success } from '../http/answer.ts';

/**
 * `ok`: the receiver answered 2xx. `refused`: it answered with another status. `redirects`: with a redirect, which is
 * not followed. `tls`: no secure connection. `unreachable`: no connection or no answer. `unknown`: nobody said.
 * The value says how to fix it.
 */
export const RECEIVER_FIXES = {
  ok: '',
  refused: 'fix the receiver, its own log says why',
  unreachable: 'check the url, DNS, the firewall, and whether the receiver is running',
  redirects: 'write the address it redirects to as the url, since Upvest follows none',
  tls: 'fix the certificate of the receiver, or the client certificate it asks for',
  unknown: 'send one with the command "test"',
} as const;
export type ReceiverState = keyof typeof RECEIVER_FIXES;
export const RECEIVER_STATES = Object.keys(RECEIVER_FIXES) as readonly ReceiverState[];

export interface TestAnswer {
  readonly state: ReceiverState;
  /** One line, without urls and bodies: a receiver may repeat secrets there. */
  readonly detail: string;
  /** The whole answer of the API, for whoever asked for the test. Absent: it was empty. */
  readonly body?: unknown;
}

/** Without a body, the test delivery was accepted and no more is known. Throws Unreadable for an encoded
 * body alone: the delivery has been made. */
export function readTestAnswer(answer: Success): TestAnswer {
  if (answer.isEmpty) return { state: 'unknown', detail: 'the API does not say what the receiver answered' };
  const text = answer.text();
  const body = parsed(text);
  return { ...receiverIn(body), body };
}

function parsed(text: string): unknown {
  try {
    return parseBounded(text);
  } catch {
    return text;
  }
}

function receiverIn(body: unknown): Pick<TestAnswer, 'state' | 'detail'> {
  const { status, headers, error } = (isObject(body) && isObject(body['response']) && body['response']) || {};
  if (typeof error === 'string' && error.trim() !== '') return { state: failure(error), detail: withoutUrls(error) };
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) {
    return { state: 'unknown', detail: 'the answer of the API does not say what the receiver answered' };
  }
  const detail = `answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status >= 200 && status < 300) return { state: 'ok', detail: status === 200 ? detail : `${detail}${NOT_200}` };
  if (status < 300 || status >= 400 || status === 304) return { state: 'refused', detail };
  return { state: 'redirects', detail: `${detail}${hostOf(headers)}` };
}

/** Two pages of the documentation disagree about what counts as received. */
const NOT_200 = '; one page of the documentation counts 200 alone as received';

/** The API's error is a text for people, so that only its words can be gone by. */
function failure(error: string): ReceiverState {
  return /\b(tls|ssl|x509|certificates?|handshake|eproto|wrong version number)\b/i.test(error.slice(0, MOST))
    ? 'tls'
    : 'unreachable';
}

const MOST = 1_000;

/** The host alone: the path and the query of a redirect may hold a secret. */
function hostOf(headers: unknown): string {
  if (!isObject(headers)) return '';
  const [, to] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'location') ?? [];
  const url = typeof to === 'string' ? URL.parse(to.slice(0, MOST)) : null;
  return url?.host ? ` to a url at ${oneLine(url.host, 100)}` : '';
}

/** A url in an error is the subscription's own, and may hold a secret in its path, its query or its user info. */
function withoutUrls(error: string): string {
  const words = oneLine(error).split(' ');
  return words.map((word) => (/:[/\\]{2}|[?@]./.test(word) ? '(url)' : word)).join(' ');
}
