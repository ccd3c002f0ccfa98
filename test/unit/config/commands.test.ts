import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { folder } from './load.ts';

const cli = join(import.meta.dirname, '../../../src/cli');

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command from its sources, in a folder with these files. */
async function run(
  name: 'config' | 'schema',
  args: readonly string[],
  { env = {}, files = {} }: { readonly env?: Record<string, string>; readonly files?: Record<string, string> } = {},
): Promise<Ended> {
  const module = JSON.stringify(join(cli, `${name}.ts`));
  const script = `const { ${name}Command } = await import(${module}); await ${name}Command().parseAsync();`;
  return new Promise((resolve) => {
    const argv = ['--input-type=module', '--eval', script, '--', ...args];
    const child = execFile(process.execPath, argv, { cwd: folder(files), env }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('the command config', () => {
  it('shows where values come from, and ends with 0', async () => {
    const env = { UPVEST_CLIENT_SECRET: 'canary', UPVEST_X: 'x' };
    const files = { 'c.yaml': 'log: { level: warn }' };
    const ended = await run('config', ['--mode', 'observe', '--config', 'c.yaml'], { env, files });
    expect(ended).toMatchObject({ status: 0, stderr: 'UPVEST_X  warning: unknown variable, ignored\n' });
    expect(ended.stdout).toMatch(/^policy\.mode +observe +--mode$/m);
    expect(ended.stdout).toMatch(/^log\.level +warn +c\.yaml:1:15$/m);
    expect(ended.stdout).not.toContain('canary');
  });

  it('speaks JSON and YAML', async () => {
    const [json, yaml] = await Promise.all([run('config', ['-o', 'json']), run('config', ['-o', 'yaml'])]);
    expect(JSON.parse(json.stdout)).toHaveProperty(['api.retries', 'value'], 5);
    expect(parse(yaml.stdout)).toHaveProperty(['api', 'retries'], 5);
  });

  it('names all mistakes and ends with 1', async () => {
    const { status, stdout, stderr } = await run('config', ['--mode', 'sink'], { env: { RECONCILER_PORT: '99999' } });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      [
        '--mode           policy.mode  "sink" is not known, did you mean "sync"? It is sync, upsert, create or observe',
        'RECONCILER_PORT  server.port  "99999" is not a whole number from 0 to 65535',
        '2 mistakes in the configuration. Nothing was sent.\n',
      ].join('\n'),
    );
  });

  it('refuses a mistyped flag with a hint', async () => {
    const { status, stdout, stderr } = await run('config', ['--moed', 'observe']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain("error: unknown option '--moed'\n(Did you mean --mode?)");
  });
});

describe('the command schema', () => {
  it.each([
    [[], 'Webhook subscriptions'],
    [['subscriptions'], 'Webhook subscriptions'],
    [['config'], 'Configuration of webhook-reconciler'],
  ])('with %j prints a JSON Schema', async (args, title) => {
    const { status, stdout } = await run('schema', args);
    const schema = JSON.parse(stdout) as { readonly title: string };
    expect({ status, title: schema.title }).toEqual({ status: 0, title });
    expect(await new Ajv2020({ strict: false }).validateSchema(schema)).toBe(true);
  });

  it('knows no other', async () => {
    const { status, stderr } = await run('schema', ['metrics']);
    expect(status).toBe(1);
    expect(stderr).toContain('Allowed choices are subscriptions, config.');
  });
});
