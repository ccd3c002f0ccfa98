/** JSON for callers of the endpoints: printable, and without the secrets that urls may hold. */
import { printableJson } from '../base/text.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';

/** The part of a large document that is made in one go: it takes a millisecond or two. */
const CHUNK_CHARACTERS = 32_768;

/** Masks user info, queries and fragments of urls wherever a text holds one. Ends with a line break. */
export function servedJson(value: unknown): Buffer {
  return Buffer.from(`${jsonOf(value)}\n`);
}

/**
 * The same in chunks, for documents whose lists have many thousand elements. It yields after each chunk, so that probes
 * are answered meanwhile (inSlices); the lists must not change until it is done. A list may be any iterable, such
 * as one that makes its elements when they are asked for.
 */
export function* servedInChunks(value: object): Generator<void, readonly Buffer[]> {
  const chunks: Buffer[] = [];
  let text = '';
  for (const piece of piecesOf(value)) {
    text += piece;
    if (text.length < CHUNK_CHARACTERS) continue;
    chunks.push(Buffer.from(text));
    text = '';
    yield;
  }
  return [...chunks, Buffer.from(`${text}\n`)];
}

/** The pieces of the document in order; each element of a list is its own piece. */
function* piecesOf(value: object): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${printableJson(JSON.stringify(name))}:`;
    if (isList(member)) yield* elementsOf(member);
    else yield jsonOf(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function isList(member: unknown): member is Iterable<unknown> {
  return typeof member === 'object' && member !== null && Symbol.iterator in member;
}

function* elementsOf(list: Iterable<unknown>): Generator<string> {
  let before = '[';
  for (const element of list) {
    yield `${before}${jsonOf(element ?? null)}`;
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function jsonOf(value: unknown): string {
  const json = JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'string' ? withoutUrlSecrets(member) : member,
  );
  return printableJson(json);
}
