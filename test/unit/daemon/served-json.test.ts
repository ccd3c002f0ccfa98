import { describe, expect, it } from 'vitest';
import { servedJson } from '../../../src/daemon/served-json.ts';

const served = (text: string): unknown => JSON.parse(servedJson({ text }).toString()).text;

describe('what is served', () => {
  it.each([
    ['https://hooks.tenant.tld/orders?token=canary', 'https://hooks.tenant.tld/orders?***'],
    ['https://canary:canary@hooks.tenant.tld/', 'https://***@hooks.tenant.tld/'],
    ['https://canary@canary@hooks.tenant.tld/a b?c "canary" canary', 'https://***@hooks.tenant.tld/a%20b?***'],
    ['https:\\\\canary@hooks.tenant.tld\\orders', 'https://***@hooks.tenant.tld/orders'],
    ['https:canary:can ary@hooks.tenant.tld', 'https://***@hooks.tenant.tld/'],
    [' ht\ttps:/\t/canary@hooks.tenant.tld/#canary', 'https://***@hooks.tenant.tld/#***'],
    ['amqp://canary:canary@queue/', 'amqp://***@queue/'],
  ])('of the url %j shows neither user info nor query', (url, shown) => {
    expect(served(url)).toBe(shown);
  });

  it.each([
    [
      'it has "https://h.tld/p?canary", wanted is "https://h.tld/p".',
      'it has "https://h.tld/p?***", wanted is "https://h.tld/p".',
    ],
    ['"https://canary:canary@h.tld/?a=\\"canary\\"&canary" is taken', '"https://***@h.tld/?***" is taken'],
    ['POST to https://h.tld/p?canary failed', 'POST to https://h.tld/p?*** failed'],
    ['from https://canary@a.tld/ to https://canary@b.tld/?canary', 'from https://***@a.tld/ to https://***@b.tld/?***'],
  ])('of a url within the message %j does not either', (message, shown) => {
    expect(served(message)).toBe(shown);
  });

  it.each([
    'https://hooks.tenant.tld/orders',
    'https://hooks.tenant.tld:8443/a%20b/',
    'Orders: which ones? #7 @team',
    'webhooks/a.yaml:3:1 see https://h.tld/p, is it yours?',
    'a@b.tld: what?',
  ])('is as it is where nothing is confidential: %j', (text) => {
    expect(served(text)).toBe(text);
  });

  it('is a template of links as it was written, but no other member', () => {
    const sourceUrl = 'https://git.tld/?file={path}#L{line}';
    expect(JSON.parse(servedJson({ sourceUrl, other: sourceUrl }).toString())).toEqual({
      sourceUrl,
      other: 'https://git.tld/?***#***',
    });
  });

  it('takes time linear in its length where it looks like urls throughout', () => {
    for (const text of [
      '://a'.repeat(250_000) + ' ?x',
      `${'https://a@'.repeat(100_000)} ?`,
      `:${'/'.repeat(1e6)}?x`,
      'a:'.repeat(5e5),
    ])
      expect(served(text)).toEqual(expect.any(String));
  }, 5_000);
});
