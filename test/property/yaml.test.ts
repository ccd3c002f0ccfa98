/** YAML of any kind: never a crash, always documents or problems, and much of it never in one go. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { compileFiles } from '../../src/desired/compile.ts';
import { parseDocuments } from '../../src/document/parse.ts';
import { yamlText } from '../fuzz/yaml-texts.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 75);

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

const FIELDS = ['title', 'url', 'state', 'enabled', 'type', 'exclude_type', 'config', 'reconcile', 'defaults'];
const INNER = ['delay', 'max_package_size', 'suspend', 'ignore', 'test', 'id', '__proto__', 'subscriptions'];
const WORDS = [
  'A',
  'absent',
  'ALL',
  'USER',
  '5s',
  '10240',
  'never',
  'on-change',
  'config.delay',
  'https://a.tld/',
  '${A}',
];

/** Our own fields, with values of the kind that belongs there and of every other. */
const misplaced = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small', maxDepth: 5 }, tie('leaf'), tie('list'), tie('map')),
  leaf: fc.oneof(
    fc.constantFrom(
      ...WORDS,
      '2026-12-24T08:00:00Z',
      'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a',
      'https://[',
      'https://ä.tld/%zz?#',
    ),
    fc.constantFrom(true, false, null, 0, -1, 1.5, 1e308, Number.POSITIVE_INFINITY),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(fc.constantFrom(...FIELDS, ...INNER), tie('any'), { maxKeys: 6, noNullPrototype: true }),
})).any;
const entry = fc.record(Object.fromEntries(FIELDS.map((field) => [field, misplaced])), { requiredKeys: [] });
const file = fc.oneof(
  misplaced,
  fc.array(entry, { maxLength: 4 }),
  fc.record({ defaults: entry, subscriptions: fc.array(entry, { maxLength: 4 }) }, { requiredKeys: [] }),
);

test.prop([fc.array(file, { minLength: 1, maxLength: 3 })], { numRuns })(
  'no value in the wrong place makes the compiler throw',
  async (files) => {
    const { stringify } = await import('yaml');
    const named = files.map((content, n) => ({
      name: `${n}.yaml`,
      content: Buffer.from(stringify(content, { aliasDuplicateObjects: false })),
    }));
    const { desired, problems } = await compileFiles(named, { substitute: { A: 'https://a.tld/' } });
    for (const { line, column } of problems.byPlace()) expect(Math.min(line, column)).toBeGreaterThan(0);
    for (const { title, url } of desired) expect([typeof title, typeof url]).toEqual(['string', 'string']);
  },
);
