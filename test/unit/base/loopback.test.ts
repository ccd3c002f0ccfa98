import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../src/base/loopback.ts';

describe('a host of a url', () => {
  it.each([
    'http://localhost:8080',
    'http://LOCALHOST',
    'http://api.localhost',
    'http://127.0.0.1',
    'http://127.1.2.3',
    'http://2130706433',
    'http://[::1]',
    'http://[0:0:0:0:0:0:0:1]:80',
    'http://[::ffff:127.0.0.1]',
  ])('leads back to this machine: %s', (url) => expect(isLoopback(new URL(url).hostname)).toBe(true));

  it.each([
    'http://localhost.tenant.tld',
    'http://notlocalhost',
    'http://127.0.0.1.tenant.tld',
    'http://128.0.0.1',
    'http://10.127.0.1',
    'http://0.0.0.0',
    'http://[::]',
    'http://[::2]',
    'http://[::ffff:128.0.0.1]',
    'http://[fe80::1]',
  ])('leads elsewhere: %s', (url) => expect(isLoopback(new URL(url).hostname)).toBe(false));

  it('is not this machine when it is empty', () => expect(isLoopback('')).toBe(false));
});
