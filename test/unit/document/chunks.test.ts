/** Texts that are too large or too expensive to read in one go. */
import { describe, expect, it } from 'vitest';
import { parse as parseYaml, parseAllDocuments } from 'yaml';
import { parseDocuments, parseInSteps } from '../../../src/document/parse.ts';

const MEBIBYTE = 1_048_576;
const lines = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');
const filledWith = (unit: string): string => unit.repeat(MEBIBYTE / unit.length);
const complaints = (text: string) =>
  parseDocuments('a.yaml', text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

function stepsOf(text: string): number {
  const steps = parseInSteps('a.yaml', text);
  let count = 0;
  while (!steps.next().done) count++;
  return count;
}

describe('a file of thousands of entries', () => {
  const text = [
    'defaults: &base { enabled: true, config: &slow { delay: 5s } } # for all',
    'subscriptions:',
    lines(
      1_000,
      (n) => `  # the hook ${n}\n  - title: Hook ${n}\n    url: "https://t.tld/${n}"\n    type: [USER, ORDER]\n`,
    ),
    '  - config: *slow',
    '    title: &last Last',
    'again: *last',
  ].join('\n');
  const [document] = parseDocuments('a.yaml', text).documents;

  it('is read as if it were read in one go, anchors and all', () => {
    expect(document?.value).toEqual(parseYaml(text));
  });

  it('gives the place of every value', () => {
    const at = (needle: string) => {
      const before = text.slice(0, text.indexOf(needle)).split('\n');
      return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    };
    for (const n of [0, 1, 312, 777, 999])
      expect(document?.position(['subscriptions', n, 'title'])).toEqual(at(`Hook ${n}\n    url`));
    expect(document?.position(['subscriptions', 1_000, 'config', 'delay'])).toEqual(at('5s'));
    expect(document?.position(['subscriptions'])).toEqual({ line: 4, column: 3 });
  });

  it('lets other work run every few hundred tokens', () => {
    expect(stepsOf(text)).toBeGreaterThan(60);
  });

  it('has a key that is written twice reported, however far apart', () => {
    expect(complaints(`${text}\ndefaults: {}\n`)).toEqual(['5006:1 "defaults" is written twice here: remove one']);
  });

  it('is refused for an error in its middle', () => {
    expect(complaints(text.replace('    url: "https://t.tld/600"', '\turl: x'))[0]).toMatch(
      /^3005:\d a tab is used for indentation: use spaces$/,
    );
  });
});

describe('a large document that is not the first of its file', () => {
  const large = lines(1_000, (n) => `- title: Hook ${n}\n  config: ${n === 0 ? '&slow { delay: 5s }' : '*slow'}`);

  it.each([
    ['after a small one', `- title: Users\n---\n${large}\n`],
    ['after one that is ended', `---\n- title: Users\n...\n---\n${large}\n`],
    ['after an empty one', `---\n# nothing yet\n---\n${large}\n`],
    ['between two', `title: Users\n---\n${large}\n--- # the last\ntitle: Orders\n`],
    ['after one as large', `${large}\n---\n${large}\n---\n${large}\n`],
  ])('is read whole %s', (_, text) => {
    const { documents, problems } = parseDocuments('a.yaml', text);

    expect(problems).toEqual([]);
    expect(documents.map(({ value }) => value)).toEqual(
      parseAllDocuments(text)
        .map((document): unknown => document.toJS({ maxAliasCount: -1 }))
        .filter((value) => value !== null),
    );
  });
});

describe('a text made to be expensive is refused early:', () => {
  it.each([
    ['lists without end', '[', /^1:102 nested more than 100 levels deep/],
    ['maps without end', '{', /^1:102 nested more than 100 levels deep/],
    ['dashes without end', '- ', /^1:\d+ nested more than 100 levels deep/],
    ['a list in brackets', '[a, b],\n', /./],
    ['commas', '[],', /./],
    ['quotes', '"', /./],
    ['texts after a text', '"" ', /./],
    ['lines that are never indented alike', 'a:\n   b:\n  c:\n', /./],
    ['brackets that others close', '[}', /./],
    ['empty items', '- \n', /^20001:3 more than 20000 entries or fields/],
    ['tags', '! ', /./],
    ['stray ends', ']', /./],
    ['documents', '--- a\n', /more than 20000 documents: split the file/],
    ['directives', '%X\n', /unknown directive/],
    ['a text that has no end', 'x', /^1:1 a text of more than 65536 characters/],
    ['fields', '{a, ', /./],
    ['escapes that are none', '"\\q', /./],
  ])('%s', (_, unit, complaint) => {
    const found = complaints(filledWith(unit));
    expect(found[0]).toMatch(complaint);
    expect(found.length).toBeLessThanOrEqual(1_000);
  });
});
