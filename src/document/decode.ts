/** Bytes of a file → text, or the reason why they are no YAML text. Nothing is replaced silently. */
import { isUtf8 } from 'node:buffer';

/** `at`: where it went wrong. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly at: Place; readonly message: string };

/** Both count from 1; columns in UTF-16 units. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const LINE_FEED = 0x0a;
const START: Place = { line: 1, column: 1 };
/** Of text in larger pieces Node makes strings outside of the heap, where megabytes of garbage lie for long. */
const PIECE_BYTES = 262_144;

export function decode(content: Uint8Array | string): Decoded {
  if (typeof content === 'string') return withoutControls(content);
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    return refused(START, 'the file is UTF-16: save it as UTF-8');
  }
  if (a === 0xef && b === 0xbb && content[2] === 0xbf) {
    return refused(START, 'the file starts with a byte order mark: save it as UTF-8 without BOM');
  }
  // Half of an ASCII text in UTF-16 without a byte order mark is NUL.
  if ((a === 0 && b !== 0 && b !== undefined) || (b === 0 && a !== 0)) {
    return refused(START, 'the file is UTF-16 or binary: save it as UTF-8');
  }
  if (!isUtf8(content)) {
    const place = placeAfter(textOf(content.subarray(0, validLength(content))));
    return refused(place, 'this is not valid UTF-8: save the file as UTF-8');
  }
  return withoutControls(textOf(content));
}

function textOf(content: Uint8Array): string {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  let text = '';
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = start + PIECE_BYTES;
    while (isWithinCharacter(bytes[end])) end--;
    text += bytes.toString('utf8', start, end);
  }
  return text;
}

/** YAML knows no control characters beside tab and line ends; parsers pass them on all the same. */
function withoutControls(text: string): Decoded {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/.exec(text);
  if (!found) return { ok: true, text };
  const code = found[0].charCodeAt(0);
  const name =
    code === 0 ? 'a NUL character' : `the control character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return refused(
    placeAfter(text.slice(0, found.index)),
    `${name} is not allowed in YAML: remove it, or write it as an escape in double quotes`,
  );
}

function refused(at: Place, message: string): Decoded {
  return { ok: false, at, message };
}

/** Of what comes before the first byte that is not UTF-8. Makes no text on the way: in all twenty times the file. */
function validLength(content: Uint8Array): number {
  const isValid = (end: number): boolean => isUtf8(content.subarray(0, end));
  let low = 0;
  let high = content.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // In the middle of a character as well, which has four bytes at most.
    if ([0, 1, 2, 3].some((back) => back <= middle && isValid(middle - back))) low = middle;
    else high = middle - 1;
  }
  while (!isValid(low)) low--;
  return low;
}

/** Character by character, without a text for each line: there may be a million. */
function placeAfter(text: string): Place {
  let { line } = START;
  let lineStart = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== LINE_FEED) continue;
    line++;
    lineStart = at + 1;
  }
  return { line, column: text.length - lineStart + 1 };
}

function isWithinCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
