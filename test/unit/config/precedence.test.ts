import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { config, folder, load, problems } from './load.ts';

const file = 'policy: { mode: observe }';

describe('a setting given in several places', () => {
  it('counts as a flag first', async () => {
    const { policy } = await config({ flags: { 'policy.mode': 'create' }, env: { RECONCILER_MODE: 'upsert' }, file });
    expect(policy.mode).toBe('create');
  });

  it('counts as a variable before the file', async () => {
    const { policy } = await config({ env: { RECONCILER_MODE: 'upsert' }, file });
    expect(policy.mode).toBe('upsert');
  });

  it('counts in the file before the default', async () => {
    expect((await config({ file })).policy.mode).toBe('observe');
    expect((await config()).policy.mode).toBe('sync');
  });

  it('is checked in each of them, even where another one counts', async () => {
    const given = { flags: { 'policy.mode': 'create' }, env: { RECONCILER_MODE: 'sink' }, file: 'policy: { mode: x }' };
    expect(await problems(given)).toEqual([
      'RECONCILER_MODE policy.mode: "sink" is not known, did you mean "sync"? It is sync, upsert, create or observe',
      'config.yaml:1:17 policy.mode: "x" is not known: write sync, upsert, create, observe',
    ]);
  });
});

describe('an empty variable', () => {
  it('counts as unset, as compose files and charts leave it', async () => {
    const { policy, api } = await config({
      env: { RECONCILER_MODE: '', UPVEST_CLIENT_SECRET: '', UPVEST_FOO: '' },
      file,
    });
    expect(policy.mode).toBe('observe');
    expect(api).not.toHaveProperty('clientSecret');
  });

  it('may have spaces', async () => {
    expect((await config({ env: { RECONCILER_MODE: '  ' } })).policy.mode).toBe('sync');
  });
});

describe('an empty flag', () => {
  it('is an error: most likely an unset variable of the shell', async () => {
    expect(await problems({ flags: { 'api.clientId': '' } })).toEqual([
      '--client-id api.clientId: is empty: give a value, or leave the flag out',
    ]);
  });
});

describe('substitutions', () => {
  it('of --set and of the file are joined, --set counting above', async () => {
    const { source } = await config({
      flags: { 'source.substitute': ['HOST=b.tld', 'EMPTY=', 'QUERY=a=b'] },
      file: 'source: { substitute: { HOST: a.tld, REGION: eu } }',
    });
    expect(source.substitute).toEqual({ HOST: 'b.tld', REGION: 'eu', EMPTY: '', QUERY: 'a=b' });
  });
});

describe('a relative path', () => {
  it('starts at the current folder in flags, variables and defaults', async () => {
    const cwd = folder();
    expect((await config({ cwd })).source.path).toBe(join(cwd, 'webhooks'));
    expect((await config({ cwd, env: { RECONCILER_PATH: 'a' } })).source.path).toBe(join(cwd, 'a'));
    expect((await config({ cwd, flags: { 'source.path': '../b' } })).source.path).toBe(join(cwd, '../b'));
  });

  it('starts at the folder of the file in the file', async () => {
    const elsewhere = folder({ 'reconciler.yaml': 'source: { path: hooks }' });
    const loaded = await loadConfig({ env: {}, needs: [], cwd: '/', file: join(elsewhere, 'reconciler.yaml') });
    expect(loaded).toMatchObject({ ok: true, config: { source: { path: join(elsewhere, 'hooks') } } });
  });
});

describe('the log', () => {
  it('is pretty on a terminal, unless set otherwise', async () => {
    expect((await config()).log.format).toBe('json');
    expect((await config({ isTerminal: true })).log.format).toBe('pretty');
    expect((await config({ isTerminal: true, env: { LOG_FORMAT: 'json' } })).log.format).toBe('json');
  });
});

describe('the defaults alone', () => {
  it('are a complete configuration', async () => {
    expect(await load({ cwd: '/checkout' })).toMatchObject({
      ok: true,
      warnings: [],
      config: {
        api: {
          url: 'https://sandbox.upvest.co',
          sign: true,
          timeoutMs: 10_000,
          concurrency: 4,
          requestsPerSecond: 10,
          retries: 5,
        },
        source: { path: '/checkout/webhooks', substitute: {}, debounceMs: 250 },
        policy: {
          mode: 'sync',
          owns: [],
          hosts: [],
          tombstones: 'any',
          pins: 'any',
          adopt: 'exact',
          maxDeletes: { count: 1 },
          allowEmpty: false,
          quarantineMs: 0,
        },
        schedule: { resync: { cron: '* * * * *' }, timezone: 'UTC', freeze: [] },
        server: { host: '0.0.0.0', port: 8080 },
        log: { level: 'info', format: 'json' },
      },
    });
  });
});
