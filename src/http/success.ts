/** The body of a successful answer, to be understood by the call that asked for it. */
import { isUtf8 } from 'node:buffer';
import { parseBounded } from './bounded-json.ts';

export interface Success {
  readonly status: number;
  readonly isEmpty: boolean;
  readonly text: string;
  /** The JSON object in the body. Throws Unreadable. */
  object(): Readonly<Record<string, unknown>>;
}

/** A success that cannot be understood. `isGarbled`: cut off or no JSON at all, so asking again may help. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly isGarbled: boolean;

  constructor(message: string, isGarbled: boolean) {
    super(message);
    this.isGarbled = isGarbled;
  }
}

export function success(status: number, body: Buffer): Success {
  const text = body.toString('utf8');
  return {
    status,
    isEmpty: text.trim() === '',
    text,
    object: () => {
      if (text.trim() === '') throw new Unreadable('the body is empty', true);
      const value = parse(text, isUtf8(body));
      if (!isObject(value)) throw new Unreadable('the body is JSON, but no object', false);
      return value;
    },
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
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
