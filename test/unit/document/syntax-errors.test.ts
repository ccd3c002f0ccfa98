import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../../src/document/parse.ts';

function complaints(text: string): string[] {
  return parseDocuments('a.yaml', text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const indented = (at: number, where: string, like = 'fields'): string =>
  `wrong indentation: this line begins in column ${at}: begin it in column ${where}, like the ${like} above it`;

describe('wrong indentation is called that, at the line that is indented wrongly:', () => {
  it.each([
    ['a field too deep', '- title: A\n   url: x', `2:4 ${indented(4, '3')}`],
    ['a field too deep, the first of all', 'title: A\n  url: x', `2:3 ${indented(3, '1')}`],
    ['a field too deep, below a comment', 'title: A\n# an url: x\n  url: x', `3:3 ${indented(3, '1')}`],
    ['a field of fields too deep', 'config:\n  delay: 5s\n    max: 1', `3:5 ${indented(5, '3')}`],
    ['a field not deep enough', 'list:\n  - title: A\n   url: x', `3:4 ${indented(4, '1 or 5')}`],
    ['a field beside the dash', 'list:\n  - title: A\n  url: x', `3:3 ${indented(3, '1 or 5')}`],
    ['a field between two levels', '- title: A\n  config:\n    delay: 5s\n   max: 1', `4:4 ${indented(4, '3 or 5')}`],
    ['a first line too deep', '  title: A\nurl: x', `2:1 ${indented(1, '3')}`],
    ['lines that end as on Windows', '- title: A\r\n   url: x\r\n', `2:4 ${indented(4, '3')}`],
    ['an item too deep', 'list:\n  - title: A\n   - title: B', `3:4 ${indented(4, '3', 'items')}`],
    ['an item not deep enough', 'list:\n    - title: A\n  - title: B', `3:3 ${indented(3, '5', 'items')}`],
    ['a word of a list', 'type:\n  - USER\n - ORDER\nurl: x', `3:2 ${indented(2, '3', 'items')}`],
  ])('%s', (_, text, complaint) => {
    expect(complaints(text)).toEqual([complaint]);
  });

  it('but not where two fields stand in one line', () => {
    expect(complaints('title: A: B\n')).toEqual([
      '1:8 nested mappings are not allowed in compact mappings: quote a text that contains ": "',
    ]);
  });
});

describe('what is not closed is reported where it opens, and nothing of what follows from it:', () => {
  const quote = 'this " is not closed: write another one where the text ends';
  const single = "this ' is not closed: write another one where the text ends";
  const list = 'this [ is not closed: write ] where the list ends, or indent the lines that belong to it';
  const fields = 'this { is not closed: write } where the fields end, or indent the lines that belong to it';

  it.each([
    ['a double quote', 'title: "A\nurl: x\nenabled: true\n', [`1:8 ${quote}`]],
    ['a single quote', "title: 'A\nurl: x\n", [`1:8 ${single}`]],
    ['a quote with others below it', 'title: "A\nurl: "x"\nenabled: true\n', [`1:8 ${quote}`]],
    ['a quote that the next one seems to close', '- title: "A\n  url: "x"\n- title: B\n', [`1:10 ${quote}`]],
    ['a quote within a list', 'type: ["USER, ORDER]\nurl: x\n', [`1:8 ${quote}`]],
    ['a quote whose end is escaped', 'title: "A\\"\nurl: x\n', [`1:8 ${quote}`]],
    ['a list', 'title: A\ntype: [USER, ORDER\nurl: x\n', [`2:7 ${list}`]],
    ['a list at the end of the file', 'title: A\ntype: [USER, ORDER', [`2:7 ${list}`]],
    ['a list whose lines are not indented', 'type: [\nUSER\n]\nurl: x\n', [`1:7 ${list}`]],
    ['fields', 'title: A\nconfig: { delay: 5s\nurl: x\n', [`2:9 ${fields}`]],
    ['a list closed by a brace', 'type: [USER}\nurl: x\n', [`1:7 ${list}`]],
    ['a list within fields that are closed', 'config: { a: [1, 2 }\nurl: x\n', [`1:14 ${list}`]],
    [
      'several in one file',
      'list:\n  - title: A\n    type: [USER\n    url: x\n  - title: B\n    config: { delay: 5s\n',
      [`3:11 ${list}`, `6:13 ${fields}`],
    ],
  ])('%s', (_, text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  it('while what stands before it is reported as well', () => {
    expect(complaints('a: !x y\nb: "c\n')).toEqual([
      '1:4 unknown tag: remove it, and quote the value if it is text',
      `2:4 ${quote}`,
    ]);
  });

  it.each(['title: "A\n  B"\nurl: x\n', 'type: [\n  USER\n  ]\n', 'title: \'"\'\nurl: "[{"\n', 'title: A [B\n# "\n'])(
    'and %j has nothing that is not closed',
    (text) => {
      expect(complaints(text)).toEqual([]);
    },
  );
});

describe('text in the wrong place comes with a way out:', () => {
  it.each([
    [
      "title: 'Bob's hook'\n",
      "1:13 unexpected text after the closing ': write a ' within the text twice, or quote the text with \"",
    ],
    ['title: "Bob" hook\n', '1:14 unexpected text after the closing ": write a " within the text as \\"'],
    ['title: "Bob" "hook"\n', '1:14 unexpected text after the closing ": write a " within the text as \\"'],
    ['url: {x}/a\n', '1:9 unexpected text after the closing }: quote a text that begins with {'],
    ['title A\nurl: x\n', '1:1 this line has no ": " after a name: write "name: value", with a blank after the colon'],
  ])('%j', (text, complaint) => {
    expect(complaints(text)).toEqual([complaint]);
  });
});
