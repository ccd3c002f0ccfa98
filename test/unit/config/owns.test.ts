import { describe, expect, it } from 'vitest';
import type { Owns } from '../../../src/config/config.ts';
import { compileOwns, ownsFault } from '../../../src/config/owns.ts';

const owned = (owns: Owns, subscription: { title?: string; url?: string }): boolean =>
  compileOwns(owns)({ title: 'Users', url: 'https://hooks.tenant.tld/users', ...subscription });

describe('what is owned', () => {
  it('is everything under "all" and nothing without a rule', () => {
    expect(owned('all', {})).toBe(true);
    expect(owned([], {})).toBe(false);
  });

  it.each([
    ['https://hooks.tenant.tld/*', 'https://hooks.tenant.tld/a/b?c=d', true],
    ['https://hooks.tenant.tld/*', 'https://HOOKS.tenant.tld', true],
    ['https://hooks.tenant.tld/*', 'https://hooks.tenant.tld:8443/a', false],
    ['https://hooks.tenant.tld/*', 'https://hooks.tenant.tld.evil.tld/a', false],
    ['https://hooks.tenant.tld/*', 'http://hooks.tenant.tld/a', false],
    ['https://*.tenant.tld/*', 'https://a.tenant.tld/', true],
    ['https://*.tenant.tld/*', 'https://tenant.tld/', false],
    ['https://hooks.tenant.tld/*', 'no URL at all', false],
  ])('by the url rule %s: %s is %s', (url, observed, expected) => {
    expect(owned([{ url }], { url: observed })).toBe(expected);
  });

  it.each([
    ['payments *', 'payments EU', true],
    ['payments *', 'payments ', false],
    ['payments *', ' payments  EU ', true],
    ['payments  *', 'payments EU', true],
    [' payments * ', 'payments EU', true],
    ['Caf\u00e9', 'Cafe\u0301', true],
    ['payments *', 'Payments EU', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['*b*c', 'abxbc', true],
    ['a.c', 'abc', false],
    ['Users', 'Users', true],
    ['Users', 'Users (old)', false],
  ])('by the title rule %j: %j is %s', (title, observed, expected) => {
    expect(owned([{ title }], { title: observed })).toBe(expected);
  });

  it('is what any one rule says', () => {
    const owns: Owns = [{ title: 'x' }, { url: 'https://hooks.tenant.tld/*' }];
    expect(owned(owns, {})).toBe(true);
  });

  it('is found at once for a pattern with many stars', () => {
    expect(owned([{ title: `${'*a'.repeat(50)}b` }], { title: 'a'.repeat(10_000) })).toBe(false);
  });
});

describe('a url that clients read in two ways', () => {
  const owns: Owns = [{ url: 'https://hooks.tenant.tld/own/*' }];

  it.each([
    'https://hooks.tenant.tld\\@evil.tld/own/a',
    'https://hooks.tenant.tld\\.evil.tld/own/a',
    'https://hooks.tenant.tld/own\\a',
    'https://hooks.tenant.tld/foreign\\..\\own/a',
    'https://hooks.tenant.tld/foreign/../own/a',
    'https://hooks.tenant.tld/foreign/%2e%2E/own/a',
    'https://hooks.tenant.tld/own/..%2fforeign',
    'https://hooks.tenant.tld/own/..%5Cforeign',
    'https://hooks.tenant.tld/own/x%2f..%2f..%2fforeign',
    'https://hooks.tenant.tld/own/..;/foreign',
    'https://hooks.tenant.tld/own/..;x=1/foreign',
    'https://hooks.tenant.tld/own/..%3bx/foreign',
    'https://hooks.tenant.tld/own/%252e%252e/foreign',
    'https://hooks.tenant.tld/own/%25252e./foreign',
    'https://hooks.tenant.tld/own/%25%32%65%2e%252fforeign',
    'https://hooks.tenant.tld/own/%2525252525252e',
    'https://evil.tld\\@hooks.tenant.tld/own/a',
    'https://evil.tld@evil.tld@hooks.tenant.tld/own/a',
    'https://hooks.ten\tant.tld/own/a',
    ' https://hooks.tenant.tld/own/a',
    'https:hooks.tenant.tld/own/a',
    'https:///hooks.tenant.tld/own/a',
    'https://hooks.tenant%2etld/own/a',
    'https://hooks。tenant.tld/own/a',
    'https://hooks.tenant.tld:0x1bb/own/a',
  ])('is not owned by the one that a rule covers: %j', (url) => {
    expect(owned(owns, { url })).toBe(false);
  });

  it.each([
    'https://HOOKS.tenant.tld:443/own/a',
    'https://hooks.tenant.tld/own/\u00fc|a',
    'https://hooks.tenant.tld/own/a?b=\\',
    'https://hooks.tenant.tld/own/a#b',
    'https://hooks.tenant.tld/own/a%2Fb',
    'https://hooks.tenant.tld/own/a;v=1/..b/c../...;/100%25/%2541?back=..%2F',
  ])('is owned where a rule covers both: %j', (url) => {
    expect(owned(owns, { url })).toBe(true);
  });

  it('is not owned by the host before a backslash, which others take for a name before an @', () => {
    const rule = [{ url: 'https://hooks.tenant.tld/*' }];
    expect(owned(rule, { url: 'https://hooks.tenant.tld\\@evil.tld/a' })).toBe(false);
  });

  it('is owned by its title, and where everything is', () => {
    const url = 'https://hooks.tenant.tld\\@evil.tld/own/a';
    expect(owned([{ title: 'Users' }], { url })).toBe(true);
    expect(owned('all', { url })).toBe(true);
  });
});

describe('a rule that cannot be understood', () => {
  it.each(['/webhooks/*', 'hooks.tenant.tld/*', 'https://hooks.tenant.tld/(', ''])('%j is explained', (url) => {
    expect(ownsFault({ url })).toContain('is not a URL pattern');
    expect(() => compileOwns([{ url }])).toThrow(TypeError);
  });

  it('is not made of any title', () => {
    expect(ownsFault({ title: '((' })).toBeUndefined();
    expect(ownsFault({ title: '*' })).toBeUndefined();
  });

  it.each([' *', '* ', '* *', ' '])('is the title %j: tidied it would own everything or nothing', (title) => {
    expect(ownsFault({ title })).toBe(
      'holds nothing but blanks and *: write a part of the titles, or * for all of them',
    );
  });
});
