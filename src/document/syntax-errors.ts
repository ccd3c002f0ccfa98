/** Turns the parser's errors into messages for people: what is wrong, at the place where it is fixed, and how. */
import type { Offset } from './chunks.ts';

export interface Explained {
  readonly at: Offset;
  readonly message: string;
}

/** Never shows text of the file beyond single signs: it may be a secret. */
export function syntaxError(text: string, at: Offset, code: string, message: string): Explained {
  const line = misplacedLine(text, at, code, message);
  return line === undefined ? { at, message: reworded(text, at, code, message) } : wrongIndentation(text, line);
}

function reworded(text: string, at: Offset, code: string, message: string): string {
  if (message.startsWith('Unsupported YAML version')) return 'only %YAML 1.2 is read: remove the line';
  // The tag itself is not shown: it may be the whole content of a secret file, also behind an anchor.
  if (/^(?:Unresolved tag|Could not resolve tag)/.test(message)) {
    return 'unknown tag: remove it, and quote the value if it is text';
  }
  const [, shown] = /^(Unknown directive|Not a YAML token)\b/.exec(message) ?? [];
  if (shown !== undefined) return `${lowerFirst(shown)}: remove the line`;
  if (message.startsWith('Block scalar header includes extra characters')) return 'nothing may follow "|" or ">" here';
  if (/^Unexpected \S*scalar at node end$/.test(message)) return unexpectedText(text, at);
  if (message === 'Implicit keys need to be on a single line') {
    return 'this line has no ": " after a name: write "name: value", with a blank after the colon';
  }
  if (message === 'Flow end indicator should be more indented than parent') {
    return `wrong indentation: indent this ${text.charAt(at)} deeper than the field it belongs to`;
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab is used for indentation: use spaces';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return `${lowerFirst(message)}: quote a text that contains ": "`;
    case 'BAD_DIRECTIVE':
      return `${lowerFirst(message)}: remove the line`;
    default:
      return lowerFirst(message);
  }
}

function unexpectedText(text: string, at: Offset): string {
  const before =
    text
      .slice(Math.max(at - 100, 0), at)
      .trimEnd()
      .at(-1) ?? '';
  switch (before) {
    case "'":
      return "unexpected text after the closing ': write a ' within the text twice, or quote the text with \"";
    case '"':
      return 'unexpected text after the closing ": write a " within the text as \\"';
    case ']':
    case '}':
      return `unexpected text after the closing ${before}: quote a text that begins with ${before === ']' ? '[' : '{'}`;
    default:
      return 'unexpected text after the value: quote the whole of it';
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const MISPLACED: ReadonlySet<string> = new Set([
  'All mapping items must start at the same column',
  'All sequence items must start at the same column',
  'Sequence item without - indicator',
  'A block sequence may not be used as an implicit map key',
]);

/** Both come of a second field in a line of its own that is indented too far; or of one that stands in the same line. */
const NESTED: ReadonlySet<string> = new Set(['BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY']);

/** The start of the line that is indented wrongly, where that is the error. */
function misplacedLine(text: string, at: Offset, code: string, message: string): Offset | undefined {
  if (MISPLACED.has(message)) return withoutComments(text, lineStart(text, at));
  if (NESTED.has(code)) return nextField(text, at);
  if (!/^Unexpected \S+ at node end$/.test(message)) return undefined;
  const start = lineStart(text, at);
  return text.slice(start, at).trim() === '' ? withoutComments(text, start) : undefined;
}

function withoutComments(text: string, from: Offset): Offset {
  for (let start = from; start < text.length; start = lineEnd(text, start) + 1) {
    if (!/^[ \t\r]*(?:#|$)/.test(beginning(text, start))) return start;
  }
  return from;
}

/** The line of the next field below a value; undefined where the line at `at` holds none before it, or another after it. */
function nextField(text: string, at: Offset): Offset | undefined {
  const here = lineStart(text, at);
  if (!/:\s/.test(text.slice(here, at))) return undefined;
  for (let start = at; start < text.length; ) {
    const end = lineEnd(text, start);
    const line = text.slice(start, end);
    if (/:(?:\s|$)/.test(line) && !/^\s*#/.test(line)) return start === at ? undefined : start;
    start = end + 1;
  }
  return undefined;
}

/** So many lines above are looked at, and so much of each: a file may be made of lines that are expensive to search. */
const LINES_ABOVE = 200;
const LINE_LENGTH = 1_000;

function beginning(text: string, start: Offset): string {
  return text.slice(start, Math.min(lineEnd(text, start), start + LINE_LENGTH));
}

function wrongIndentation(text: string, start: Offset): Explained {
  const line = beginning(text, start);
  const indent = line.length - line.trimStart().length;
  const isItem = /^-(?:\s|$)/.test(line.slice(indent));
  const column = indent + 1;
  const open = openColumns(text, start, isItem);
  const near = [open.find((one) => one < column), open.findLast((one) => one > column)];
  const columns = near.filter((one) => one !== undefined);
  const fix =
    columns.length === 0
      ? ', and nothing above it does'
      : `: begin it in column ${columns.join(' or ')}, like the ${isItem ? 'items' : 'fields'} above it`;
  return { at: start + indent, message: `wrong indentation: this line begins in column ${column}${fix}` };
}

/** Where the fields, or the items, that are open before the line begin; the innermost first. */
function openColumns(text: string, start: Offset, isItem: boolean): readonly number[] {
  const open: number[] = [];
  let least = Infinity;
  for (let end = start - 1, lines = 0; end >= 0 && least > 1 && lines < LINES_ABOVE; lines++) {
    const above = lineStart(text, end);
    const line = beginning(text, above);
    const [whole, indent = '', dashes = ''] = /^( *)((?:- +)*)/.exec(line) ?? [''];
    const rest = line.slice(whole.length);
    const isField = /^[^#].*:(?:\s|$)/.test(rest);
    const items = [...dashes.matchAll(/-/g)].map(({ index }) => indent.length + index + 1);
    const columns = isItem ? items : isField ? [whole.length + 1] : [];
    open.push(...columns.filter((column) => column < least).toReversed());
    if (isField || items.length > 0) least = Math.min(least, indent.length + 1);
    end = above - 1;
  }
  return open;
}

function lineStart(text: string, at: Offset): Offset {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: Offset): Offset {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}
