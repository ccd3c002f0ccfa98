import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressOf, hrefOf } from '../../../src/daemon/page/model/address.ts';
import { commitLink, placeOf, sourceLink } from '../../../src/daemon/page/model/links.ts';
import { STATE_ORDER } from '../../../src/daemon/page/model/states.ts';

describe('the address of what is looked at', () => {
  it.each<readonly [string, Address]>([
    ['./', { q: '', open: [] }],
    ['?state=Drifted', { state: 'Drifted', q: '', open: [] }],
    ['?state=Drifted&q=isa+x&open=Orders&open=A%26B', { state: 'Drifted', q: 'isa x', open: ['Orders', 'A&B'] }],
    ['?changes=all', { q: '', open: [], changes: 'all' }],
  ])('is relative and short: %s', (href, address) => {
    expect(hrefOf(address)).toBe(href);
    expect(addressOf(href.replace('./', ''))).toEqual(address);
  });

  it.each([
    '?state=toString',
    '?state=<script>',
    '?open=',
    `?open=${'x'.repeat(501)}`,
    '?changes=1',
    '?%',
    '?__proto__=1',
  ])('leaves out what it does not know: %s', (query) => {
    expect(addressOf(query)).toEqual({ q: '', open: [] });
  });

  it('is bounded', () => {
    const open = Array.from({ length: 100 }, (_, index) => `row ${index}`);
    expect(addressOf(hrefOf({ q: 'x'.repeat(9000), open }))).toEqual({ q: 'x'.repeat(500), open: open.slice(0, 20) });
  });

  it('says the same when it is read again', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const address: fc.Arbitrary<Address> = fc.record(
      {
        state: fc.constantFrom(...STATE_ORDER),
        q: text,
        open: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), { maxLength: 20 }),
        changes: fc.constant('all' as const),
      },
      { requiredKeys: ['q', 'open'] },
    );
    fc.assert(
      fc.property(address, (each) => {
        const href = hrefOf(each);
        expect(addressOf(href.replace('./', ''))).toEqual(each);
        expect(URL.parse(href, 'https://tools.example/hooks/')?.pathname).toBe('/hooks/');
      }),
    );
  });

  it('is made of any text, and read from any text', () => {
    const any = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(any, any, (q, title) => {
        expect(addressOf(q).open.length).toBeLessThanOrEqual(20);
        expect(hrefOf({ q, open: [title] })).toMatch(/^[\w./?&=%*+-]+$/);
      }),
    );
  });
});

describe('a link to a place in a file', () => {
  const place = { revision: '8f3c1e9', path: 'webhooks/orders.yaml', line: 14 };
  const gitlab = 'https://git.nordbank.example/payments/webhooks/-/blob/{revision}/{path}#L{line}';

  it.each([
    [gitlab, 'https://git.nordbank.example/payments/webhooks/-/blob/8f3c1e9/webhooks/orders.yaml#L14'],
    [
      'https://github.com/o/r/blob/{revision}/{path}#L{line}',
      'https://github.com/o/r/blob/8f3c1e9/webhooks/orders.yaml#L14',
    ],
    ['https://git.example/file?p={path}&at={revision}', 'https://git.example/file?p=webhooks/orders.yaml&at=8f3c1e9'],
    ['https://git.example/browse', 'https://git.example/browse'],
  ])('is the template filled in: %s', (template, link) => {
    expect(sourceLink(template, place)).toBe(link);
  });

  it('encodes what means something in an address', () => {
    const path = 'a b/ü?#%&"\'<>\\.yaml';
    const link = sourceLink(gitlab, { ...place, path });
    expect(link).toContain('/a%20b/%C3%BC%3F%23%25%26%22%27%3C%3E%5C.yaml#L14');
  });

  it.each([
    ['no template', null, 'a.yaml'],
    ['another scheme', 'javascript:alert("{path}")', 'a.yaml'],
    ['data', 'data:text/html,{path}', 'a.yaml'],
    ['a path that decides about the host', 'https://{path}/x', 'evil.example'],
    ['credentials', 'https://user:secret@git.example/{path}', 'a.yaml'],
    ['a path that leads out', gitlab, '../../other'],
    ['a path with an empty segment', gitlab, 'a//b'],
    ['no path', gitlab, ''],
  ])('is none where it is in doubt: %s', (_, template, path) => {
    expect(sourceLink(template, { ...place, path })).toBeUndefined();
  });

  it('is none for content without a commit', () => {
    expect(sourceLink(gitlab, { ...place, revision: 'sha256:0b5f6a1c' })).toBeUndefined();
  });

  it.each([
    [gitlab, 'https://git.nordbank.example/payments/webhooks/-/commit/8f3c1e9'],
    ['https://github.com/o/r/blob/{revision}/{path}', 'https://github.com/o/r/commit/8f3c1e9'],
    ['https://gitea.example/o/r/src/commit/{revision}/{path}', 'https://gitea.example/o/r/commit/8f3c1e9'],
    ['https://git.example/file?p={path}&at={revision}', undefined],
    ['https://git.example/x?y=/blob/{revision}/', undefined],
    [null, undefined],
  ])('gives one to a commit where the forge is known: %s', (template, link) => {
    expect(commitLink(template, '8f3c1e9')).toBe(link);
    expect(commitLink(template, '../8f3c1e9')).toBeUndefined();
  });

  it('is made from a source', () => {
    expect(placeOf('webhooks/a:b.yaml:14:5')).toEqual({ path: 'webhooks/a:b.yaml', line: 14 });
    expect(placeOf('webhooks.yaml:3')).toEqual({ path: 'webhooks.yaml', line: 3 });
    expect(placeOf('webhooks.yaml')).toBeUndefined();
  });
});
