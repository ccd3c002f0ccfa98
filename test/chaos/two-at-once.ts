/**
 * Two instances without a lease, each with a checkout of its own: one is held at a request of its pass, the other runs a whole
 * pass meanwhile, then the first goes on. Afterwards each runs in turn, as instances do.
 */
import { once } from 'node:events';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Sleep } from '../../src/sandbox/faults/wire.ts';
import { Passes } from '../support/passes.ts';
import { desired } from '../support/subscriptions.ts';
import { BEGIN } from './draw-faults.ts';
import { ImpatientClock } from '../support/impatient-clock.ts';
import { differences } from './differences.ts';
import { OWNS, type Wanted } from './world.ts';

const HOOK = 'https://hooks.example.com/';
const CHECKOUT: readonly Wanted[] = [
  { title: 'own 1', url: `${HOOK}1`, enabled: true },
  { title: 'own 2', url: `${HOOK}2`, enabled: true },
  { title: 'own 3', url: `${HOOK}moved`, enabled: true },
  { title: 'own 6', url: `${HOOK}renamed`, enabled: true },
];
const TENANT = [
  { title: 'own 3', url: `${HOOK}3`, enabled: true },
  { title: 'own 4', url: `${HOOK}4`, enabled: true },
  { title: 'own 4', url: `${HOOK}4`, enabled: true },
  { title: 'own 5', url: `${HOOK}renamed`, enabled: true },
  { title: 'theirs', url: `${HOOK}theirs`, enabled: true },
];
/** One pass of each after the collision, and one more in which nothing is left to do. */
const ROUNDS = 2;

interface Collision {
  /** The request at which the first instance is held. */
  readonly nth: number;
  /** Before it is carried out, or after that and before its answer. */
  readonly when: 'arrival' | 'answer';
}

export async function* everyCollision(): AsyncGenerator<{ name: string; violations: readonly string[] }> {
  for (const when of ['arrival', 'answer'] as const) {
    for (let nth = 1; ; nth += 1) {
      const violations = await collide({ nth, when });
      if (!violations) break;
      yield { name: `held at the ${when} of request ${nth}`, violations };
    }
  }
}

/** `undefined`: the pass has no such request. Else what is wrong in the end; empty: nothing. */
export async function collide({ nth, when }: Collision): Promise<readonly string[] | undefined> {
  const clock = new ImpatientClock(BEGIN);
  let meanwhile: (() => Promise<unknown>) | undefined;
  const sleep: Sleep = async (_ms, gone) => {
    await Promise.race([meanwhile?.(), once(gone, 'abort')]);
  };
  const options = { clock, sleep, switches: { rateLimit: 0 }, api: { timeoutMs: 120_000 } };
  await using first = await Passes.over(TENANT, options);
  const { sandbox } = first;
  await using second = await first.another();
  const pass = async (one: Passes) =>
    one.pass(
      CHECKOUT.map((wanted) => desired(wanted)),
      { policy: { owns: OWNS.titles } },
    );

  meanwhile = async () => pass(second);
  sandbox.fault({
    on: '*',
    nth,
    clientId: sandbox.credentials.clientId,
    effect: { kind: 'delay', ms: 'never', carriedOut: when === 'answer' },
  });
  const theirs = show(sandbox, 'theirs');
  await pass(first);
  if (sandbox.faults[0]?.hits !== 1) return undefined;
  sandbox.clearFaults();

  let changes = sandbox.history.length;
  for (let round = 0; round < ROUNDS; round += 1) {
    changes = sandbox.history.length;
    for (const one of [first, second]) {
      clock.advance(60_000);
      await pass(one);
    }
  }
  const kept = sandbox.subscriptions().find(({ title }) => title === 'own 6');
  const renamed = sandbox.history.find(({ by, title }) => by === 'seed' && title === 'own 5');
  return [
    ...differences(sandbox.subscriptions(), CHECKOUT, 'titles'),
    ...(show(sandbox, 'theirs') === theirs ? [] : ['what is not ours was changed']),
    ...(kept?.id === renamed?.id ? [] : ['what could be renamed was created anew']),
    ...(sandbox.history.length === changes ? [] : ['the next plan is not empty']),
  ];
}

function show(sandbox: Sandbox, title: string): string {
  return JSON.stringify(sandbox.subscriptions().filter((one) => one.title === title));
}
