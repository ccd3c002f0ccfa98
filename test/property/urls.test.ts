import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { readingsOf } from '../../src/config/delivery-hosts.ts';
import { urlFault } from '../../src/desired/delivery-url.ts';
import { normaliseUrl } from '../../src/subscription/fields.ts';

const HOSTS = ['a.tld', 'evil.tld', '127.1', '0x7f', '[::1]', 'xn--ber-goa', 'ü', '。', '\u200d', 'A', '-', '_'];
const SIGNS = ['.', '..', '/', '//', '\\', '@', ':', ':443', ':080', '?', '#', ';', '|', '[', ']', '&', 'https://'];
const ESCAPES = ['%', '%2e', '%2F', '%5c', '%40', '%00', '\t', '\n', ' ', '\0', '\ud800'];
const piece = fc.constantFrom(...HOSTS, ...SIGNS, ...ESCAPES);
const url = fc
  .tuple(
    fc.constantFrom('https://', 'https:/', 'https:\\\\', 'http://'),
    fc.constantFrom('a.tld', ''),
    fc.array(piece, { maxLength: 8 }),
  )
  .map(([scheme, host, pieces]) => scheme + host + pieces.join(''));

test.prop([url], { numRuns: 20_000 })('a url that an entry may have is read in one way', (text) => {
  if (urlFault(text) !== undefined) return;
  expect(readingsOf(text)).toEqual([new URL(text).href]);
  // What is left in it RFC 3986 has, but for the case of scheme and host, a port that is the default, and an empty path.
  const [, rest = ''] = /^https?:\/\/[^/?]*(.*)$/i.exec(text) ?? [];
  expect(new URL(text).href.endsWith(rest)).toBe(true);
});

const plain = fc
  .array(fc.constantFrom('a.tld', 'b-c.', '1', '.', 'x', 'xn--a', '/', '/..', '/~v_1', '-', 'A', '%41', '?'), {
    maxLength: 6,
  })
  .map((pieces) => `https://${pieces.join('')}`);

test.prop([plain], { numRuns: 20_000 })('a url is normal where it is what it is parsed to', (text) => {
  expect(normaliseUrl(text)).toBe(URL.parse(text)?.href ?? text);
});
