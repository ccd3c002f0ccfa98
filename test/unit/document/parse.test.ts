import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../../src/document/parse.ts';

const parse = (content: Uint8Array | string) => parseDocuments('a.yaml', content);
const values = (text: string) => parse(text).documents.map(({ value }) => value);
const complaints = (content: Uint8Array | string) =>
  parse(content).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('a YAML text', () => {
  it('gives its documents as plain values', () => {
    expect(values('title: A\n---\n- 1\n- [true, null]\n')).toEqual([{ title: 'A' }, [1, [true, null]]]);
  });

  it('is read by the core schema of YAML 1.2: no yes, no dates, no octal by a leading zero', () => {
    expect(values('[yes, off, 2026-12-24T08:00:00Z, 010, ~]')).toEqual([
      ['yes', 'off', '2026-12-24T08:00:00Z', 10, null],
    ]);
  });

  it.each(['', '# nothing\n', '---\n', '---\n# nothing\n...\n'])('%j holds no document', (text) => {
    expect(parse(text)).toEqual({ documents: [], problems: [] });
  });

  it('may end in a separator', () => {
    expect(values('a: 1\n---\n')).toEqual([{ a: 1 }]);
  });

  it('keeps an explicit null: that is a document', () => {
    expect(values('null')).toEqual([null]);
  });

  it('may have a field called __proto__, which changes no prototype', () => {
    const [value] = values('__proto__: { polluted: true }') as [object];
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('a document', () => {
  const [document] = parse('# first\n- title: A\n  config:\n    delay:  5s\n- title: B\n').documents;

  it('knows where values and keys are written, from 1', () => {
    expect(document?.position([0, 'config', 'delay'])).toEqual({ line: 4, column: 13 });
    expect(document?.position([0, 'config', 'delay'], 'key')).toEqual({ line: 4, column: 5 });
    expect(document?.position([1])).toEqual({ line: 5, column: 3 });
  });

  it('gives the nearest place for what is not there', () => {
    expect(document?.position([1, 'url'])).toEqual({ line: 5, column: 3 });
  });

  it('gives the place at the anchor for what came by an alias, since that is what has to be fixed', () => {
    const [aliased] = parse('a: &x { b: 1 }\nc: *x\n').documents;
    expect(aliased?.value).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect(aliased?.position(['c', 'b'])).toEqual({ line: 1, column: 12 });
    expect(aliased?.position(['c'])).toEqual({ line: 2, column: 4 });
  });
});

describe('an error in the text is reported at its place:', () => {
  it.each([
    ['a tab for indentation', 'a:\n\t- b', '2:1 a tab is used for indentation: use spaces'],
    ['a key written twice', 'a: 1\nb: 2\na: 3', '3:1 "a" is written twice here: remove one'],
    ['an unknown tag', 'a: !secret x', '1:4 unknown tag: remove it, and quote the value if it is text'],
    ['a merge key', 'a: &x { b: 1 }\nc:\n  <<: *x', '3:3 merge keys ("<<") are not YAML 1.2: write the fields out'],
    [
      'the directive of the older YAML',
      'a: 1\n...\n%YAML 1.1\n---\nb: yes',
      '3:1 %YAML 1.1 turns words like "yes" into booleans: remove the directive',
    ],
    ['an alias without an anchor', 'a: *x', '1:4 "*x" has no anchor "&x" above it in this document'],
    ['an alias within its own anchor', 'a: &x [*x]', '1:8 "*x" stands inside its own anchor "&x"'],
    [
      'a NUL',
      'a: b\nc: \0',
      '2:4 a NUL character is not allowed in YAML: remove it, or write it as an escape in double quotes',
    ],
  ])('%s', (_, text, complaint) => {
    expect(complaints(text)).toEqual([complaint]);
    expect(parse(text).documents).toEqual([]);
  });

  it('once per line, however much follows from it', () => {
    expect(complaints('a:\n\tb: c\n\td: e\nf: 1\n')).toEqual([
      '2:1 a tab is used for indentation: use spaces',
      '3:1 a tab is used for indentation: use spaces',
    ]);
  });

  it('all of them at once', () => {
    expect(complaints('a: 1\na: 2\n---\nb: !x y\n')).toHaveLength(2);
  });

  it('bytes that are not UTF-8', () => {
    expect(complaints(Buffer.from('a: ä\nb: \xff', 'latin1'))).toEqual([
      '1:4 this is not valid UTF-8: save the file as UTF-8',
    ]);
    const late = Buffer.concat([Buffer.from('a: ä\nb: '), Buffer.from([0xff])]);
    expect(complaints(late)).toEqual(['2:4 this is not valid UTF-8: save the file as UTF-8']);
    for (const cut of [
      Buffer.from('💥').subarray(0, 3),
      Buffer.from('ä').subarray(0, 1),
      Buffer.from('ä').subarray(1),
    ]) {
      expect(complaints(Buffer.concat([Buffer.from('é: 1\r\na: 💥é'), cut, Buffer.from('b')]))).toEqual([
        '2:7 this is not valid UTF-8: save the file as UTF-8',
      ]);
      expect(complaints(Buffer.concat([Buffer.from('a'), cut]))).toEqual([
        '1:2 this is not valid UTF-8: save the file as UTF-8',
      ]);
    }
  });

  it('but no character at the place where a large file is cut for reading', () => {
    for (const head of ['', 'x', 'xy', 'xyz']) {
      const items = Array.from({ length: 10 }, () => `${head}${'💥'.repeat(15_000)}`);
      expect(parse(Buffer.from(`- ${items.join('\n- ')}\n`)).documents[0]?.value).toEqual(items);
    }
  });

  it('aliases that would grow without bound', () => {
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++)
      rows.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(complaints(rows.join('\n'))).toEqual([
      expect.stringContaining('aliases make this document too large: write the values out'),
    ]);
  });

  it('nesting without end', () => {
    expect(complaints('['.repeat(500) + ']'.repeat(500))).toEqual(['1:102 nested more than 100 levels deep']);
    expect(parse('['.repeat(200_000)).documents).toEqual([]);
  });
});

test.prop([fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array())])('no text makes it throw', (content) => {
  const { documents, problems } = parse(content);
  for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
  expect(documents.length === 0 || problems.length === 0).toBe(true);
});
