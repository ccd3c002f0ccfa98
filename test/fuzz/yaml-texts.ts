/** YAML as nobody should write it, and as an attacker would. */
import fc from 'fast-check';

const TOKENS = [
  ['- ', '? ', ': ', '\n', '\n  ', '\t', '[', ']', '{', '}', ', ', '"', "'", '|\n', '>-\n', '#', '---\n'],
  ['...\n', '&a ', '*a ', '!x ', '!!str ', '<<: ', '%YAML 1.1\n', '\r\n', '\r', '\ufeff', '\0', '\ud800'],
  ['__proto__: ', 'constructor: ', 'title: ', 'url: ', 'type: ', 'subscriptions:\n', 'defaults: ', 'reconcile: '],
  ['${A}', '${A:-', '${', '$${', '://', 'https://a.tld/', '@', '\\', '\\u0041', 'é', '💥', 'USER', 'absent'],
].flat();
const token = fc.oneof(fc.constantFrom(...TOKENS), fc.string({ unit: 'binary', maxLength: 5 }));
const times = (...counts: number[]) => fc.constantFrom(1, 1, 1, 2, 5, ...counts);

function textOf(...counts: number[]): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.array(token, { minLength: 1, maxLength: 6 }), times(...counts)))
    .map((parts) => parts.map(([tokens, count]) => tokens.join('').repeat(count)).join(''));
}

/** Repeated, so that what is quadratic or unbounded shows. */
export const yamlText = textOf(700);

const MIB = 1_048_576;

/** One that fills a file: a head, something again and again, each time with another number in it, and an end. */
export function filling(head: string, unit: (n: number) => string, tail = ''): string {
  const units: string[] = [];
  for (let length = head.length + tail.length, n = 0; ; n++) {
    const next = unit(n);
    length += Buffer.byteLength(next);
    // Of nothing again and again there would be no end.
    if (length > MIB || next === '') return head + units.join('') + tail;
    units.push(next);
  }
}

/** Up to a whole file of something, alone or several files of it. */
export const yamlFiles: fc.Arbitrary<readonly Buffer[]> = fc
  .oneof(
    { weight: 6, arbitrary: textOf(700, 20_000).map((text) => [text]) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(textOf(), fc.array(token, { minLength: 1, maxLength: 8 }), textOf(), fc.constantFrom(1, 1, 2, 10))
        .map(([head, tokens, tail, count]) => {
          const text = filling(head, (n) => tokens.join('').replaceAll('A', String(n)), tail);
          return Array.from({ length: count }, () => text);
        }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => [Buffer.from(bytes)]) },
  )
  .map((files) => files.map((file) => Buffer.from(file as string | Buffer).subarray(0, MIB)));

const levels = 'abcdefghij'.split('');
const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join('');

