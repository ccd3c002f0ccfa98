import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { check, type Validator } from '../../../src/document/check.ts';
import { formatProblems } from '../../../src/document/report.ts';
import { parseDocuments } from '../../../src/document/parse.ts';
import type { Problem } from '../../../src/document/problems.ts';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['title'],
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 10 },
    mode: { enum: ['sync', 'observe'] },
    size: { type: 'integer', minimum: 1 },
    on: { type: 'boolean' },
    tags: { type: 'array', minItems: 1, items: { type: 'string' } },
    delay: { type: 'string', pattern: '^[0-9]+s$', errorMessage: 'is not a duration: write a number and s' },
    token: { type: 'integer', writeOnly: true },
    either: {
      anyOf: [{ const: 'all' }, { type: 'array', items: { type: 'object', required: ['url'] } }],
      errorMessage: 'is neither "all" nor a list of rules',
    },
    deep: { anyOf: [{ const: 'all' }, { type: 'array', items: { type: 'integer' } }] },
  },
} satisfies AnySchemaObject;

const ajv = new Ajv2020({ allErrors: true, verbose: true });
ajv.addVocabulary(['errorMessage']);
const validate = ajv.compile(schema) as unknown as Validator;

const problems = (text: string): Problem[] => {
  const [document] = parseDocuments('a.yaml', text).documents;
  if (!document) throw new Error(`not a document: ${text}`);
  return check(validate, document).map(({ problem }) => problem);
};
const lines = (text: string) =>
  problems(text).map(({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`);

describe('a document that breaks its schema', () => {
  it.each([
    ['title: 12', '1:8 title: 12 is a number, not text: put it in quotes'],
    ['title:', '1:7 title: null is not a value here: write text, or leave the field out'],
    ['title: ""', '1:8 title: "" is empty: write something, or leave the field out'],
    ['title: abcdefghijk', '1:8 title: "abcdefghijk" is too long (11 characters): at most 10 are allowed'],
    ['{title: a, mode: snyc}', '1:18 mode: "snyc" is not known, did you mean "sync"?'],
    ['{title: a, mode: zzz}', '1:18 mode: "zzz" is not known: write sync, observe'],
    ['{title: a, size: 0}', '1:18 size: 0 is too small: at least 1'],
    ['{title: a, size: 1.5}', '1:18 size: 1.5 is a number: write a whole number'],
    ['{title: a, on: yes}', '1:16 on: "yes" is text: write true or false, without quotes'],
    ['{title: a, tags: []}', '1:18 tags: [] is empty: write at least one, or leave the field out'],
    ['{title: a, tags: b}', '1:18 tags: "b" is text: write a list: [b]'],
    ['{title: a, tags: [b, {c: 1}]}', '1:22 tags[1]: a set of fields is not allowed here: write text'],
    ['{title: a, delay: 1 minute}', '1:19 delay: "1 minute" is not a duration: write a number and s'],
    ['{title: a, delay: 5}', '1:19 delay: 5 is not a duration: write a number and s'],
    ['{title: a, token: hunter2}', '1:19 token: the value is text: write a whole number'],
    ['{title: a, either: some}', '1:20 either: "some" is neither "all" nor a list of rules'],
    ['{title: a, deep: [1, x]}', '1:22 deep[1]: "x" is text: write a whole number'],
    ['{size: 1}', '1:1 title: missing: write "title" here'],
    ['[1]', '1:1 : a list is not allowed here: write fields ("name: value")'],
  ])('%s', (text, line) => {
    expect(lines(text)).toEqual([line]);
  });

  it('has a mistyped field reported once, not as unknown and missing', () => {
    expect(lines('size: 1\ntittle: a')).toEqual(['2:1 tittle: unknown field, did you mean "title"?']);
  });

  it('has the known fields listed for an unknown field that resembles none of them', () => {
    expect(lines('{title: a, colour: red}')).toEqual([
      '1:12 colour: unknown field: known here are title, mode, size, on, tags, delay, token, either, deep',
    ]);
  });

  it('has every error reported at once', () => {
    expect(lines('{title: 1, mode: x, size: y, colour: red}')).toHaveLength(4);
  });

  it('has values shown short and without control characters', () => {
    const [{ message }] = problems(`{title: "\\e[2J\\u202e${'x'.repeat(5000)}"}`) as [Problem];
    expect(message.length).toBeLessThan(200);
    expect(message).toContain('\\u001b[2J\\u{202e}xxx');
  });
});

describe('problems as text', () => {
  it('are sorted by place and aligned', () => {
    const problem = (file: string, line: number, field: string, severity: Problem['severity'] = 'error'): Problem => ({
      severity,
      file,
      line,
      column: 1,
      field,
      message: 'wrong',
      rule: 'rule',
    });
    expect(
      formatProblems([
        problem('b.yaml', 2, 'url'),
        problem('b.yaml', 1, ''),
        problem('a/long.yaml', 10, 'config.delay', 'warning'),
      ]),
    ).toBe(
      [
        'a/long.yaml:10:1  config.delay  warning: wrong',
        'b.yaml:1:1                      wrong',
        'b.yaml:2:1        url           wrong',
      ].join('\n'),
    );
  });
});
