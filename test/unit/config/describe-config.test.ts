import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DescriptionFormat, describeConfig } from '../../../src/config/describe-config.ts';
import { config, folder, load } from './load.ts';

const given = {
  flags: { 'source.substitute': ['A=b'], 'policy.mode': 'observe' },
  env: {
    UPVEST_CLIENT_SECRET: 'canary',
    UPVEST_PRIVATE_KEY_FILE: '/etc/upvest/key.pem',
    UPVEST_PRIVATE_KEY_PASSPHRASE_FILE: 'canary',
    UPVEST_TIMEOUT: '60s',
  },
  file: 'policy:\n  maxDeletes: 3\nsource:\n  substitute: { C: d }\nschedule:\n  freeze: [{ start: 0 1 * * *, duration: 90m }]\n',
} as const;

async function described(format: DescriptionFormat, cwd = folder()): Promise<string> {
  const loaded = await load({ ...given, cwd });
  if (!loaded.ok) throw new Error('unexpected errors');
  return describeConfig(loaded.origins, format);
}

/** The line of a setting, its columns separated by a bar. */
async function line(key: string): Promise<string | undefined> {
  const lines = (await described('text')).split('\n');
  return lines.find((each) => each.startsWith(`${key} `))?.replaceAll(/ {2,}/g, ' | ');
}

describe('the configuration as a table', () => {
  it.each([
    ['policy.mode', 'observe | --mode'],
    ['api.timeout', '1m | UPVEST_TIMEOUT'],
    ['policy.maxDeletes', '3 | config.yaml:2:15'],
    ['api.retries', '5 | default'],
    ['api.clientId', '– | not set'],
    ['policy.owns', 'none, so that nothing is pruned | default'],
    ['policy.hosts', 'none, so that any host may be named | default'],
    ['source.substitute', '{"C":"d","A":"b"} | --set, config.yaml:4:15'],
    ['schedule.freeze', '[{"start":"0 1 * * *","duration":"90m"}] | config.yaml:6:11'],
    ['api.privateKeyFile', '/etc/upvest/key.pem | UPVEST_PRIVATE_KEY_FILE'],
  ])('says what %s is and where that came from', async (key, rest) => {
    expect(await line(key)).toBe(`${key} | ${rest}`);
  });

  it('masks a secret, and what may be one given in place of a path', async () => {
    expect(await line('api.clientSecret')).toBe('api.clientSecret | [secret] | UPVEST_CLIENT_SECRET');
    expect(await line('api.privateKeyPassphraseFile')).toContain('| [secret] |');
  });
});

describe('the configuration as JSON', () => {
  it('has value and origin of every setting', async () => {
    const json = JSON.parse(await described('json')) as Record<string, unknown>;
    expect(json).toMatchObject({
      'policy.mode': { value: 'observe', origin: '--mode' },
      'policy.maxDeletes': { value: 3, origin: 'config.yaml:2:15' },
      'api.clientId': { value: null, origin: 'not set' },
      'api.clientSecret': { value: '[secret]', origin: 'UPVEST_CLIENT_SECRET' },
    });
    expect(Object.keys(json)).toHaveLength(41);
  });
});

describe('the configuration as YAML', () => {
  it('is a configuration file that says the same', async () => {
    const cwd = folder();
    const before = await config({ ...given, cwd });
    const after = await config({ cwd, file: await described('yaml', cwd) });
    const { clientSecret: _, privateKeyPassphraseFile: __, ...api } = before.api;
    expect({ ...after, api: { ...after.api, privateKeyPassphraseFile: undefined } }).toEqual({ ...before, api });
  });

  it('has the origins as comments', async () => {
    const text = await described('yaml');
    expect(text).toContain('  mode: observe # --mode\n');
    expect(text).toContain('  # --set, config.yaml:4:15\n  substitute:\n    C: d\n    A: b\n');
    expect(text).toContain('api:\n  # clientSecret: [secret] from UPVEST_CLIENT_SECRET\n');
  });
});

describe('no form of the configuration', () => {
  it.each(['text', 'json', 'yaml'] as const)('shows a secret (%s)', async (format) => {
    const cwd = folder();
    expect((await described(format, cwd)).replaceAll(join(cwd, ''), '')).not.toContain('canary');
  });
});
