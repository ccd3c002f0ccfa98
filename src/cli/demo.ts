/** `demo`: the sandbox, a real git checkout in a temporary folder and the daemon on it, with nothing to configure. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { oneLine, printable } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { Daemon } from '../daemon/daemon.ts';
import { cannotListen } from '../daemon/listener.ts';
import { PassAborted } from '../reconcile/errors.ts';
import type { Pass } from '../reconcile/pass.ts';
import { createLog } from '../runtime/log.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { endSignal } from './exit.ts';
import { addExample } from './help.ts';
import { listStates } from './terminal.ts';

const run = promisify(execFile);

export function demoCommand(): Command {
  const command = new Command('demo')
    .summary('see it work: sandbox, checkout and daemon, nothing to configure')
    .description(
      'Starts the embedded sandbox, makes a git checkout in a temporary folder, runs the daemon on it and says what to try. Ctrl-C ends and removes it all.',
    )
    .option('--port <number>', "the daemon's port; 0 picks one", portNumber, 0)
    .action(async ({ port }: { port: number }) => demo(port));
  return addExample(command, {
    example: 'webhook-reconciler demo',
    exitStatus: '0 after SIGINT or SIGTERM, 1 where it cannot start.',
  });
}

async function demo(port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-demo-'));
  let sandbox: Sandbox | undefined;
  let daemon: Daemon | undefined;
  const stopped = endSignal();
  try {
    sandbox = await startSandbox({ control: true, seed: FOUND });
    const checkout = join(folder, 'checkout');
    const file = await makeCheckout(checkout);
    const config = await configFor(sandbox, folder, checkout, port);
    daemon = new Daemon(config, await createLog(config.log));
    const started = await daemon.start().catch((error: unknown) => refuse(error, config.server));
    if (!started) return;
    const { port: listening, firstPass } = started;
    explain(await firstPass, { api: sandbox.url, daemon: `http://127.0.0.1:${listening}`, checkout, file });
    await stopped;
    process.stdout.write('\nCleaning up.\n');
  } finally {
    await daemon?.stop(new PassAborted('the demo has ended'));
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says why the demo cannot start, as `run` does. */
function refuse(error: unknown, address: Config['server']): undefined {
  const detail = cannotListen(error, address, 'choose another with --port, or 0 for any free one');
  process.stderr.write(`error: ${printable(detail)}\n`);
  process.exitCode = 1;
}

/** What the tenant has at the start: a subscription to update, and one that is not owned. */
const FOUND = [
  { title: 'User webhook', url: 'https://hooks.example.com/upvest/users-old', type: ['USER'], enabled: true },
  { title: 'http signature webhook x7Kp2mQ9', url: 'https://proxy.example.net/a1b2', enabled: true },
];

const SUBSCRIPTIONS = `# Edit this file and save: the daemon sees it at once. A commit is not needed, but a nice touch.
defaults:
  config: { delay: 5s, max_package_size: 10240 }
subscriptions:
  - title: User webhook
    url: https://hooks.example.com/upvest/users
    type: [USER, USER_CHECK]
  - title: Orders
    url: https://hooks.example.com/upvest/orders
    type: [ORDER, EXECUTION]
    config: { delay: 1s }
  - title: Everything but reports
    url: https://hooks.example.com/upvest/archive
    type: [ALL]
    exclude_type: [REPORT]
  - title: Savings plans
    url: https://hooks.example.com/upvest/savings
    type: [SAVINGS_PLAN]
    enabled: false
`;

async function makeCheckout(folder: string): Promise<string> {
  const file = join(folder, 'webhooks', 'subscriptions.yaml');
  await mkdir(join(folder, 'webhooks'), { recursive: true });
  await writeFile(file, SUBSCRIPTIONS);
  const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.com', '-c', 'commit.gpgsign=false'];
  const git = async (...args: string[]) =>
    run('git', ['-C', folder, ...author, ...args], { env: gitEnvironment(folder) });
  try {
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('commit', '--quiet', '--message=Add the webhook subscriptions');
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const what = code === 'ENOENT' ? 'is not installed' : `did not work (${oneLine(stderr)})`;
    process.stderr.write(`git ${what}: the demo goes on with a plain folder, whose revision is a content hash.\n`);
    await rm(join(folder, '.git'), { recursive: true, force: true });
  }
  return file;
}

/** GIT_DIR, hooks and configuration of the operator are for their own repositories. */
function gitEnvironment(home: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(GIT_|XDG_)/.test(name));
  return { ...Object.fromEntries(others), HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
}

/** The demo's configuration goes through the same checks as any other. */
async function configFor(sandbox: Sandbox, folder: string, checkout: string, port: number) {
  const { clientId, clientSecret, keyId, privateKeyPem } = sandbox.credentials;
  const privateKeyFile = join(folder, 'private-key.pem');
  await writeFile(privateKeyFile, privateKeyPem, { mode: 0o600 });
  const loaded = await loadConfig({
    env: {
      UPVEST_API_URL: sandbox.url,
      UPVEST_CLIENT_ID: clientId,
      UPVEST_CLIENT_SECRET: clientSecret,
      UPVEST_KEY_ID: keyId,
      UPVEST_PRIVATE_KEY_FILE: privateKeyFile,
      RECONCILER_PATH: join(checkout, 'webhooks'),
      RECONCILER_OWNS: JSON.stringify([{ url: 'https://hooks.example.com/*' }]),
      RECONCILER_MAX_DELETES: '50%',
      RECONCILER_RESYNC: '5s',
      RECONCILER_HOST: '127.0.0.1',
      RECONCILER_PORT: String(port),
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    },
    cwd: folder,
    needs: ['credentials', 'server'],
    isTerminal: process.stderr.isTTY,
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ place, message }) => `${place}: ${message}`).join('\n'));
  return loaded.config;
}

interface Places {
  readonly api: string;
  readonly daemon: string;
  readonly checkout: string;
  readonly file: string;
}

function explain({ report: { result }, snapshot }: Pass, { api, daemon, checkout, file }: Places): void {
  process.stdout.write(`
${result === 'converged' ? 'The tenant is equal to the checkout.' : `The first pass ended ${result}: see the log.`}

${listStates([...(snapshot?.subscriptions ?? []), ...(snapshot?.unmanaged ?? [])])}
  checkout   ${checkout}
  status     ${daemon}/status
  health     ${daemon}/healthz
  metrics    ${daemon}/metrics
  API        ${api}   (the embedded sandbox)

Things to try in another terminal:

  # Change, add or remove a subscription, and watch the log here
  \${EDITOR:-vi} ${file}

  # See every subscription and its state
  curl -s ${daemon}/status

  # Change a subscription as another client might; it is corrected within 5 seconds
  curl -s -X PATCH ${api}/-/control/subscriptions/Orders -H 'content-type: application/json' -d '{"enabled": false}'

  # Run a pass now and wait for its result
  curl -s -X POST '${daemon}/-/reconcile?wait=true'

Ctrl-C ends the demo and removes everything.
`);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
  return port;
}
