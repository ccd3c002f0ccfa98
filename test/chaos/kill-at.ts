/**
 * Ends the built program at one request of a pass that creates, enables, updates and deletes, runs it again, and says what
 * that has led to.
 */
import { once } from 'node:events';
import { setTimeout as realSleep } from 'node:timers/promises';
import { program, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';
import { differences } from './differences.ts';
import type { Wanted } from './world.ts';

export interface Boundary {
  /** The request of the pass at which it ends, counted from 1. */
  readonly nth: number;
  /** Before the request is carried out, or after that and before its answer. */
  readonly when: 'arrival' | 'answer';
  readonly signal: 'SIGKILL' | 'SIGTERM';
}

/** The signal is there by then. If not, the program ends a request later, which is as good. */
const SIGNAL_MS = 50;

const HOOK = 'https://hooks.example.com/';
const CHECKOUT: readonly Wanted[] = [
  { title: 'own 1', url: `${HOOK}1`, enabled: true },
  { title: 'own 2', url: `${HOOK}2`, enabled: true },
  { title: 'own 3', url: `${HOOK}3`, enabled: true },
  { title: 'own 4', url: `${HOOK}moved`, enabled: true },
];
const TENANT = [
  { title: 'own 3', url: `${HOOK}3` },
  { title: 'own 4', url: `${HOOK}4`, enabled: true },
  { title: 'own 4', url: `${HOOK}4`, enabled: true },
  { title: 'own 5', url: `${HOOK}5`, enabled: true },
  { title: 'theirs', url: `${HOOK}theirs`, enabled: true },
];

/** `undefined`: the pass has no such request. Else what is wrong in the end; empty: nothing. */
export async function killAt({ nth, when, signal }: Boundary): Promise<readonly string[] | undefined> {
  const arrived = Promise.withResolvers<boolean>();
  const released = Promise.withResolvers<void>();
  await using tenant = await Tenant.with(TENANT, {
    sleep: async (_ms, gone) => {
      arrived.resolve(true);
      await Promise.race([released.promise, once(gone, 'abort')]);
    },
  });
  const { sandbox } = tenant;
  await tenant.files(JSON.stringify(CHECKOUT));
  const env = { ...tenant.env, RECONCILER_OWNS: '[{"title": "own *"}]' };
  const theirs = JSON.stringify(tenant.one('theirs'));

  sandbox.fault({ on: '*', nth, effect: { kind: 'delay', ms: 'never', carriedOut: when === 'answer' } });
  const running = startProgram(['apply', '--yes', '--concurrency', '1'], env);
  const hasArrived = await Promise.race([arrived.promise, running.ended.then(() => false)]);
  if (!hasArrived) return undefined;
  const stopped = running.stop(signal);
  if (signal === 'SIGTERM') {
    // Nobody waits for the request after SIGKILL; after SIGTERM it may end, once the signal has come.
    await realSleep(SIGNAL_MS);
    released.resolve();
  }
  await stopped;
  sandbox.clearFaults();

  const again = await program(['apply', '--yes'], env);
  const planned = await program(['plan'], env);
  const creates = sandbox.history.filter(({ kind, by }) => kind === 'create' && by !== 'seed').length;
  return [
    ...differences(sandbox.subscriptions(), CHECKOUT, 'titles'),
    ...(JSON.stringify(tenant.one('theirs')) === theirs ? [] : ['what is not ours was changed']),
    ...(creates === 2 ? [] : [`${creates} were created, not 2`]),
    ...(again.code === 0 ? [] : [`the next apply exits with ${again.code}: ${again.stderr}`]),
    ...(planned.code === 0 ? [] : [`then plan exits with ${planned.code}`]),
  ];
}
