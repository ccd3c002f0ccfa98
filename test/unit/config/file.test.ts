import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ALL_SETTINGS } from '../../../src/config/settings.ts';
import { config, folder, load, problems } from './load.ts';

describe('the configuration file', () => {
  it('may hold every setting but secrets', async () => {
    const cwd = folder();
    const file = `
api: { url: "https://api.upvest.co", clientId: c, clientSecretFile: secret, keyId: k, privateKeyFile: key.pem,
       privateKeyPassphraseFile: pass, sign: false, timeout: 5s, concurrency: 8, requestsPerSecond: 20, retries: 0 }
source: { path: hooks, substitute: { HOST: hooks.tenant.tld }, debounce: 1s }
policy: { mode: upsert, owns: all, hosts: [hooks.tenant.tld], tombstones: owned, pins: owned, adopt: never, maxDeletes: 3, allowEmpty: true, quarantine: 24h }
schedule:
  resync: "*/5 * * * *"
  timezone: Europe/Berlin
  freeze:
    - { start: "0 17 * * FRI", duration: 63h }
    - { start: "0 0 24 12 *", duration: 72h, timezone: UTC }
server: { host: "::", port: 0, tokenFile: read, triggerTokenFile: token, subscriptionMetrics: false }
kubernetes: { events: true }
log: { level: debug, format: pretty }
`;
    expect(await config({ cwd, file })).toEqual({
      api: {
        url: 'https://api.upvest.co',
        clientId: 'c',
        clientSecretFile: join(cwd, 'secret'),
        keyId: 'k',
        privateKeyFile: join(cwd, 'key.pem'),
        privateKeyPassphraseFile: join(cwd, 'pass'),
        sign: false,
        timeoutMs: 5000,
        concurrency: 8,
        requestsPerSecond: 20,
        retries: 0,
      },
      source: { path: join(cwd, 'hooks'), substitute: { HOST: 'hooks.tenant.tld' }, debounceMs: 1000 },
      policy: {
        mode: 'upsert',
        owns: 'all',
        hosts: ['hooks.tenant.tld'],
        tombstones: 'owned',
        pins: 'owned',
        adopt: 'never',
        maxDeletes: { count: 3 },
        allowEmpty: true,
        quarantineMs: 86_400_000,
      },
      schedule: {
        resync: { cron: '*/5 * * * *' },
        timezone: 'Europe/Berlin',
        freeze: [
          { start: '0 17 * * FRI', durationMs: 226_800_000 },
          { start: '0 0 24 12 *', durationMs: 259_200_000, timezone: 'UTC' },
        ],
      },
      server: {
        host: '::',
        port: 0,
        tokenFile: join(cwd, 'read'),
        triggerTokenFile: join(cwd, 'token'),
        subscriptionMetrics: false,
      },
      kubernetes: { events: true },
      log: { level: 'debug', format: 'pretty' },
    });
  });

  it('may be empty', async () => {
    expect((await config({ file: '# nothing yet\n' })).policy.mode).toBe('sync');
  });

  it('is not taken for empty where it is a pipe that has been read, nor waited for', async () => {
    const cwd = folder();
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(await loadConfig({ cwd, env: {}, needs: [], file: 'pipe' })).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('is a pipe without content: it can be read only once') }],
    });
  });

  it('has no more than 1 MiB, and no more of it is read', async () => {
    expect(await loadConfig({ cwd: '/', env: {}, needs: [], file: '/dev/zero' })).toMatchObject({
      ok: false,
      problems: [{ message: 'is larger than 1 MiB: this cannot be the configuration' }],
    });
  });

  it('has all its errors reported in one run, in order, each with its place', async () => {
    const file = `api:
  timout: 5s
  timeout: 10
  url: http://api.upvest.co
policy:
  mode: synk
  maxDeletes: "3"
  owns:
    - url: https://hooks.tenant.tld/*
    - titel: x
    - url: nonsense
  hosts: ["*.tenant.tld", https://hooks.tenant.tld, 17]
schedule:
  resync: 61 * * * *
  timezone: Mars
  freeze:
    - { start: 0 17 * * FRI, duration: 10 }
    - { start: 0 22-2 * * *, duration: 1h, timezone: X/Y, until: 1 }
    - { start: 0 0 1 1 FRIL, duration: 0s }
server:
  port: "80"
`;
    const duration = 'write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h';
    expect(await problems({ file })).toEqual([
      'config.yaml:2:3 api.timout: unknown field, did you mean "timeout"?',
      `config.yaml:3:12 api.timeout: 10 is not a duration: ${duration}`,
      'config.yaml:4:8 api.url: "http://api.upvest.co" would send tokens unencrypted: write https:// (http:// is for localhost only)',
      'config.yaml:6:9 policy.mode: "synk" is not known, did you mean "sync"?',
      'config.yaml:7:15 policy.maxDeletes: "3" is not a limit: write a whole number, such as 3, or a share from 1% to 100%, such as 20%',
      'config.yaml:10:7 policy.owns[1].titel: unknown field, did you mean "title"?',
      'config.yaml:11:12 policy.owns[2].url: "nonsense" is not a URL pattern: write a whole URL, e.g. https://hooks.tenant.tld/*',
      'config.yaml:12:27 policy.hosts[1]: "https://hooks.tenant.tld" is not a host: write a name alone, such as hooks.tenant.tld, or *.tenant.tld for all names below one',
      'config.yaml:12:53 policy.hosts[2]: 17 is a number, not text: put it in quotes',
      'config.yaml:14:11 schedule.resync: "61 * * * *" is not a schedule: "61" cannot be its minute; write five or six cron fields, such as */5 * * * *',
      'config.yaml:15:13 schedule.timezone: "Mars" is not a time zone: write UTC or a name such as Europe/Berlin',
      `config.yaml:17:40 schedule.freeze[0].duration: 10 is not a duration: ${duration}`,
      'config.yaml:18:16 schedule.freeze[1].start: "0 22-2 * * *" is more than a window may use: From value is larger than to value: \'22-2\'; write lists and plain ranges (22,23,0-2)',
      'config.yaml:18:54 schedule.freeze[1].timezone: "X/Y" is not a time zone: write UTC or a name such as Europe/Berlin',
      'config.yaml:18:59 schedule.freeze[1].until: unknown field: known here are start, duration, timezone',
      'config.yaml:19:16 schedule.freeze[2].start: "0 0 1 1 FRIL" never comes: no such day exists',
      'config.yaml:19:40 schedule.freeze[2].duration: "0s" is out of range: write 1s to 8784h',
      'config.yaml:21:9 server.port: "80" is text: write a whole number',
    ]);
  });

  it.each(['replicas: 2', 'notify: []', 'mode: sync'])('knows no "%s"', async (file) => {
    expect(await problems({ file })).toEqual([
      `config.yaml:1:1 ${file.split(':')[0]}: unknown field: known here are api, source, policy, schedule, server, lease, kubernetes, log`,
    ]);
  });

  it('takes no secret, and does not show it', async () => {
    const [problem, ...more] = await problems({ file: 'api: { clientSecret: canary }' });
    expect(problem).toBe('config.yaml:1:8 api.clientSecret: unknown field, did you mean "clientSecretFile"?');
    expect(more).toEqual([]);
  });

  it('does not show a value that is written where the path of a secret should be', async () => {
    expect(await problems({ file: 'api: { clientSecretFile: 31415926 }' })).toEqual([
      'config.yaml:1:26 api.clientSecretFile: the value is a number, not text: put it in quotes',
    ]);
  });

  it.each([
    ['policy:', 'config.yaml:1:8 policy: null is not a value here'],
    ['policy: sync', 'config.yaml:1:9 policy: "sync" is text: write fields'],
    ['[]', 'config.yaml:1:1: [] is not allowed here: write fields'],
    ['policy: { owns: [3, null, []] }', 'config.yaml:1:18 policy.owns[0]: 3 is a number: write fields'],
    ['schedule: { freeze: [null] }', 'config.yaml:1:22 schedule.freeze[0]: null is not a value here'],
    ['schedule: { freeze: [{ start: "0 1 * * *" }] }', 'config.yaml:1:22 schedule.freeze[0].duration: missing'],
    ['source: { substitute: { PORT: 80 } }', 'config.yaml:1:31 source.substitute.PORT: 80 is a number, not text'],
    ['source: { substitute: { "A-B": x } }', 'is not a name: write letters, digits and _'],
    ['policy: { mode: sync, mode: upsert }', 'config.yaml:1:23: "mode" is written twice here'],
    ['policy: { mode: sync', 'config.yaml:1:9: this { is not closed: '],
    ['policy: {}\n---\nlog: {}', 'config.yaml:3:1: a second document: the configuration is one document'],
  ])('%j is refused', async (file, message) => {
    expect((await problems({ file })).join('\n')).toContain(message);
  });

  it('never makes loading fail, whatever it holds', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.array(
        fc.record({ start: fc.jsonValue(), duration: fc.jsonValue(), url: fc.jsonValue() }, { requiredKeys: [] }),
      ),
    );
    const sections = ALL_SETTINGS.map(([key]) => key.split('.') as [string, string]);
    const documents = fc.tuple(fc.constantFrom(...sections), value);
    const cwd = folder();
    await fc.assert(
      fc.asyncProperty(documents, async ([[group, name], value]) => {
        await load({ cwd, file: JSON.stringify({ [group]: { [name]: value } }) });
      }),
      { numRuns: 100 },
    );
  });

  it('has to be there, and a file', async () => {
    const cwd = folder();
    const loaded = async (file: string) => loadConfig({ env: {}, needs: [], cwd, file });
    expect(await loaded('none.yaml')).toMatchObject({
      ok: false,
      problems: [{ place: '--config', message: 'none.yaml does not exist' }],
    });
    expect(await loaded('.')).toMatchObject({
      ok: false,
      problems: [{ place: '--config', message: '. is a folder: give the file' }],
    });
  });
});
