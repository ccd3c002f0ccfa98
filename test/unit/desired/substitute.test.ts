import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { substituteText } from '../../../src/desired/substitute.ts';
import { compile, complaints } from './compile.ts';

const substitute = (text: string, names: Record<string, string> = {}) => substituteText(text, names).text;

describe('a substitution', () => {
  it.each([
    ['https://${HOST}/a', 'https://h.tld/a'],
    ['${HOST}${HOST}', 'h.tldh.tld'],
    ['${NONE:-x.tld}', 'x.tld'],
    ['${NONE:-}', ''],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY}', ''],
    ['${HOST:-x}', 'h.tld'],
    ['$${HOST}', '${HOST}'],
    ['$$${HOST}', '$${HOST}'],
    ['$HOST and $1 and $', '$HOST and $1 and $'],
    ['${NESTED}', '${HOST}'],
  ])('%s becomes %s', (text, expected) => {
    expect(substitute(text, { HOST: 'h.tld', EMPTY: '', NESTED: '${HOST}' })).toBe(expected);
  });

  it('never reads the process environment, nor the members that every object has', () => {
    for (const name of ['PATH', 'constructor', '__proto__']) {
      expect(substituteText(`\${${name}}`, {}).fault).toMatchObject({ rule: 'unknown-name' });
    }
  });

  it.each(['${', '${}', '${A B}', '${1}', '${A:-'])('%s is not a substitution', (text) => {
    expect(substituteText(text, { A: 'x' }).fault).toMatchObject({ rule: 'substitution' });
  });

  it('by an unknown name is an error at its place, and the only one there', async () => {
    expect(await complaints('title: A\nurl: ${HOST}\ntype: [USER, "${CATEGORY}"]')).toEqual([
      'a.yaml:2:6 url: ${HOST} is not given: set it with --set HOST=… or source.substitute, or write ${HOST:-default}',
      'a.yaml:3:14 type: ${CATEGORY} is not given: set it with --set CATEGORY=… or source.substitute, or write ${CATEGORY:-default}',
    ]);
  });

  it('does not grow without bound by its values', () => {
    expect(substituteText('${A}'.repeat(10_000), { A: 'x'.repeat(100) }).fault).toMatchObject({ rule: 'too-large' });
  });

  it('happens in values of any depth, not in field names', async () => {
    const { desired } = await compile(
      { 'a.yaml': 'title: Users ${ENV}\nurl: https://${ENV}.tld/\ntype: ["${T}"]\nconfig: {delay: "${D:-3}s"}' },
      { substitute: { ENV: 'live', T: 'USER' } },
    );
    expect(desired).toMatchObject([
      { title: 'Users live', url: 'https://live.tld/', type: ['USER'], config: { delay: '3s' } },
    ]);
    expect(await complaints('{title: A, url: "https://t.tld", "${X}": 1}', { substitute: { X: 'type' } })).toHaveLength(
      1,
    );
  });
});

const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/);
const plain = fc.string().filter((text) => !text.includes('${'));

test.prop([plain])('a text without a reference stays as it is', (text) => {
  expect(substituteText(text, {})).toEqual({ text });
});

test.prop([plain.map((text) => text.replaceAll('$', '')), fc.string(), name, fc.string()])(
  'a reference becomes its value, whatever that is, and what is escaped stays',
  (before, after, name, value) => {
    const rest = after.replaceAll('${', '');
    expect(substitute(`${before}\${${name}}${rest}`, { [name]: value })).toBe(`${before}${value}${rest}`);
    expect(substitute(`${before}$\${${name}}${rest}`, {})).toBe(`${before}\${${name}}${rest}`);
  },
);

test.prop([fc.string({ unit: 'binary' }), fc.jsonValue()])(
  'no checkout makes the compiler throw',
  async (text, value) => {
    const { desired } = await compile({ 'a.yaml': text, 'b.yaml': JSON.stringify(value) });
    expect(desired).toEqual([]);
  },
);
