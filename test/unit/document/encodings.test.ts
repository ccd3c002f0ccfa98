/** Byte order marks, UTF-16 and line ends: https://yaml.org/spec/1.2.2/, sections 5.2 and 5.4. */
import { describe, expect, it } from 'vitest';
import { conflictMarkerLine } from '../../../src/checkout/read-files.ts';
import { parseDocuments } from '../../../src/document/parse.ts';

const parse = (content: Uint8Array | string) => parseDocuments('a.yaml', content);
const values = (content: Uint8Array | string) => parse(content).documents.map(({ value }) => value);
const complaints = (content: Uint8Array | string) =>
  parse(content).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

const ENCODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16, little end first': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16, big end first': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};
const LINE_ENDS: Readonly<Record<string, string>> = { LF: '\n', CRLF: '\r\n', 'CR alone': '\r' };

const WAYS = Object.entries(ENCODINGS).flatMap(([encoding, encode]) =>
  Object.entries(LINE_ENDS).map(
    ([name, end]) => [encoding, name, (text: string) => encode(text.replaceAll('\n', end))] as const,
  ),
);

describe.each(WAYS)('a file in %s with line ends %s', (_encoding, _lineEnds, bytes) => {
  it('is read, texts over several lines too', () => {
    const text = '# é\n- title: "Ä 💥"\n  x: |\n    a\n    b\n- y: a\n    b\n---\n# nothing\n---\n[1,\n2]\n';
    expect(values(bytes(text))).toEqual([
      [{ title: 'Ä 💥', x: 'a\nb\n' }, { y: 'a b' }],
      [1, 2],
    ]);
    expect(values(bytes(''))).toEqual([]);
    expect(values(bytes('# nothing\n---\n'))).toEqual([]);
  });

  it('has its lines and columns where an editor has them', () => {
    const [document] = parse(bytes('a: 1\n# é💥\nb:\n  c: 2\n')).documents;
    expect(document?.position(['a'])).toEqual({ line: 1, column: 4 });
    expect(document?.position(['b', 'c'])).toEqual({ line: 4, column: 6 });
    expect(complaints(bytes('a: é\n\tb: 1\n'))).toEqual([expect.stringMatching(/^2:1 a tab is used for indentation/)]);
    expect(complaints(bytes('a: é\nb: x\0'))).toEqual([expect.stringMatching(/^2:5 a NUL character/)]);
  });

  it('shows conflict markers at their line', () => {
    const conflict = '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n';
    expect(conflictMarkerLine(bytes(conflict))).toBe(1);
    expect(conflictMarkerLine(bytes(`# é\n\n${conflict}b: 3`))).toBe(3);
    expect(conflictMarkerLine(bytes(`# ${conflict}`))).toBeUndefined();
    expect(conflictMarkerLine(bytes('a: 1\n'))).toBeUndefined();
  });
});

describe('a byte order mark', () => {
  it('may come before any document, as in concatenated files', () => {
    expect(values('\ufeffa: 1\n...\n\ufeffb: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(values('\ufeffa: 1\r\n\ufeff---\r\nb: 2\r\n')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(values('a: 1\r... # end\r\ufeff# next\rb: 2\r')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('is refused anywhere else', () => {
    for (const text of ['a: 1\n\ufeffb: 2', 'a: \ufeff1\n', '\ufeff\ufeffa: 1', 'a: 1\n\ufeff---x\n'])
      expect(complaints(Buffer.from(text)), JSON.stringify(text)).toEqual([
        expect.stringContaining('the control character U+FEFF is not allowed'),
      ]);
  });
});

describe('a file whose encoding cannot be read says so:', () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

  it.each([
    ['UTF-32, little end first', Buffer.from('fffe000061000000', 'hex')],
    ['UTF-32, big end first', Buffer.from('0000feff00000061', 'hex')],
  ])('%s', (_, bytes) => {
    expect(complaints(bytes)).toEqual(['1:1 the file is UTF-32: save it as UTF-8']);
  });

  it('UTF-16 without a byte order mark', () => {
    const message = '1:1 the file is binary, or UTF-16 without a byte order mark: save it as UTF-8';
    expect(complaints(Buffer.from('a: b', 'utf16le'))).toEqual([message]);
    expect(complaints(Buffer.from('a: b', 'utf16le').swap16())).toEqual([message]);
  });

  it('UTF-16 with half a character, at its place', () => {
    const message = 'this is not valid UTF-16: save the file as UTF-8';
    const whole = utf16('a: 1\rb: 💥x');
    expect(complaints(whole.subarray(0, -1))).toEqual([`2:6 ${message}`]);
    expect(complaints(whole.subarray(0, -4))).toEqual([`2:4 ${message}`]);
    expect(complaints(utf16('a: 1\nb: \udca5x'))).toEqual([`2:4 ${message}`]);
    expect(complaints(Buffer.from(whole.subarray(0, -4)).swap16())).toEqual([`2:4 ${message}`]);
  });

  it('but no character at the place where a large file is cut for reading', () => {
    const text = `- x${'💥'.repeat(15_000)}\n`.repeat(10);
    expect(parse(utf16(text)).documents[0]?.value).toHaveLength(10);
    expect(parse(utf16(text).swap16()).documents[0]?.value).toHaveLength(10);
  });

  it('UTF-8 with CR alone, at its place', () => {
    expect(complaints(Buffer.from('a: 1\rb: \xff', 'latin1'))).toEqual([
      '2:4 this is not valid UTF-8: save the file as UTF-8',
    ]);
  });
});
