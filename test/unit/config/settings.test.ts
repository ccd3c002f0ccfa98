/** The settings table against everything that says the same in another form. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_SETTINGS } from '../../../src/config/settings.ts';
import { config } from './load.ts';

const root = join(import.meta.dirname, '../../..');

/** The contract: key, variable, flag, default. */
const CONTRACT = `
api.url | UPVEST_API_URL | --api-url | https://sandbox.upvest.co
api.clientId | UPVEST_CLIENT_ID | --client-id | –
api.clientSecretFile | UPVEST_CLIENT_SECRET_FILE | – | –
api.clientSecret | UPVEST_CLIENT_SECRET | – | –
api.keyId | UPVEST_KEY_ID | --key-id | –
api.privateKeyFile | UPVEST_PRIVATE_KEY_FILE | --private-key-file | –
api.privateKeyPassphraseFile | UPVEST_PRIVATE_KEY_PASSPHRASE_FILE | – | –
api.privateKeyPassphrase | UPVEST_PRIVATE_KEY_PASSPHRASE | – | –
api.sign | UPVEST_SIGN | – | true
api.timeout | UPVEST_TIMEOUT | – | 10s
api.concurrency | UPVEST_CONCURRENCY | --concurrency | 4
api.requestsPerSecond | UPVEST_REQUESTS_PER_SECOND | – | 10
api.retries | UPVEST_RETRIES | – | 5
source.path | RECONCILER_PATH | --path | ./webhooks
source.substitute | – | --set | –
source.debounce | RECONCILER_DEBOUNCE | – | 250ms
source.url | – | --source-url | –
policy.mode | RECONCILER_MODE | --mode | sync
policy.owns | RECONCILER_OWNS | --owns | –
policy.hosts | RECONCILER_HOSTS | --hosts | –
policy.adopt | RECONCILER_ADOPT | – | exact
policy.tombstones | – | – | any
policy.pins | – | – | any
policy.maxDeletes | RECONCILER_MAX_DELETES | --max-deletes | 1
policy.allowEmpty | RECONCILER_ALLOW_EMPTY | – | false
policy.quarantine | RECONCILER_QUARANTINE | – | 0s
schedule.resync | RECONCILER_RESYNC | --resync | * * * * *
schedule.timezone | RECONCILER_TIMEZONE | – | UTC
schedule.freeze | – | – | –
server.host | RECONCILER_HOST | – | 0.0.0.0
server.port | RECONCILER_PORT | --port | 8080
server.tokenFile | RECONCILER_TOKEN_FILE | – | –
server.triggerTokenFile | RECONCILER_TRIGGER_TOKEN_FILE | – | –
server.subscriptionMetrics | – | – | true
lease | RECONCILER_LEASE | --lease | –
kubernetes.leaseDuration | – | – | 15s
kubernetes.renewDeadline | – | – | 10s
kubernetes.retryPeriod | – | – | 2s
kubernetes.events | – | – | false
log.level | LOG_LEVEL | --log-level | info
log.format | LOG_FORMAT | – | json`;

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

describe('the settings table', () => {
  it('has the names and defaults of the contract', () => {
    const rows = ALL_SETTINGS.map(([key, { env, flag, default: value }]) =>
      [key, env ?? '–', flag?.name ?? '–', value ?? '–'].join(' | '),
    );
    expect(rows).toEqual(CONTRACT.trim().split('\n'));
  });

  it('says the same as the schema', () => {
    const { properties: groups = {} } = JSON.parse(
      readFileSync(join(root, 'schemas/config.schema.json'), 'utf8'),
    ) as Schema;
    const inSchema = Object.entries(groups).flatMap(([group, { properties, ...alone }]) =>
      properties
        ? Object.entries(properties).map(([name, schema]) => [`${group}.${name}`, schema.description, schema.default])
        : [[group, alone.description, alone.default]],
    );
    const inTable = ALL_SETTINGS.filter(([, { inFile }]) => inFile !== false).map(
      ([key, { about, default: text, kind }]) => {
        const read = text === undefined ? undefined : kind.fromText(text, '');
        // A path is absolute by now; the schema has it as people write it.
        const value = key === 'source.path' ? text : read?.ok ? kind.toFile(read.value) : undefined;
        return [key, about, value];
      },
    );
    expect(inSchema).toEqual(inTable);
  });

  it('has valid defaults', () => {
    for (const [key, { kind, default: text }] of ALL_SETTINGS) {
      if (text !== undefined) expect(kind.fromText(text, '/'), key).toMatchObject({ ok: true });
    }
  });
});

describe('the documentation', () => {
  it('lists every setting', async () => {
    const file = join(root, 'docs/configuration.md');
    const [before = '', rest = ''] = readFileSync(file, 'utf8').split(/(?<=<!-- settings: .* -->\n)/);
    const after = rest.slice(rest.indexOf('<!-- /settings -->'));
    await expect(`${before}\n${table()}\n${after}`).toMatchFileSnapshot(file);
  });

  it('has a valid example', async () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, 'docs/configuration.md'), 'utf8')) ?? [];
    expect((await config({ file: example })).schedule.freeze).toHaveLength(2);
  });
});

function table(): string {
  const code = (text: string | undefined) => (text === undefined ? '' : `\`${text.replaceAll('|', '\\|')}\``);
  const rows = ALL_SETTINGS.map(([key, { env, flag, default: value, defaultInWords, inFile, about }]) =>
    [
      inFile === false ? '' : code(key),
      code(env),
      code(flag && `${flag.name} ${flag.placeholder}`),
      defaultInWords ?? code(value),
      about.replaceAll('*', '\\*').replaceAll('<', '\\<'),
    ].join(' | '),
  );
  return `| file | environment | flag | default | |\n|---|---|---|---|---|\n${rows.map((row) => `| ${row} |\n`).join('')}`;
}
