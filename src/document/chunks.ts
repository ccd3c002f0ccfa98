/**
 * Turns YAML text into composed documents, and a large document into chunks, so that memory never holds the tokens or
 * nodes of a whole file and other work can run between chunks. A text made to be expensive is refused early.
 */
import { Composer, CST, type Document, Lexer, type LineCounter, Parser } from 'yaml';
import { ReconcilerError } from '../base/errors.ts';
import { Openings } from './openings.ts';

/**
 * A document or, where `of` is given, some items of that collection, which is not complete yet. Outer collections come
 * first.
 */
export interface Chunk {
  readonly document: Document.Parsed;
  readonly of?: { readonly collection: Collection; readonly depth: number };
}

type Collection = CST.BlockMap | CST.BlockSequence;

/** Levels below the document itself. */
export const MAX_DEPTH = 100;
/**
 * Tokens held at a time, about 250 bytes each. Complete items of a block list are handed on, so only one item counts.
 */
const MAX_HELD = 150_000;
/** Tokens between two chunks. */
const CHUNK_TOKENS = 5_000;
/** Tokens between two pauses, about a millisecond of work. */
const PAUSE_TOKENS = 250;

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  // values.ts checks for duplicate keys: the parser's own check is quadratic in the number of keys.
  uniqueKeys: false,
  // The source token tells which collection a later chunk continues.
  keepSourceTokens: true,
  logLevel: 'silent',
} as const;

/** Yields chunks; `undefined` is a pause without a chunk. Throws `Enough`. */
export function* chunks(
  text: string,
  lines: LineCounter,
  complain: (at: number, code: string, message: string) => void,
  refuse: Complain,
): Generator<Chunk | undefined> {
  const parser = new Parser(lines.addNewLine);
  const openings = new Openings(complain);
  const composer = composerFor(complain);
  let held = 0;
  let count = 0;
  let hasDirective = false;
  let hasDocument = false;

  function* compose(token: CST.Token): Generator<Chunk> {
    if (token.type === 'error') {
      complain(token.offset, 'UNEXPECTED_TOKEN', token.message);
      return;
    }
    if (token.type === 'directive') hasDirective = true;
    else if (token.type === 'document') {
      hasDocument = true;
      held = 0;
    }
    // Blank lines and comments have no meaning here, and the composer would collect them.
    else if (token.type !== 'doc-end' || !hasDocument) return;
    for (const document of composer.next(token)) yield { document };
  }

  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    openings.take(lexeme, parser.offset);
    for (const token of parser.next(lexeme)) yield* compose(token);
    const top = parser.stack.at(-1);
    if (top === undefined) held = 0;
    else if (lexeme !== CST.SCALAR) held++;
    if (parser.stack.length > MAX_DEPTH + 2) {
      refuse(top && 'offset' in top ? top.offset : 0, 'nesting', tooDeep);
      throw new Enough();
    }
    if (held > MAX_HELD) {
      refuse(
        parser.offset,
        'too-large',
        `more than ${MAX_HELD} tokens in one piece: write lists with "- ", or split the file`,
      );
      throw new Enough();
    }
    if (++count % PAUSE_TOKENS === 0) yield undefined;
    if (count % CHUNK_TOKENS === 0 && !hasDirective) {
      const begun = finished(parser.stack);
      // The composer keeps a document until the next one is whole: it has to come before that one's chunks.
      if (begun.length > 0) for (const document of composer.end()) yield { document };
      for (const { value, ...of } of begun) {
        for (const item of value.items) held -= tokensOfItem(item);
        const whole: CST.Document = { type: 'document', offset: value.offset, start: [], value };
        for (const document of composerFor(complain).compose([whole])) yield { document, of };
      }
    }
  }
  openings.end();
  for (const token of parser.end()) yield* compose(token);
  for (const document of composer.end()) yield { document };
}

export const tooDeep = `nested more than ${MAX_DEPTH} levels deep`;

/**
 * Replaces the composer's own `onError`: it makes an Error with a stack, which for a million errors takes 15 s and 1
 * GB.
 */
function composerFor(complain: (at: number, code: string, message: string) => void): Composer {
  const composer = new Composer(OPTIONS);
  const onError = (source: number | readonly number[] | { offset: number }, code: string, message: string): void => {
    const at = typeof source === 'number' ? source : 'offset' in source ? source.offset : (source[0] ?? 0);
    complain(at, code, message);
  };
  Object.assign(composer, { onError });
  return composer;
}

interface Finished {
  readonly collection: Collection;
  readonly depth: number;
  /** The same collection with its complete items only. */
  readonly value: Collection;
}

/**
 * Takes the complete items out of the collections that are still open. The outermost collection comes first, which is
 * the order of the text, and that order decides which anchor an alias means.
 */
function finished(stack: readonly CST.Token[]): Finished[] {
  const found: Finished[] = [];
  for (const [index, collection] of stack.entries()) {
    if (collection.type === 'document') continue;
    if (collection.type !== 'block-map' && collection.type !== 'block-seq') break;
    const items = collection.items.splice(0, collection.items.length - 1);
    if (items.length === 0) continue;
    found.push({ collection, depth: index - 1, value: { ...collection, items } as Collection });
    const [rest] = collection.items;
    // The composer measures the length of a key from the offset of its collection.
    if (rest !== undefined) collection.offset = startOf(rest) ?? collection.offset;
  }
  return found;
}

function startOf({ start, key, sep, value }: CST.CollectionItem): number | undefined {
  const [first] = [...start, key, ...(sep ?? []), value];
  return first?.offset;
}

function tokensOfItem({ start, key, sep, value }: CST.CollectionItem): number {
  return start.length + (sep?.length ?? 0) + (key ? tokensIn(key) : 0) + (value ? tokensIn(value) : 0);
}

/** The recursion is bounded, since the depth has been checked before. */
function tokensIn(token: CST.Token): number {
  const end = 'end' in token ? (token.end?.length ?? 0) : 0;
  const props = 'props' in token ? token.props.length : 0;
  const items: readonly CST.CollectionItem[] = 'items' in token ? token.items : [];
  return items.reduce((sum, item) => sum + tokensOfItem(item), 1 + end + props);
}

/** A place in the text, in UTF-16 units from 0. */
export type Offset = number;

/** Collects a problem. Throws `Enough` once there are more problems than a person would read. */
export type Complain = (at: Offset, rule: string, message: string) => void;

/** Thrown to stop reading a text that is refused. The rest of the text is not checked. */
export class Enough extends ReconcilerError {
  override readonly name = 'Enough';
  override readonly code = 'too-many-problems';
}
