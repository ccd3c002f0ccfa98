/** What an exchange means for the call it was made for: a value, a failure, and whether to send again. */
import { STATUS_CODES } from 'node:http';
import { isObject } from '../base/json.ts';
import { maskSecrets } from '../base/secret.ts';
import { oneLine } from '../base/text.ts';
import {
  contentCoding,
  encoded,
  LONGEST_WAIT_MS,
  retryAfter,
  type Success,
  success,
  Unreadable,
  withoutBom,
} from '../http/answer.ts';
import type { Exchanged } from '../http/exchange.ts';
import type { RetryReason } from './client.ts';
import type { ApiFailure, ApiProblem, Outcome, RequestLabel } from './errors.ts';

export interface Expectation<T> {
  readonly label: RequestLabel;
  /** The call may be carried out twice without harm: every call but `POST /webhooks` and test deliveries. */
  readonly isRepeatable: boolean;
  /** Reads a success. Throws Unreadable. */
  readonly read: (answer: Success) => T;
  /**
   * The value of a 404, where that is not a failure. `mayBeOurs`: an earlier attempt of the same call may have been
   * carried out.
   */
  readonly absent?: (mayBeOurs: boolean) => T;
}

export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure; readonly again?: Again };

/** `afterMs`: the wait the API asked for. */
export interface Again {
  readonly reason: RetryReason;
  readonly afterMs?: number | undefined;
  /** Another attempt fails too, unless somebody changes something. */
  readonly isLasting?: true;
}

interface Circumstances {
  readonly requestId?: string | undefined;
  /** Secrets that were sent and must not be repeated in a message. */
  readonly secrets: readonly string[];
  /** An earlier attempt of the same call may have been carried out. */
  readonly mayBeOurs: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What the operator can do about a status. */
  readonly hint: (status: number, problem: ApiProblem) => string | undefined;
}

export function verdict<T>(expected: Expectation<T>, exchanged: Exchanged, about: Circumstances): Verdict<T> {
  const { label, isRepeatable } = expected;
  if (!exchanged.answered) {
    const outcome = exchanged.sent ? 'unknown' : 'refused';
    const { message, advice, reason, isLasting } = exchanged;
    const failure: ApiFailure = { request: label, problem: { title: message }, outcome, hint: advice };
    // A barred change is not retried: another instance may be changing the tenant by then.
    if (reason === 'barred' || !mayRepeat(outcome, isRepeatable)) return { ok: false, failure };
    return { ok: false, failure, again: { reason, ...(isLasting && { isLasting }) } };
  }
  const { status, headers, body } = exchanged;
  const coding = contentCoding(headers);
  if (status >= 200 && status < 300) return understood(expected, success(status, body, coding), about.requestId);
  if (status === 404 && expected.absent) return { ok: true, value: expected.absent(about.mayBeOurs) };

  // 408 may come from a proxy that found the request too slow, while the API still carries it out. A redirect only says
  // where to send the request instead, so it was not carried out.
  const outcome = status >= 300 && status < 500 && status !== 408 ? 'refused' : 'unknown';
  const { problem, requestId } = problemDocument(status, body, about.secrets, coding);
  const failure: ApiFailure = {
    request: label,
    status,
    problem,
    outcome,
    requestId: about.requestId ?? requestId,
    hint: about.hint(status, problem),
  };
  const reason = status === 429 ? 'rate-limit' : status >= 500 || status === 408 ? 'server-error' : undefined;
  const waitMs = retryAfter(headers, about.now, LONGEST_PAUSE_MS) ?? 0;
  if ((status === 429 || status === 503) && waitMs > LONGEST_WAIT_MS) {
    return { ok: false, failure: { ...failure, retryAfterMs: waitMs, hint: comeBackAt(about.now + waitMs) } };
  }
  if (reason === undefined || !mayRepeat(outcome, isRepeatable)) return { ok: false, failure };
  return { ok: false, failure, again: { reason, afterMs: Math.min(waitMs, LONGEST_WAIT_MS) } };
}

/** Milliseconds. A longer wait that the API asks for is cut to this, because its reason may be gone by then. */
const LONGEST_PAUSE_MS = 3_600_000;

function comeBackAt(time: number): string {
  return `The API asks for a wait (Retry-After): try again at ${new Date(time).toISOString()}`;
}

function mayRepeat(outcome: Outcome, isRepeatable: boolean): boolean {
  return isRepeatable || outcome === 'refused';
}

function understood<T>(expected: Expectation<T>, answer: Success, requestId: string | undefined): Verdict<T> {
  try {
    return { ok: true, value: expected.read(answer) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const failure: ApiFailure = {
      request: expected.label,
      status: answer.status,
      problem: { title: 'with something that cannot be understood', detail: error.message },
      // The API answered success, so the request was most likely carried out.
      outcome: 'unknown',
      requestId,
    };
    return { ok: false, failure, ...(error.isGarbled && expected.isRepeatable && { again: { reason: 'unreadable' } }) };
  }
}

/**
 * Reads an error answer. Never throws. `details` and bare words as `type` occur (docs/upvest-api.md, 1.2).
 * `secrets` are masked, because the answer may repeat them. `coding`: the content coding of the body, which is then not
 * read.
 */
export function problemDocument(
  status: number,
  body: Buffer,
  secrets: readonly string[],
  coding?: string,
): { readonly problem: ApiProblem; readonly requestId?: string } {
  if (coding !== undefined && body.length > 0) {
    return { problem: { title: STATUS_CODES[status] ?? 'unknown status', detail: `the body is ${encoded(coding)}` } };
  }
  const text = withoutBom(body.subarray(0, 64 * 1024).toString('utf8'));
  // Secrets are masked after parsing, because JSON can escape any character.
  const mask = (said: string) => maskSecrets(said, secrets);
  const document = parse(text);
  if (!document) {
    const detail = outline(text, mask);
    return { problem: { title: STATUS_CODES[status] ?? 'unknown status', ...(detail && { detail }) } };
  }
  const said = (limit: number, ...names: string[]) => {
    const value = names.map((name) => document[name]).find((member) => typeof member === 'string' && member !== '');
    return typeof value === 'string' ? oneLine(mask(value), limit) : undefined;
  };
  const detail = said(500, 'detail', 'details', 'error_description', 'message');
  const type = said(200, 'type');
  const requestId = said(100, 'request_id');
  return {
    problem: {
      title: said(100, 'title', 'error') ?? STATUS_CODES[status] ?? 'unknown status',
      ...(detail && { detail }),
      ...(type && { type }),
    },
    ...(requestId && { requestId }),
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The title of a page, the beginning of other text, and of unreadable JSON only that it is JSON. */
function outline(text: string, mask: (said: string) => string): string {
  if (/^\s*[{[]/.test(text)) return 'JSON that is not a problem document, or is cut off';
  const title = /<title[^>]*>([^<]*)<\/title/i.exec(text)?.[1];
  if (title !== undefined) return `an HTML page, ${JSON.stringify(oneLine(mask(fromHtml(title))))}`;
  return /^\s*<(!doctype|html)/i.test(text) ? 'an HTML page' : oneLine(mask(text));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromHtml(text: string): string {
  return text.replaceAll(
    /&(?:#(?<decimal>\d{1,6})|#x(?<hex>[0-9a-f]{1,5})|(?<name>[a-z]+));/gi,
    (written, ...found) => {
      const { decimal, hex, name = '' } = found.at(-1) as Readonly<Record<string, string | undefined>>;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return Number.isNaN(code) ? (NAMED[name.toLowerCase()] ?? written) : String.fromCodePoint(code);
    },
  );
}
