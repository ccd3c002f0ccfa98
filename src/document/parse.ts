/** YAML text → documents of plain values that know where everything in them was written. */
import { isScalar, LineCounter, parseAllDocuments, type Document as YamlDocument } from 'yaml';
import { decode } from './decode.ts';
import { type Offset, type Placed, placeValues } from './plain.ts';
import type { Problem } from './problem.ts';
import { printable } from '../printable.ts';

export type Path = readonly (string | number)[];

/** Both count from 1; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Document {
  readonly file: string;
  /** Objects, arrays, strings, numbers, booleans and null; parts that came by an alias are shared. */
  readonly value: unknown;
  /** Where `path` is written; of a path that is not there, the nearest part that is. */
  position(path: Path, what?: 'key' | 'value'): Position;
}

export interface Parsed {
  /** Empty where the text has any syntax error. */
  readonly documents: readonly Document[];
  /** Syntax errors; every one, in order. */
  readonly problems: readonly Problem[];
}

/**
 * YAML 1.2, core schema: no `yes` for true, no merge keys, no dates, no unknown tags, no key twice.
 * Documents without content (a trailing `---`, comments alone) are left out. Never throws.
 * `file` is what the problems call it.
 */
export function parseDocuments(file: string, content: Uint8Array | string): Parsed {
  const problems: Problem[] = [];
  const decoded = decode(content);
  const lines = new LineCounter();
  const position = (at: Offset): Position => {
    const { line, col } = lines.linePos(at);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const complain = (at: Position, rule: string, message: string): void => {
    problems.push({ severity: 'error', file, ...at, field: '', message: printable(message.slice(0, 300)), rule });
  };
  if (!decoded.ok) {
    const before = decoded.before.split(/\r?\n/);
    complain({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }, 'encoding', decoded.message);
    return { documents: [], problems };
  }

  const documents: Document[] = [];
  for (const yaml of readAll(decoded.text, lines)) {
    for (const { code, pos, message } of [...yaml.errors, ...yaml.warnings]) {
      complain(position(pos[0]), 'yaml', inWords(code, message));
    }
    if (yaml.directives?.yaml.version === '1.1') {
      const at = decoded.text.lastIndexOf('%YAML', yaml.range[0]);
      complain(
        position(Math.max(at, 0)),
        'yaml',
        '%YAML 1.1 turns words like "yes" into booleans: remove the directive',
      );
    }
    const placed = placeValues(yaml, (at, rule, message) => complain(position(at), rule, message));
    const isEmpty = yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.source === '');
    if (!isEmpty)
      documents.push({ file, value: placed.value, position: (path, what) => position(find(placed, path, what)) });
  }
  return { documents: problems.length > 0 ? [] : documents, problems };
}

function readAll(text: string, lineCounter: LineCounter): readonly YamlDocument.Parsed[] {
  const found = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // Ours: the parser's own check takes the square of the number of keys.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter,
  });
  return 'empty' in found ? [] : found;
}

function find(root: Placed, path: Path, what: 'key' | 'value' = 'value'): Offset {
  let placed = root;
  let key = root.at;
  for (const step of path) {
    const part = placed.parts.get(step);
    if (part === undefined) return placed.at;
    ({ key, placed } = part);
  }
  return what === 'key' ? key : placed.at;
}

/** The parser's messages, with the next step where it leaves that open. */
function inWords(code: string, message: string): string {
  const unresolved = /^Unresolved tag: (.*)$/s.exec(message);
  if (unresolved) return `unknown tag "${unresolved[1]}": remove it, and quote the value if it is text`;
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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
