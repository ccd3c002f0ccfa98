/** Decodes the bytes of a file to text, or says why they are not YAML text. No character is silently replaced. */
import { isUtf8 } from 'node:buffer';

/** `at`: where the error is. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly at: Place; readonly message: string };

/** Both count from 1; columns in UTF-16 units. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const START: Place = { line: 1, column: 1 };
/** Bytes decoded at a time. Larger strings live outside V8's heap, where megabytes of garbage are collected late. */
const CHUNK_BYTES = 262_144;

/**
 * Reads UTF-8, and UTF-16 with a byte order mark (https://yaml.org/spec/1.2.2/, section 5.2). A CR alone becomes LF.
 * Byte order marks before documents are removed, so that columns are those of an editor.
 */
export function decode(content: Uint8Array | string): Decoded {
  if (typeof content === 'string') return asYaml(content);
  const [a, b, c, d] = content;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    return refused(START, 'the file is UTF-32: save it as UTF-8');
  }
  if (isUtf16(content)) return decodeUtf16(content);
  // In UTF-16, every second byte of an ASCII text is NUL.
  if ((a === 0 && b !== 0 && b !== undefined) || (b === 0 && a !== 0)) {
    return refused(START, 'the file is binary, or UTF-16 without a byte order mark: save it as UTF-8');
  }
  if (!isUtf8(content)) {
    const place = placeAfter(utf8Text(content.subarray(0, validLength(content))));
    return refused(place, 'this is not valid UTF-8: save the file as UTF-8');
  }
  return asYaml(utf8Text(content));
}

/** The lines of a file in any encoding, to search for ASCII in them. What is not UTF-16 is read byte by byte. */
export function roughLines(content: Uint8Array): readonly string[] {
  const text = isUtf16(content)
    ? utf16Text(content)
    : bufferOf(content)
        .toString('latin1')
        .replace(/^\u00ef\u00bb\u00bf/, '');
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
}

function isUtf16([a, b]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}

function decodeUtf16(content: Uint8Array): Decoded {
  const text = utf16Text(content);
  // A lone surrogate: half of a character.
  const broken = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
  if (broken !== null || content.length % 2 !== 0) {
    const before = text.slice(0, broken?.index).replace(/^\ufeff/, '');
    return refused(placeAfter(before), 'this is not valid UTF-16: save the file as UTF-8');
  }
  return asYaml(text);
}

/** An odd byte at the end is left out. */
function utf16Text(content: Uint8Array): string {
  let bytes = bufferOf(content.subarray(0, content.length - (content.length % 2)));
  if (bytes[0] === 0xfe) bytes = Buffer.from(bytes).swap16();
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    text += bytes.toString('utf16le', start, start + CHUNK_BYTES);
  return text;
}

function bufferOf(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

function utf8Text(content: Uint8Array): string {
  const bytes = bufferOf(content);
  let text = '';
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = start + CHUNK_BYTES;
    while (isWithinCharacter(bytes[end])) end--;
    text += bytes.toString('utf8', start, end);
  }
  return text;
}

/**
 * A byte order mark at the start of the text, before a line that starts a document, or after one that ends a document.
 */
const DOCUMENT_MARK =
  /\ufeff(?:(?<=^\ufeff)|(?<=[\r\n]\ufeff)(?=---(?:\s|$))|(?<=(?:^|[\r\n])\.\.\.(?:[ \t][^\r\n]*)?(?:\r\n?|\n)\ufeff))/g;

/** The parser knows only LF and CRLF. Nearly all texts have neither a mark nor a CR alone and are not copied. */
function asYaml(written: string): Decoded {
  const marked = written.includes('\ufeff') ? written.replaceAll(DOCUMENT_MARK, '') : written;
  return withoutControls(marked.includes('\r') ? marked.replaceAll(/\r(?!\n)/g, '\n') : marked);
}

/** YAML allows no control characters but tab and line ends. The parser would let them through. */
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

/** The number of bytes before the first one that is not UTF-8. Binary search needs no text and about twenty scans. */
function validLength(content: Uint8Array): number {
  const isValid = (end: number): boolean => isUtf8(content.subarray(0, end));
  let low = 0;
  let high = content.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // The middle may lie within a character, which has at most four bytes.
    if ([0, 1, 2, 3].some((back) => back <= middle && isValid(middle - back))) low = middle;
    else high = middle - 1;
  }
  while (!isValid(low)) low--;
  return low;
}

/** Counts character by character, since splitting could make a million strings. */
function placeAfter(text: string): Place {
  let { line } = START;
  let lineStart = 0;
  for (let at = 0; at < text.length; at++) {
    const isEnd = text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n');
    if (!isEnd) continue;
    line++;
    lineStart = at + 1;
  }
  return { line, column: text.length - lineStart + 1 };
}

function isWithinCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
