/** Parses YAML text into documents of plain values that know where each value was written. */
import { isScalar, LineCounter } from 'yaml';
import { printable } from '../base/text.ts';
import { Enough, type Offset, chunks } from './chunks.ts';
import { decode } from './decode.ts';
import { UNCLOSED } from './openings.ts';
import type { Problem } from './problems.ts';
import { syntaxError } from './syntax-errors.ts';
import { type Placed, ValueBuilder } from './values.ts';

export type Path = readonly (string | number)[];

/** Both count from 1; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Document {
  readonly file: string;
  /** Objects, arrays, strings, numbers, booleans and null. Values reached through aliases are shared. */
  readonly value: unknown;
  /** Where `path` is written or, where it is not, the nearest parent that is. */
  position(path: Path, what?: 'key' | 'value'): Position;
}

export interface Parsed {
  /** Empty where the text has any syntax error. */
  readonly documents: readonly Document[];
  /** Sorted by place. Of the syntax errors of one line only the first is kept, since the others follow from it. */
  readonly problems: readonly Problem[];
}

/** A person does not read more problems than this. */
const MAX_PROBLEMS = 1_000;
/** A file within the size limit that people wrote does not hold more documents than this. */
const MAX_DOCUMENTS = 20_000;

/** `parseInSteps` without pauses, for when no other work has to wait. */
export function parseDocuments(file: string, content: Uint8Array | string): Parsed {
  const steps = parseInSteps(file, content);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Reads YAML 1.2, core schema: no `yes` for true, no merge keys, no dates, no unknown tags, no duplicate keys.
 * Documents without content (a trailing `---`, comments alone) are left out. Never throws.
 * `file` is the name that problems carry. Yields every few milliseconds, so that the caller may pause.
 */
export function* parseInSteps(file: string, content: Uint8Array | string): Generator<void, Parsed> {
  const decoded = decode(content);
  const lines = new LineCounter();
  if (!decoded.ok) {
    return { documents: [], problems: [problemAt(file, decoded.at, 'encoding', decoded.message)] };
  }
  const complaints = new Complaints(file, decoded.text, lines);
  const documents: Document[] = [];
  try {
    yield* readDocuments(decoded.text, file, lines, complaints, documents);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  const problems = complaints.byPlace();
  return { documents: problems.length > 0 ? [] : documents, problems };
}

function* readDocuments(
  text: string,
  file: string,
  lines: LineCounter,
  complaints: Complaints,
  documents: Document[],
): Generator<void> {
  const places = new ValueBuilder(complaints.add);
  for (const chunk of chunks(text, lines, complaints.syntax, complaints.add)) {
    yield;
    if (chunk === undefined) continue;
    const { document: yaml, of } = chunk;
    for (const { code, pos, message } of [...yaml.errors, ...yaml.warnings]) complaints.syntax(pos[0], code, message);
    if (yaml.directives?.yaml.version === '1.1') {
      const at = Math.max(text.lastIndexOf('%YAML', yaml.range[0]), 0);
      complaints.add(at, 'yaml', '%YAML 1.1 turns words like "yes" into booleans: remove the directive');
    }
    const placed = places.add(chunk);
    const isEmpty = yaml.contents === null || (isScalar(yaml.contents) && yaml.contents.source === '');
    if (placed === undefined || of !== undefined || isEmpty) continue;
    documents.push({ file, value: placed.value, position: (path, what) => position(lines, find(placed, path, what)) });
    if (documents.length > MAX_DOCUMENTS) {
      complaints.add(placed.at, 'too-large', `more than ${MAX_DOCUMENTS} documents: split the file`);
      return;
    }
  }
}

class Complaints {
  readonly #file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #syntax = new Map<number, Problem>();
  readonly #others: Problem[] = [];
  /** Of the first quote or bracket that is not closed: from there on nothing is read as it was meant. */
  #unclosed: Offset = Infinity;

  constructor(file: string, text: string, lines: LineCounter) {
    this.#file = file;
    this.#text = text;
    this.#lines = lines;
  }

  readonly syntax = (at: Offset, code: string, message: string): void => {
    if (code === UNCLOSED) this.#unclosed = Math.min(this.#unclosed, at);
    else if (at > this.#unclosed) return;
    if (this.#isKnown(position(this.#lines, at))) return;
    const error = syntaxError(this.#text, at, code, message);
    const where = position(this.#lines, error.at);
    if (this.#isKnown(where)) return;
    this.#syntax.set(where.line, problemAt(this.#file, where, 'yaml', error.message));
    this.#stopIfEnough();
  };

  readonly add = (at: Offset, rule: string, message: string): void => {
    if (at > this.#unclosed) return;
    this.#others.push(problemAt(this.#file, position(this.#lines, at), rule, message));
    this.#stopIfEnough();
  };

  byPlace(): readonly Problem[] {
    // A line that is indented wrongly is often taken for the name of a field.
    const others = this.#others.filter(({ rule, line }) => rule !== 'key' || !this.#syntax.has(line));
    return [...this.#syntax.values(), ...others].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  #isKnown({ line, column }: Position): boolean {
    const first = this.#syntax.get(line);
    return first !== undefined && first.column <= column;
  }

  #stopIfEnough(): void {
    if (this.#syntax.size + this.#others.length >= MAX_PROBLEMS) throw new Enough();
  }
}

function problemAt(file: string, at: Position, rule: string, message: string): Problem {
  return { severity: 'error', file, ...at, field: '', message: printable(message.slice(0, 300)), rule };
}

function position(lines: LineCounter, at: Offset): Position {
  const { line, col } = lines.linePos(at);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function find(root: Placed, path: Path, what: 'key' | 'value' = 'value'): Offset {
  let placed = root;
  let key = root.at;
  for (const step of path) {
    const part = partOf(placed, step);
    if (part === undefined) return placed.at;
    ({ key, placed } = part);
  }
  return what === 'key' ? key : placed.at;
}

function partOf({ parts }: Placed, step: string | number): { key: Offset; placed: Placed } | undefined {
  if (parts instanceof Map) return parts.get(String(step));
  const placed = (parts as readonly Placed[])[Number(step)];
  return placed && { key: placed.at, placed };
}
