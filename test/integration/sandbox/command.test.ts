import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandboxCommand } from '../../../src/cli/sandbox.ts';
import type { SandboxCredentials } from '../../../src/sandbox/api/clients.ts';
import { SWITCHES } from '../../../src/sandbox/switches.ts';
import { Caller } from './caller.ts';
import { running } from './running.ts';
import { send } from './send.ts';

let folder: string;
let children: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-command-'));
});
afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const COMMAND = `
  import { sandboxCommand } from ${JSON.stringify(join(process.cwd(), 'src/cli/sandbox.ts'))};
  await sandboxCommand().parseAsync(process.argv.slice(1), { from: 'user' });
`;

class Run {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, ['--input-type=module', '--eval', COMMAND, '--', ...args]);
    this.child.stderr.on('data', (chunk) => (this.stderr += chunk));
    children.push(this.child);
  }

  /** The variables that the command prints to export, once it listens. */
  async exported(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const line of createInterface(this.child.stdout)) {
      this.stdout += `${line}\n`;
      const [, name, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
      if (name && value) found[name] = value;
      if (line.startsWith('# The secret as a file')) break;
    }
    return found;
  }

  async exit(signal?: NodeJS.Signals): Promise<number | null> {
    const exited = once(this.child, 'exit');
    if (signal) this.child.kill(signal);
    const [code] = await exited;
    return code as number | null;
  }
}

function credentialsOf(variables: Record<string, string>): SandboxCredentials {
  const text = (name: string) => String(variables[name]);
  return {
    clientId: text('UPVEST_CLIENT_ID'),
    clientSecret: text('UPVEST_CLIENT_SECRET'),
    keyId: text('UPVEST_KEY_ID'),
    privateKeyPem: readFileSync(text('UPVEST_PRIVATE_KEY_FILE'), 'utf8'),
    publicKeyPem: '',
  };
}

describe('the command `sandbox`', () => {
  it('prints credentials that work, logs requests, and stops cleanly', async () => {
    const run = new Run(['--port', '0']);
    const variables = await run.exported();
    const keyFile = String(variables['UPVEST_PRIVATE_KEY_FILE']);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const caller = new Caller(String(variables['UPVEST_API_URL']), credentialsOf(variables), undefined);
    const { json } = await caller.token({ scope: 'webhooks:read' });
    expect((await caller.with(String(json?.['access_token'])).get('/webhooks')).status).toBe(200);
    expect((await caller.token({ client_secret: 'wrong' })).status).toBe(401);
    expect(await run.exit('SIGTERM')).toBe(0);
    expect(run.stderr).toMatch(/info {2}GET \/webhooks 200 [\d.]+ ms/);
    expect(run.stderr).toMatch(/warn {2}POST \/auth\/token 401 .*: client_secret is wrong/);
    expect(run.stderr).not.toContain(String(variables['UPVEST_CLIENT_SECRET']));
    expect(existsSync(dirname(keyFile))).toBe(false);
  });

  it('comes back with the same credentials and subscriptions, its files beside the state', async () => {
    const state = join(folder, 'my state.json');
    const seed = join(folder, 'seed.yaml');
    writeFileSync(seed, '- {title: A, url: "https://a.example.com/"}\n');
    const args = [
      '--port',
      '0',
      '--state',
      state,
      '--seed',
      seed,
      '--control',
      '--key-type',
      'ed25519',
      '--keys',
      join(folder, 'keys'),
    ];
    const first = new Run(args);
    const before = await first.exported();
    expect(await first.exit('SIGINT')).toBe(0);
    const second = new Run([...args, '--revision', '2023', '--set', 'listingLagSeconds=2', '--set', 'rateLimit=0']);
    const { UPVEST_API_URL: url, ...after } = await second.exported();
    expect(before).toMatchObject(after);
    expect(before['UPVEST_PRIVATE_KEY_FILE']).toBe(join(folder, 'keys', 'sandbox-private-key.pem'));
    const control = async (path: string) =>
      (await send(String(url), { method: 'GET', target: `/-/control/${path}` })).json;
    expect(await control('subscriptions')).toMatchObject([{ title: 'A' }]);
    expect(await control('switches')).toMatchObject({ revision: 2023, listingLagSeconds: 2, rateLimit: 0 });
    expect(await second.exit('SIGTERM')).toBe(0);
  });

  it('says that its port is taken, and exits with 1', async () => {
    const { sandbox } = await running();
    const run = new Run(['--port', String(sandbox.port)]);
    expect(await run.exit()).toBe(1);
    expect(run.stderr).toContain(`error: port ${sandbox.port} on 127.0.0.1 is taken: choose another with --port`);
  });

  it('has every switch in its help and in the handbook, with its values and what it is about', () => {
    let help = '';
    const command = sandboxCommand().configureOutput({
      writeOut: (text) => (help += text),
      getOutHelpWidth: () => 200,
    });
    command.outputHelp();
    const handbook = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
    for (const [name, spec] of Object.entries(SWITCHES)) {
      const values =
        'values' in spec ? spec.values.map((value) => `\`${value}\``).join(' ') : `a number, \`${spec.default}\``;
      expect(handbook).toContain(`| \`${name}\` | ${values} | ${spec.means} |`);
      expect(help).toContain(`  ${name}=`);
      expect(help).toContain(spec.means);
    }
  });

  it.for([
    [['--set', 'revison=2023'], 'there is no switch "revison"'],
    [['--set', 'strictTitles'], '"strictTitles" is not switch=value'],
    [['--port', '65536'], 'a port is a whole number'],
    [['--revision', '2024'], 'Allowed choices are 2026, 2023'],
    [['--contrl'], "unknown option '--contrl'"],
    [['extra'], 'too many arguments'],
  ] as const)('refuses %j', async ([args, said]) => {
    let stderr = '';
    const command = sandboxCommand()
      .exitOverride()
      .configureOutput({ writeErr: (text) => (stderr += text) });
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
    expect(stderr).toContain(said);
  });
});
