import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { ALL_SETTINGS } from '../../src/config/settings.ts';
import { program } from '../support/program.ts';

describe('the command config', () => {
  it('shows where values come from, and ends with 0', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'));
    onTestFinished(async () => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'c.yaml'), 'log: { level: warn }');
    const env = { UPVEST_CLIENT_SECRET: 'canary', UPVEST_X: 'x' };
    const ended = await program(['config', '--mode', 'observe', '--config', 'c.yaml'], env, folder);
    expect(ended).toMatchObject({ code: 0, stderr: 'UPVEST_X  warning: unknown variable, ignored\n' });
    expect(ended.stdout).toMatch(/^policy\.mode +observe +--mode$/m);
    expect(ended.stdout).toMatch(/^log\.level +warn +c\.yaml:1:15$/m);
    expect(ended.stdout).not.toContain('canary');
  });

  it('takes every flag of the daemon, since it is what the daemon was given that one wants to see', async () => {
    const { code, stdout } = await program(['config', '--lease', 'payments/reconciler', '--port', '8181']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^lease +payments\/reconciler +--lease$/m);
    expect((await program(['config', '--help'])).stdout).toContain('kubernetes.leaseDuration');
  });

  it('speaks JSON and YAML', async () => {
    const [json, yaml] = await Promise.all([program(['config', '-o', 'json']), program(['config', '-o', 'yaml'])]);
    expect(JSON.parse(json.stdout)).toHaveProperty(['api.retries', 'value'], 5);
    expect(parse(yaml.stdout)).toHaveProperty(['api', 'retries'], 5);
  });

  it('names all errors and ends with 1', async () => {
    const { code, stdout, stderr } = await program(['config', '--mode', 'sink'], { RECONCILER_PORT: '99999' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      [
        '--mode           policy.mode  "sink" is not known, did you mean "sync"? It is sync, upsert, create or observe',
        'RECONCILER_PORT  server.port  "99999" is not a whole number from 0 to 65535',
        '2 errors in the configuration. Nothing was sent.\n',
      ].join('\n'),
    );
  });

  it('takes every flag that a setting has', async () => {
    const { stdout } = await program(['config', '--help']);
    for (const [, { flag }] of ALL_SETTINGS) if (flag) expect(stdout).toContain(`${flag.name} <`);
  });

  it('refuses a mistyped flag with a hint', async () => {
    const { code, stdout, stderr } = await program(['config', '--moed', 'observe']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain("error: unknown option '--moed'\n(Did you mean --mode?)");
  });
});

describe('the command schema', () => {
  it.each([
    [[], 'Webhook subscriptions'],
    [['subscriptions'], 'Webhook subscriptions'],
    [['config'], 'Configuration of webhook-reconciler'],
  ])('with %j prints a JSON Schema', async (args, title) => {
    const { code, stdout } = await program(['schema', ...args]);
    const schema = JSON.parse(stdout) as { readonly title: string };
    expect({ code, title: schema.title }).toEqual({ code: 0, title });
    expect(await new Ajv2020({ strict: false }).validateSchema(schema)).toBe(true);
  });

  it('knows no other', async () => {
    const { code, stderr } = await program(['schema', 'metrics']);
    expect(code).toBe(1);
    expect(stderr).toContain('Allowed choices are subscriptions, config.');
  });
});
