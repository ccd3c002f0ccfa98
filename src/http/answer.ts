/** The body of a successful answer, to be understood by the call that asked for it. */
import { isUtf8 } from 'node:buffer';
import { ReconcilerError } from '../base/errors.ts';
import { isObject, parseBounded } from '../base/json.ts';

export interface Success {
  readonly status: number;
  /** Holds nothing, or blanks alone. */
  readonly isEmpty: boolean;
  /** Throws Unreadable where it is compressed. */
  text(): string;
  /** The JSON object in the body. Throws Unreadable. */
  object(): Readonly<Record<string, unknown>>;
}

/** A success that cannot be understood. `isGarbled`: cut off or no JSON at all, so asking again may help. */
export class Unreadable extends ReconcilerError {
  override readonly name = 'Unreadable';
  override readonly code = 'unreadable-answer';
  readonly isGarbled: boolean;

  constructor(message: string, isGarbled: boolean) {
    super(message);
    this.isGarbled = isGarbled;
  }
}

/** `coding`: of its content, other than none. */
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
      if (!isObject(value)) throw new Unreadable('the body is JSON, but no object', false);
      return value;
    },
  };
}

/** RFC 8259 forbids it and allows to read it all the same. */
export function withoutBom(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Of all that a header may hold, a token that was sent for one, only these are named. */
const CODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress']);

/** How a body is coded although none was asked for; undefined: as it stands. */
export function contentCoding(headers: Readonly<Record<string, string>>): string | undefined {
  const coding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return undefined;
  return CODINGS.has(coding) ? coding : 'none that is known';
}

export function encoded(coding: string): string {
  return `compressed (content-encoding: ${coding}) although identity was asked for: see to the proxy or CDN on the way`;
}

function parse(text: string, isIntact: boolean): unknown {
  try {
    if (isIntact) return parseBounded(text);
    throw new Unreadable('the body is not UTF-8', true);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof RangeError) throw new Unreadable(`the body is JSON ${error.message}`, false);
    // Where it broke off is not said: the parser's message would repeat the text around it, a token perhaps.
    const kind = text.trimStart().startsWith('<') ? 'a page, not JSON' : `no complete JSON (${text.length} characters)`;
    throw new Unreadable(`the body is ${kind}`, true);
  }
}

/** Nobody waits longer than this within one call: a pass has a deadline, and comes again. */
export const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds, at most `longestMs`; undefined where there is no such header or it makes no sense. `now`: epoch milliseconds.
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
  // The server's own clock, where it tells the time: ours may be off.
  const from = Date.parse(headers['date'] ?? '') || now;
  return Number.isNaN(until) ? undefined : Math.min(Math.max(until - from, 0), longestMs);
}
