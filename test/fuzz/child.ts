/**
 * The process that is fed: reads what it is sent, with the heap that the image has, and tells what that has cost.
 * A child of `fed.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { compileFiles } from '../../src/desired/compile.ts';
import { fingerprint } from '../../src/checkout/snapshot.ts';
import { checkoutLoader } from '../../src/desired/load.ts';
import { formatGithub, formatProblems, formatSarif } from '../../src/document/report.ts';
import { listen, portOf } from '../../src/daemon/endpoints/server.ts';
import { endpointsWith } from '../support/endpoints.ts';
import { watchCheckout } from '../../src/daemon/watch/watch.ts';
import { denial } from '../../src/daemon/endpoints/access.ts';
import { connect } from '../integration/upvest/connect.ts';

export type Task =
  | { readonly kind: 'yaml'; readonly files: readonly Uint8Array[] }
  /** Loaded twice, as in two passes, looked at, and watched. */
  | { readonly kind: 'checkout'; readonly path: string }
  | { readonly kind: 'api'; readonly url: string }
  /** Gives the revision that is told of the checkout, or why it cannot be read. */
  | { readonly kind: 'git'; readonly path: string }
  /** Gives the port; what the requests cost is in the next one's figures. */
  | { readonly kind: 'http' };

/** `blockedMs`: of processor time, so that a busy machine does not count. */
export interface Cost {
  readonly result: unknown;
  readonly peakMb: number;
  readonly residentMb: number;
  readonly blockedMs: number;
}

/** Of some thousand subscriptions; one for all who ask, as in the daemon. */
const STATUS = Buffer.alloc(1_048_576, ' ');
const ID = 'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a';

/** The longest that nobody else had his turn. */
class Turns {
  #longest = 0;
  #last = process.threadCpuUsage();

  constructor() {
    setInterval(() => this.#look(), 5).unref();
  }

  take(): number {
    this.#look();
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  #look(): void {
    const { user, system } = process.threadCpuUsage(this.#last);
    this.#last = process.threadCpuUsage();
    this.#longest = Math.max(this.#longest, (user + system) / 1000);
  }
}

const turns = new Turns();
const hasPeaks = forgetPeak();
const server = await listen(
  '127.0.0.1',
  0,
  endpointsWith({
    status: async () => [STATUS],
    metrics: async () => ({ text: ' '.repeat(100_000), contentType: 'text/plain' }),
    denial: async (request, access) => denial(request, access, {}),
    trigger: () => ({ ended: delay(10, { result: 'converged' }) }),
  }),
);

async function perform(task: Task): Promise<unknown> {
  switch (task.kind) {
    case 'yaml': {
      const files = task.files.map((content, n) => ({ name: `${n}.yaml`, content }));
      const { desired, problems } = await compileFiles(files, { substitute: { A: 'https://a.tld/' } });
      const told = problems.byPlace();
      const printed = formatProblems(told) + formatGithub(told) + formatSarif(told, { version: '0' });
      return { desired: desired.length, errors: problems.errors, printed: printed.length };
    }
    case 'checkout':
      return visit(task.path);
    case 'api': {
      await using connected = connect(task.url, { retries: 1 });
      const { client } = connected;
      const outcomes: string[] = [];
      for (const call of [
        async () => client.listWebhooks(),
        async () => client.getWebhook(ID),
        async () => client.deleteWebhook(ID),
        async () => client.createWebhook({ title: 'A', url: 'https://a.tld/' }),
        async () => client.testWebhook(ID),
        async () => client.verifyKeys(),
      ]) {
        const error = await call().then(
          () => undefined,
          (reason: unknown) => reason as Error,
        );
        outcomes.push(error?.name ?? 'done');
      }
      return outcomes;
    }
    case 'git': {
      const loaded = await checkoutLoader({ path: task.path, substitute: {} })();
      return loaded.ok ? loaded.checkout.revision : loaded;
    }
    case 'http':
      return portOf(server);
  }
}

async function visit(path: string): Promise<unknown> {
  const load = checkoutLoader({ path, substitute: {} });
  const warnings: string[] = [];
  const watcher = watchCheckout({
    path,
    debounceMs: 250,
    fingerprint,
    onChange: () => {},
    onWarning: (message) => warnings.push(message),
  });
  await watcher.ready;
  await load();
  const loaded = await load();
  await watcher.close();
  if (!loaded.ok) return { ...loaded, warnings };
  const { desired, problems, errors, revision } = loaded.checkout;
  return { desired: desired.length, problems: problems.length, errors, dirty: revision.dirty, warnings };
}

/** From here on the peak counts anew. Where the system does not let us, there are no peaks to be had. */
function forgetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function memory(field: 'VmRSS' | 'VmHWM'): number {
  const [, kib] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kib) / 1024;
}

process.on('message', (task: Task) => {
  void perform(task).then((result) => {
    const cost: Cost = {
      result,
      peakMb: memory(hasPeaks ? 'VmHWM' : 'VmRSS'),
      residentMb: memory('VmRSS'),
      blockedMs: turns.take(),
    };
    forgetPeak();
    process.send?.(cost);
  });
});
process.send?.('ready');
