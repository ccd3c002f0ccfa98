/** YAML of any kind: never a crash, always documents or problems, and much of it never in one go. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { compileFiles } from '../../src/desired/compile-files.ts';
import { parseDocuments } from '../../src/document/parse.ts';
import { yamlText } from '../fuzz/yaml-texts.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 150);

test.prop([yamlText], { numRuns })('no text makes the compiler throw', async (content) => {
  const compiled = await compileFiles([{ name: 'a.yaml', content: Buffer.from(content) }], { substitute: {} });
  const desired = compiled.desired;
  const problems = compiled.problems.byPlace();
  for (const { line, column, message } of problems) {
    expect(Math.min(line, column)).toBeGreaterThan(0);
    expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  }
  if (problems.some(({ rule }) => rule === 'yaml')) expect(desired).toEqual([]);
});

/** Deep enough to have open collections inside open ones where a piece ends. */
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small', maxDepth: 4 }, tie('leaf'), tie('list'), tie('map')),
  leaf: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.stringMatching(/^[a-z #:]{0,12}$/)),
  list: fc.array(tie('any'), { maxLength: 6 }),
  map: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('any'), { maxKeys: 6, noNullPrototype: true }),
})).any;

test.prop([fc.array(value, { minLength: 1, maxLength: 5 })], { numRuns: Math.ceil(numRuns / 75) })(
  'read in pieces, a text says what it says in one go',
  async (parts) => {
    const { stringify } = await import('yaml');
    const entries = Array.from({ length: 600 }, (_, n) => parts[n % parts.length]);
    const written = stringify({ first: parts, entries, last: { entries: parts } }, { aliasDuplicateObjects: false });
    const { documents, problems } = parseDocuments('a.yaml', written);
    if (problems.some(({ rule }) => rule === 'too-large')) return;
    expect(problems).toEqual([]);
    expect(documents[0]?.value).toEqual(parseYaml(written));
  },
);
