/** `apply`: one pass. */
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { counted, printable } from '../base/text.ts';
import { type Config, type Mode, MODES } from '../config/config.ts';
import type { Plan } from '../plan/plan.ts';
import { formatTenant, planExitStatus } from '../plan/render/describe.ts';
import { renderText } from '../plan/render/text.ts';
import { BackoffState } from '../reconcile/backoff.ts';
import { type Observation, observe, type Ports } from '../reconcile/observe.ts';
import { carryOut, COMMAND_PATIENCE_MS, type Pass, type PassContext } from '../reconcile/pass.ts';
import { PassMeter } from '../reconcile/pass-meter.ts';
import { RESULTS, STATES, type SubscriptionStatus } from '../reconcile/report.ts';
import { TestDeliveries } from '../reconcile/test-deliveries.ts';
import { useColour } from '../runtime/colour.ts';
import type { Sink } from '../runtime/happening.ts';
import { createLog, type Log, logSink } from '../runtime/log.ts';
import { configure } from './configure.ts';
import { addExample } from './help.ts';
import type { Leading } from './lease.ts';
import { contextOf, countErrors } from './plan.ts';
import { addSettings } from './settings-flags.ts';
import { withTenant } from './tenant.ts';
import { listStates } from './terminal.ts';

/** At most so many plans are made where checkout or tenant change while one is carried out. */
const PLANS = 3;

export function applyCommand(): Command {
  const command = new Command('apply')
    .summary('make the tenant equal to the checkout, once')
    .description(
      'Runs one pass and ends. On a terminal it shows the plan and asks first; without one, a plan with removals (deletes or quarantines) needs --yes. Where a lease is named, it is held meanwhile; where another instance holds it, nothing is changed.',
    )
    .option('--yes', 'do not ask; without a terminal: carry out removals too');
  addSettings(command, ['api', 'source', 'policy', 'schedule', 'lease', 'kubernetes', 'log']);
  addExample(command, {
    example: 'webhook-reconciler apply --path webhooks --owns "url:https://hooks.example.com/*" --yes',
    exitStatus: '0 converged, as far as the mode changes anything; 1 error or something left undone.',
  });
  return command.action(async ({ yes = false }: { yes?: boolean }) => {
    process.exitCode = 1;
    const configured = await configure(command, ['credentials']);
    if (!configured) return;
    const { config } = configured;
    const log = await createLog(config.log);
    const apply = async (leading?: Leading) =>
      withTenant(config, log, async (ports, signal) => applyOnce({ ports, config, log, signal, yes }), leading);
    // The Kubernetes client is loaded only with a lease.
    const isDone = config.lease ? await (await import('./lease.ts')).asLeader(config.lease, log, apply) : await apply();
    if (isDone) process.exitCode = 0;
  });
}

interface Run {
  readonly ports: Ports;
  readonly config: Config;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly yes: boolean;
}

/** What is left undone, and why, stands below the plan: in the log each change that failed would be reported twice. */
function withoutFailedChanges(sink: Sink): Sink {
  return (happening) => {
    if (happening.kind !== 'change-failed') sink(happening);
  };
}

function alreadyReported({ report }: Pass, { checkout }: Observation): readonly string[] {
  const ofFiles = checkout.problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  return report.error === undefined ? ofFiles : [report.error, ...ofFiles];
}

/** True if the tenant is now equal to the checkout, as far as mode and policy want it to be. */
async function applyOnce(run: Run): Promise<boolean> {
  const { ports, log, signal } = run;
  const { client, clock, config } = ports;
  const emit = withoutFailedChanges(logSink(log));
  const tests = new TestDeliveries({ client, clock, emit, concurrency: config.api.concurrency });
  const stopTests = () => tests.stop();
  signal.addEventListener('abort', stopTests, { once: true });
  try {
    return await passes(run, { ports, backoff: new BackoffState(), emit, onTestDue: tests.due, ...ONCE, signal });
  } finally {
    const left = await tests.atRest(TESTS_MS);
    tests.stop();
    signal.removeEventListener('abort', stopTests);
    if (left > 0) log.warn({ count: left }, 'test deliveries were not answered in time, or not sent');
  }
}

