/**
 * JSON from outside. Its size is checked before it is parsed, because one byte of it may take fifty bytes of memory.
 */

/** Values and members. A page of a thousand subscriptions with every category each has half as many. */
const MAX_PARTS = 300_000;
/** Levels. Recursive code, such as JSON.stringify, must not overflow the stack. */
const MAX_DEPTH = 100;

/**
 * Throws SyntaxError for text that is not JSON, and RangeError for JSON with more than `maxParts` parts or with more
 * levels than any answer needs.
 */
export function parseBounded(text: string, maxParts: number = MAX_PARTS): unknown {
  let parts = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        parts++;
        depth++;
        if (depth > MAX_DEPTH) throw new RangeError(`more than ${MAX_DEPTH} levels deep`);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        parts++;
    }
    if (parts > maxParts) throw new RangeError(`of more than ${maxParts} parts`);
  }
  return JSON.parse(text);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
