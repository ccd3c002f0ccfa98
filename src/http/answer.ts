/** Reading an answer: the body of a success, its coding, and Retry-After. */
import { isUtf8 } from 'node:buffer';
import { ReconcilerError } from '../base/errors.ts';
import { isObject, parseBounded } from '../base/json.ts';

export interface Success {
  readonly status: number;
  /** The body is empty or blank. */
  readonly isEmpty: boolean;
  /** The body as text. Throws Unreadable where it is compressed. */
  text(): string;
  /** The JSON object in the body. Throws Unreadable. */
  object(): Readonly<Record<string, unknown>>;
}

/** A success that cannot be understood. `isGarbled`: the body is cut off or is not JSON, so that a retry may help. */
export class Unreadable extends ReconcilerError {
  override readonly name = 'Unreadable';
  override readonly code = 'unreadable-answer';
  readonly isGarbled: boolean;

  constructor(message: string, isGarbled: boolean) {
    super(message);
    this.isGarbled = isGarbled;
  }
}

/** `coding`: the content coding, other than identity. */
export function success(status: number, body: Buffer, coding?: string): Success {
  const decoded = withoutBom(body.toString('utf8'));
  const isEmpty = decoded.trim() === '';
  const text = () => {
    if (coding !== undefined && !isEmpty) throw new Unreadable(`the body is ${encoded(coding)}`, false);
    return decoded;
  };
  return {
    status,
    isEmpty,
    text,
    object: () => {
      if (isEmpty) throw new Unreadable('the body is empty', true);
      const value = parse(text(), isUtf8(body));
      if (!isObject(value)) throw new Unreadable('the body is JSON, but not an object', false);
      return value;
    },
  };
}

/** RFC 8259 forbids writing a byte order mark, and allows a reader to ignore it. */
export function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Only these codings are named in messages: a header may hold anything, even the token that was sent. */
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress']);

/** The content coding of a body, although none was requested; undefined: there is none. */
export function contentCoding(headers: Readonly<Record<string, string>>): string | undefined {
  const coding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return undefined;
  return CODINGS.has(coding) ? coding : 'unknown';
}

export function encoded(coding: string): string {
  return `compressed (content-encoding: ${coding}) although identity was requested: check the proxy or CDN on the way`;
}

function parse(text: string, isIntact: boolean): unknown {
  try {
    if (isIntact) return parseBounded(text);
    throw new Unreadable('the body is not UTF-8', true);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof RangeError) throw new Unreadable(`the body is JSON ${error.message}`, false);
    // The parser's message is not used: it would repeat the text around the error, which may be a token.
    const kind = text.trimStart().startsWith('<')
      ? 'a page, not JSON'
      : `not complete JSON (${text.length} characters)`;
    throw new Unreadable(`the body is ${kind}`, true);
  }
}

/** The longest wait within one call: a pass has a deadline, and the next one tries again. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * Retry-After in milliseconds, at most `longestMs`; undefined where the header is missing or invalid. `now`: epoch
 * milliseconds.
 */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  now: number,
  longestMs: number = LONGEST_WAIT_MS,
): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, longestMs);
  const until = Date.parse(value);
  // The server's own clock counts where the answer has a Date: ours may be off.
  const from = Date.parse(headers['date'] ?? '') || now;
  return Number.isNaN(until) ? undefined : Math.min(Math.max(until - from, 0), longestMs);
}
