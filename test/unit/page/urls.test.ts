import { fc, test } from '@fast-check/vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostOf, listedUrl, parsedUrl, urlParts } from '../../../src/daemon/page/model/urls.ts';

describe('a url in the list', () => {
  it.each([
    ['a host and a path', 'https://hooks.example/orders', 'hooks.example', '/orders'],
    ['another scheme', 'http://localhost/orders', 'http://localhost', '/orders'],
    ['capitals', 'HTTPS://Hooks.Example/Orders', 'Hooks.Example', '/Orders'],
    ['letters of any script', 'https://hööks.example/bestellungen', 'hööks.example', '/bestellungen'],
    ['a host that stands in the scheme too', 'https://t/p/https', 't', '/p/https'],
    ['a port', 'https://hooks.example:8443/orders', 'hooks.example:8443', '/orders'],
    ['a port that goes without saying', 'https://hooks.example:443/orders', 'hooks.example:443', '/orders'],
    ['user info, which comes masked', 'https://***@hooks.example/orders', '***@hooks.example', '/orders'],
    ['a masked query', 'https://hooks.example?***', 'hooks.example', '?***'],
    ['a host alone', 'https://hooks.example', 'hooks.example', ''],
    ['an address', 'https://[::1]:8443/orders', '[::1]:8443', '/orders'],
  ])('is parted as it is written: %s', (_, url, host, path) => {
    expect(listedUrl(url)).toEqual({ host, path });
  });

  it.each(['', 'orders', 'https://', 'javascript:alert(1)', 'ftp://hooks.example/x', '//hooks.example/x'])(
    'is shown whole where it is none: %s',
    (text) => {
      expect(listedUrl(text)).toEqual({ host: '', path: text });
    },
  );

  test.prop([fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string())])(
    'is the same text when its parts are joined',
    (url) => {
      const { scheme, host, path, query } = urlParts(url) ?? { scheme: '', host: '', path: url, query: '' };
      expect(scheme + host + path + query).toBe(url);
    },
  );
});

describe('the host of a tenant', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is that of its url, with the port', () => {
    expect(hostOf('https://api.upvest.co/')).toBe('api.upvest.co');
    expect(hostOf('http://127.0.0.1:35793')).toBe('127.0.0.1:35793');
    expect([hostOf('nothing'), hostOf('mailto:a@b.example')]).toEqual([undefined, undefined]);
  });

  it('is told also in browsers that do not have URL.parse', () => {
    class OlderUrl extends URL {}
    Object.defineProperty(OlderUrl, 'parse', { value: undefined });
    vi.stubGlobal('URL', OlderUrl);
    expect(hostOf('https://api.upvest.co/')).toBe('api.upvest.co');
    expect(parsedUrl('nothing')).toBeUndefined();
  });
});
