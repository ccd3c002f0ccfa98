/** `demo`: the sandbox, a real git checkout in a temporary folder and the daemon on it, with nothing to configure. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { printable } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { Daemon } from '../daemon/daemon.ts';
import { cannotListen } from '../daemon/endpoints/listener.ts';
import { PassAborted } from '../reconcile/errors.ts';
import { createLog } from '../runtime/log.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { makeCheckout } from './demo/checkout.ts';
import { addressOfPage, explanation } from './demo/explanation.ts';
import { environmentOf, foundAtStart, startReceiver } from './demo/tenant.ts';
import { endSignal } from './exit.ts';
import { addExample } from './help.ts';
import { outliveOutput } from './terminal.ts';

/**
 * Where the page is unless another process is there: an address that stays, so that a tab left open shows the next demo.
 */
const USUAL_PORT = 8080;

export function demoCommand(): Command {
  const command = new Command('demo')
    .summary('see it work: sandbox, checkout and daemon, nothing to configure')
    .description(
      'Starts the embedded sandbox, makes a git checkout in a temporary folder, runs the daemon on it, and prints the address of its status page, a tour of lines to paste, and the export lines with which other commands work on its tenant and checkout. Ctrl-C ends and removes it all.',
    )
    .option(
      '--port <number>',
      `the port of the page; 0 picks one (default: ${USUAL_PORT} if it is free, else 0)`,
      portNumber,
    )
    .action(async ({ port }: { port?: number }) => demo(port ?? (await freeOr0(USUAL_PORT))));
  return addExample(command, {
    example: 'webhook-reconciler demo',
    exitStatus: '0 after SIGINT, SIGTERM or SIGHUP, 1 where it cannot start.',
  });
}

async function demo(port: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-demo-'));
  const stopped = endSignal();
  // The terminal was closed: there is nobody to look at the demo any more, and nothing to write to.
  process.once('SIGHUP', () => process.kill(process.pid, 'SIGTERM'));
  outliveOutput();
  await using after = new AsyncDisposableStack();
  after.defer(async () => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const receiver = await startReceiver();
  after.defer(() => {
    receiver.server.close();
    receiver.server.closeAllConnections();
  });
  const sandbox = await startSandbox({ control: true, seed: foundAtStart(Date.now()) });
  after.defer(async () => sandbox.close());
  const checkout = join(folder, 'checkout');
  const hasGit = await makeCheckout(checkout, receiver.url);
  const environment = await environmentOf(sandbox, folder, checkout);
  const config = await configFor(environment, folder, port);
  const log = await createLog(config.log);
  // The first lines are those of the tour.
  if (!isAskedFor) log.level = 'warn';
  // Each change has a line of its own, and the passes are on the page: while something is left undone there would be a
  // line about one every 5 s.
  const daemon = new Daemon(config, log, undefined, { hasQuietPasses: !isAskedFor });
  after.defer(async () => daemon.stop(new PassAborted('the demo has ended')));
  const started = await daemon.start().catch((error: unknown) => refuse(error, config.server));
  if (!started) return;
  process.stdout.write(addressOfPage(started.port));
  process.stdout.write(explanation(await started.firstPass, { api: sandbox.url, checkout, hasGit }, environment));
  log.level = config.log.level;
  await stopped;
  if (!isAskedFor) log.level = 'warn';
  process.stdout.write('\nCleaning up.\n');
}

/** Whoever sets a level wants the whole log of it. */
const isAskedFor = process.env['LOG_LEVEL'] !== undefined;

/** Says why the demo cannot start, as `run` does. */
function refuse(error: unknown, address: Config['server']): undefined {
  const detail = cannotListen(error, address, 'choose another with --port, or 0 for any free one');
  process.stderr.write(`error: ${printable(detail)}\n`);
  process.exitCode = 1;
}

/** The demo's configuration goes through the same checks as any other. */
async function configFor(environment: Readonly<Record<string, string>>, cwd: string, port: number) {
  const loaded = await loadConfig({
    env: {
      ...environment,
      RECONCILER_RESYNC: '5s',
      // A line of the tour edits and commits: the pass is to come after both, not to find git at work.
      RECONCILER_DEBOUNCE: '1s',
      RECONCILER_HOST: '127.0.0.1',
      RECONCILER_PORT: String(port),
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    },
    cwd,
    needs: ['credentials', 'server'],
    isTerminal: process.stderr.isTTY,
  });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ place, message }) => `${place}: ${message}`).join('\n'));
  return loaded.config;
}

/** Asked by a connection: on some systems one can listen beside a process that listens at every address. */
async function freeOr0(port: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const socket = connect({ host: '127.0.0.1', port });
  socket.once('connect', () => resolve(0)).once('error', () => resolve(port));
  return promise.finally(() => socket.destroy());
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
  return port;
}
