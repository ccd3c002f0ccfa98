import { describe, expect, it } from 'vitest';
import { show } from '../../../src/base/text.ts';

describe('a value in a message', () => {
  it.each([
    ['https://user:pass@t.tld/x', '"https://***@t.tld/x"'],
    ['a https://user@t.tld and b://c:d@e', '"a https://***@t.tld and b://***@e"'],
    ['https://user:p@ss@t.tld/x', '"https://***@t.tld/x"'],
    ['https://t.tld/a@b', '"https://t.tld/a@b"'],
    ['https://us er:secret@t.tld/x', '"https://***@t.tld/x"'],
    ['https://user:se/cret@t.tld/x', '"https://***@t.tld/x"'],
    ['https:/user:secret@t.tld', '"https:/***@t.tld"'],
    ['//user:secret@t.tld', '"//user:***@t.tld"'],
    ['user:secret@t.tld/x', '"user:***@t.tld/x"'],
    ['https://t.tld/?token=a b secret', '"https://t.tld/?***"'],
    [`https://${'p'.repeat(5_000)}@t.tld`, '"https://***@t.tld"'],
  ])('%s never shows user info', (text, shown) => {
    expect(show(text)).toBe(shown);
  });

  // Takes minutes if each letter may begin a match.
  it.each(['x', '://', 'x://', 'a:', '@', ' '])('of a megabyte of %j is shown in no time', (unit) => {
    expect(show(unit.repeat(1_048_576 / unit.length)).length).toBeLessThan(70);
  });
});