/** How long receivers are waited for after the pass: longer than the API waits for one, and not for each of a thousand. */
const TESTS_MS = 120_000;
const ONCE = { patienceMs: COMMAND_PATIENCE_MS, mayBeOutrun: () => false };

async function passes(run: Run, context: PassContext): Promise<boolean> {
  const { ports, config, signal } = run;
  for (let plans = 1; ; plans += 1) {
    const meter = new PassMeter('command', ports);
    const observation = await approved(run);
    if (!observation) return false;
    const pass = await carryOut(observation, context, meter);
    const left = listStates(leftUndone(pass), alreadyReported(pass, observation));
    process.stdout.write(`\n${summary(pass, config.policy.mode)}\n${left}`);
    if (pass.again === 'at-once' && plans < PLANS && !signal.aborted) continue;
    const { result } = pass.report;
    const { plan, checkout } = observation;
    return result === 'converged' || (result === 'observed' && checkout.errors === 0 && planExitStatus(plan) === 0);
  }
}

/**
 * The observation that may be carried out, or `undefined` where the operator has said no. Without a terminal nothing is
 * asked, and a plan with removals is refused. The answer may take hours, so the plan is made again after it: what is
 * carried out is what was agreed to.
 */
async function approved({ ports, config, signal, yes }: Run): Promise<Observation | undefined> {
  // Stdout may be a pipe, to a pager or a file, while the operator is at a terminal.
  const screen = [process.stdout, process.stderr].find(({ isTTY }) => isTTY);
  const asks = !yes && process.stdin.isTTY ? screen : undefined;
  for (let observation = await observe(ports, signal); ; ) {
    const { plan } = observation;
    const context = contextOf(observation, config);
    process.stdout.write(renderText(plan, context, { color: useColour(process.stdout) }));
    countErrors(observation);
    if (plan.actions.length === 0 || plan.hold || yes) return observation;
    if (!asks) return refusesRemovals(plan) ? undefined : observation;
    if (!(await agreed(asks, formatTenant(context.tenant), signal))) return undefined;
    const agreedTo = renderText(plan, context, IN_FULL);
    observation = await observe(ports, signal);
    if (renderText(observation.plan, contextOf(observation, config), IN_FULL) === agreedTo) return observation;
    process.stdout.write('\nCheckout or tenant have changed meanwhile. The plan is now:\n\n');
  }
}

const IN_FULL = { color: false, diff: true };

/** Removals cannot be undone: without a terminal to ask at, the operator approves them by --yes. */
function refusesRemovals({ actions }: Plan): boolean {
  const removals = actions.filter(({ kind }) => kind === 'delete' || kind === 'quarantine').length;
  if (removals === 0) return false;
  process.stderr.write(
    `error: this plan removes ${counted(removals, 'subscription')}, and without a terminal to ask at that needs --yes: nothing of it was carried out. Check the plan, then run apply again with --yes, or with --mode upsert, which removes nothing\n`,
  );
  return true;
}

async function agreed(screen: NodeJS.WriteStream, tenant: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: screen });
  const question = `\nApply these changes to the tenant ${tenant}? Only "yes" is accepted: `;
  try {
    // It rejects on Ctrl-C, Ctrl-D and signals: no answer is a no.
    const answer = await terminal.question(question, { signal }).catch(() => '\n');
    if (answer.trim() === 'yes') return true;
    screen.write(`${answer === '\n' ? answer : ''}Nothing was changed.\n`);
    return false;
  } finally {
    terminal.close();
  }
}

function leftUndone({ snapshot }: Pass): readonly SubscriptionStatus[] {
  return (snapshot?.subscriptions ?? []).filter(({ state }) => !STATES[state].isAtRest);
}

function summary(pass: Pass, mode: Mode): string {
  const { report } = pass;
  const { result, changes, requests, error } = report;
  const done = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([action, count]) => `${count} ${action}${action.endsWith('e') ? 'd' : 'ed'}`);
  const word =
    result === 'converged' && !MODES[mode].updates && leftUndone(pass).length > 0
      ? `Done as far as mode ${mode} goes, and not equal to the checkout`
      : RESULTS[result].inWords;
  return `${word}: ${done.join(', ') || 'nothing changed'} (${requests} requests).${error ? ` ${printable(error)}` : ''}`;
}
