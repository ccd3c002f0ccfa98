/** A large document is made in chunks, and reads as if it had been made in one go. */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { servedInChunks, servedJson } from '../../src/daemon/served-json.ts';

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'https://user:secret@h.tld/p?secret',
        'see "https://h.tld/?s" ',
        '\ud83d',
        '\ude00',
        '😀',
        '\u202e',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(undefined, null, true, Number.NaN),
    fc.double(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));
/** Of more characters than one chunk has. */
const long = fc
  .tuple(value, text)
  .map(([element, end]) => Array.from({ length: 400 }, () => [element, 'x'.repeat(200) + end]));
const document = fc.dictionary(text, fc.oneof(value, fc.array(value), long), { maxKeys: 6 });

function whole(chunks: Generator<void, readonly Buffer[]>): string {
  for (;;) {
    const step = chunks.next();
    if (step.done) return Buffer.concat(step.value).toString();
  }
}

describe('a document that is served in chunks', () => {
  it.prop([document])('is the same as in one piece, whatever is in it', (any) => {
    expect(whole(servedInChunks(any))).toBe(servedJson(any).toString());
  });
});