/** By name, each a checkout: the ones that have been thought of. */
export const HOSTILE: Readonly<Record<string, () => readonly (string | Buffer)[]>> = {
  'an alias bomb': () => [
    `a: &a [${'x,'.repeat(9)}x]\n${levels
      .slice(1)
      .map((name, n) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${levels[n]}`).join()}]\n`)
      .join('')}`,
  ],
  'categories that thousands of entries inherit': () => [inherited(980)],
  'as many categories as there may be, inherited by thousands': () => [inherited(100)],
  'lists in lists': () => [filling('', () => '[')],
  'maps in maps': () => [filling('', () => '{a: ')],
  'dashes in dashes': () => [filling('', () => '- ')],
  'a scalar of a mebibyte': () => [filling('- title: ', () => 'x')],
  'a quoted scalar of escapes': () => [filling('- title: "', () => '\\u0041', '"\n')],
  'a folded scalar': () => [filling('- title: >-\n', () => '  x\n')],
  'NUL bytes': () => [Buffer.alloc(MIB)],
  'a byte order mark': () => ['\ufeff- a\n'],
  'UTF-16': () => [Buffer.from(filling('', () => '- a\n').slice(0, MIB / 2), 'utf16le')],
  'ten files that stop being UTF-8 at their ends': () =>
    Array.from({ length: 10 }, () =>
      Buffer.concat([Buffer.from(filling('# 💥\n', () => '# x\n', '\n')), Buffer.of(0xff)]),
    ),
  'ten files of line ends before a NUL': () => Array.from({ length: 10 }, () => filling('', () => '\n', '\0')),
  'merge keys': () => [filling('a: &a {b: 1}\nc:\n', () => '  - <<: *a\n')],
  tags: () => [filling('', () => '- !!binary x\n')],
  'duplicate keys': () => [filling('', () => 'a: 1\n')],
  '100 000 entries': () => Array.from({ length: 10 }, (_, f) => many(10_000, (n) => entry(f * 10_000 + n))),
  'an entry for every alias': () => [
    filling(`- &a {title: T, url: "https://a.tld", type: [${many(900, (n) => `C${n},`)}]}\n`, () => '- *a\n').slice(
      0,
      105_000,
    ),
  ],
  'long types by alias, in many documents': () => [
    many(
      100,
      (d) =>
        `---\n- {title: X${d}, url: "https://a.tld", type: &t [${many(800, (n) => `C${d}${n},`)}]}\n${many(200, (n) => `- {title: T${d}.${n}, url: "https://a.tld/", type: *t}\n`)}`,
    ).slice(0, MIB),
  ],
  'fields without end': () => [filling('', (n) => `k${n}: 1\n`)],
  anchors: () => [filling('', (n) => `- &a${n} 1\n`)],
  documents: () => [filling('', () => '---\na\n')],
  'quotes without end': () => [filling('', () => '- "\n')],
  'a beginning of user info': () => [filling('', () => `- {url: "${'x'.repeat(60_000)}"}\n`)],
  'a little of each of what takes its time': () =>
    Object.values(COSTLY).map((files) => Buffer.from(files()[0] ?? '').subarray(0, 50_000)),
};

/** Those that take seconds. */
export const COSTLY: Readonly<Record<string, () => readonly (string | Buffer)[]>> = {
  'line ends of Windows': () => [filling('', (n) => `- title: T${n}\r\n  url: https://a.tld/${n}\r\n`)],
  'lone surrogates': () => [filling('', () => '- "\\ud800"\n'), filling('', () => '\ud800').slice(0, 1000)],
  'a prototype': () => [filling('', (n) => `- {__proto__: {a: ${n}}, constructor: 1}\n`)],
  'tabs for indentation': () => [filling('a:\n', () => '\t- b\n')],
  'ten files of entries that are none': () => Array.from({ length: 10 }, () => many(19_999, (n) => `- {a: ${n}}\n`)),
  'ten files of entries with long mistakes': () =>
    Array.from({ length: 10 }, () =>
      filling('', (n) => `- {title: T${n}, url: ${'x'.repeat(2_000)}, ${'k'.repeat(500)}: 1}\n`),
    ),
  'one title for all': () => [many(19_999, () => '- {title: T, url: "https://a.tld"}\n')],
  comments: () => [filling('', (n) => `# ${n}\n`)],
  'names without end': () => [
    filling('', () => '- {title: "${A:-"}\n'),
    filling('- title: "', () => '${A:-', '"\n').slice(0, 60_000),
  ],
  'five thousand small files': () => Array.from({ length: 5_000 }, (_, n) => `${entry(n)}- &a [*a]\n`),
};

function entry(n: number): string {
  return `- {title: T${n}, url: "https://a.tld/${n}"}\n`;
}

/** Few bytes that say much: each entry has all of them. */
function inherited(categories: number): string {
  const names = Array.from({ length: categories }, (_, n) => `C${n}`);
  const entries = Array.from({ length: 9_900 }, (_, n) => `- {title: t${n}, url: "https://hooks.example.com/${n}"}\n`);
  return `defaults: {type: [${names.join(', ')}]}\nsubscriptions:\n${entries.join('')}`;
}
