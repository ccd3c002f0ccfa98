/** JSON for callers of the endpoints: printable, and without the secrets that urls may hold. */
import { printableJson } from '../base/text.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';

/** The part of a large document that is made in one go: it takes a millisecond or two. */
const CHUNK_CHARACTERS = 32_768;

/** A text that is made piece by piece, in chunks of bytes. */
export class Chunks {
  readonly #chunks: Buffer[] = [];
  #text = '';

  /** Whether a chunk is full with it: a good moment to let other work go first. */
  add(text: string): boolean {
    this.#text += text;
    if (this.#text.length < CHUNK_CHARACTERS) return false;
    this.#chunks.push(Buffer.from(this.#text));
    this.#text = '';
    return true;
  }

  end(): readonly Buffer[] {
    if (this.#text !== '') this.#chunks.push(Buffer.from(this.#text));
    this.#text = '';
    return this.#chunks;
  }
}

/**
 * Members that are served as they are. A template of links has a query or a fragment, which is what makes it one; the
 * operator wrote it for all readers, and it has no user info (config/kinds/link-template.ts).
 */
const UNMASKED: ReadonlySet<string> = new Set(['sourceUrl']);

/** Masks user info, queries and fragments of urls wherever a text holds one. Ends with a line break. */
export function servedJson(value: unknown): Buffer {
  return Buffer.from(`${servedText(value)}\n`);
}

/**
 * The same in chunks, for documents whose lists have many thousand elements. It yields after each chunk, so that probes
 * are answered meanwhile (inSlices); the lists must not change until it is done. A list may be any iterable, such
 * as one that makes its elements when they are asked for.
 */
export function* servedInChunks(value: object): Generator<void, readonly Buffer[]> {
  const chunks = new Chunks();
  for (const piece of piecesOf(value)) if (chunks.add(piece)) yield;
  chunks.add('\n');
  return chunks.end();
}

/** The pieces of the document in order; each element of a list is its own piece. */
function* piecesOf(value: object): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${printableJson(JSON.stringify(name))}:`;
    if (isList(member)) yield* elementsOf(member);
    else if (UNMASKED.has(name) && typeof member === 'string') yield printableJson(JSON.stringify(member));
    else yield servedText(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

export function isList(member: unknown): member is Iterable<unknown> {
  return typeof member === 'object' && member !== null && Symbol.iterator in member;
}

function* elementsOf(list: Iterable<unknown>): Generator<string> {
  let before = '[';
  for (const element of list) {
    yield `${before}${servedText(element ?? null)}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

/** The same as a text without a line break, for parts of a document. */
export function servedText(value: unknown): string {
  const json = JSON.stringify(value, (name, member: unknown) =>
    typeof member === 'string' && !UNMASKED.has(name) ? withoutUrlSecrets(member) : member,
  );
  return printableJson(json);
}
