import { describe, expect, it } from 'vitest';
import { compileHosts } from '../../../src/config/delivery-hosts.ts';
import { config, problems } from './load.ts';

describe('a host that deliveries may go to', () => {
  it.each([
    ['hooks.tenant.tld', 'https://hooks.tenant.tld/a', true],
    ['hooks.tenant.tld', 'https://HOOKS.Tenant.tld.:8443/a', true],
    ['hooks.tenant.tld', 'https://tenant.tld/a', false],
    ['hooks.tenant.tld', 'https://a.hooks.tenant.tld/a', false],
    ['hooks.tenant.tld', 'https://hooks.tenant.tld.evil.tld/a', false],
    ['hooks.tenant.tld', 'https://hooks-tenant.tld/a', false],
    ['hooks.tenant.tld', 'https://evil.tld/?hooks.tenant.tld', false],
    ['*.tenant.tld', 'https://hooks.tenant.tld/a', true],
    ['*.tenant.tld', 'https://a.b.tenant.tld/a', true],
    ['*.tenant.tld', 'https://tenant.tld/a', false],
    ['*.tenant.tld', 'https://eviltenant.tld/a', false],
    ['localhost', 'http://localhost:8080/a', true],
    ['[::1]', 'http://[::1]:8080/a', true],
    ['hooks.tenant.tld', 'no URL at all', false],
  ])('by the pattern %s: %s is %s', (pattern, url, expected) => {
    expect(compileHosts([pattern])(url)).toBe(expected);
  });

  it.each([
    'https://hooks.tenant.tld\\@evil.tld/a',
    'https://evil.tld\\@hooks.tenant.tld/a',
    'https://a\t.tenant.tld/',
  ])('is not the one of two that clients read in %j', (url) => {
    expect(compileHosts(['hooks.tenant.tld', '*.tenant.tld'])(url)).toBe(false);
  });

  it('is one that any pattern covers, and any host without patterns', () => {
    expect(compileHosts(['a.tld', '*.tenant.tld'])('https://hooks.tenant.tld/')).toBe(true);
    expect(compileHosts([])('https://anywhere.tld/')).toBe(true);
  });
});

describe('policy.hosts', () => {
  it.each(['Hooks.tenant.tld, *.tenant.tld', '["hooks.tenant.tld", "*.tenant.tld"]'])(
    'is read from the environment: %s',
    async (text) => {
      const { policy } = await config({ env: { RECONCILER_HOSTS: text } });
      expect(policy.hosts).toEqual(['hooks.tenant.tld', '*.tenant.tld']);
    },
  );

  it('may be repeated as a flag, which counts above the file', async () => {
    const given = { file: 'policy: { hosts: [a.tld] }', flags: { 'policy.hosts': ['b.tld', '*.c.tld'] } };
    expect((await config(given)).policy.hosts).toEqual(['b.tld', '*.c.tld']);
  });

  it.each([
    '*',
    '*.',
    'a.*.tld',
    'a*.tld',
    'https://a.tld',
    'a.tld/x',
    'a.tld:443',
    'a.tld.',
    '\u00fcber.tld',
    'me@a.tld',
  ])('does not take %j', async (pattern) => {
    const rule = 'is not a host: write a name alone, such as hooks.tenant.tld, or *.tenant.tld for all names below one';
    expect(await problems({ env: { RECONCILER_HOSTS: pattern } })).toEqual([
      `RECONCILER_HOSTS policy.hosts: "${pattern}" ${rule}`,
    ]);
  });

  it('must not be an empty list, which would mean any host', async () => {
    expect(await problems({ file: 'policy: { hosts: [] }' })).toEqual([
      'config.yaml:1:18 policy.hosts: [] is empty: write at least one, or leave the field out',
    ]);
    expect(await problems({ env: { RECONCILER_HOSTS: ',' } })).toHaveLength(2);
  });
});
