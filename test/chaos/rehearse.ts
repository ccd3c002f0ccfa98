/** Plays a schedule with passes in this process, on a clock that does not wait: minutes of waiting cost nothing. */
import { maxDeletes } from '../../src/plan/guard.ts';
import { defaultSwitches } from '../../src/sandbox/switches.ts';
import { Passes } from '../support/passes.ts';
import { desired } from '../support/subscriptions.ts';
import type { Performance } from './performance.ts';
import type { Round, Schedule } from './draw-schedule.ts';
import { meddle } from './meddle.ts';
import { Random } from './random.ts';
import { differences, Witness } from './witness.ts';
import { isOurs, OWNS, type Wanted } from './world.ts';

const RETRIES = 2;
/** Real time, for answers that never come. */
const TIMEOUT_MS = 40;
/** An hour and a half of passes, one a minute, must do: what fails is left alone for an hour at the most. */
const CALM_PASSES = 90;

export async function rehearse(schedule: Schedule): Promise<Performance> {
  const { ownership, rounds, lagSeconds } = schedule;
  const random = new Random(schedule.seed);
  await using passes = await Passes.over(schedule.tenant, {
    random: () => random.next(),
    switches: { rateLimit: 0 },
    api: { timeoutMs: TIMEOUT_MS, retries: RETRIES },
  });
  const { sandbox, clock } = passes;
  const witness = new Witness(sandbox.history, [sandbox.credentials.clientId], ownership);
  const violations: string[] = [];
  let faults = 0;
  let restartedAt = Number.NEGATIVE_INFINITY;

  const pass = async ({ checkout, isBroken }: Pick<Round, 'checkout' | 'isBroken'>, policy: Limits) => {
    const startedAt = clock.now();
    const requestsBefore = sandbox.requests.length;
    const before = sandbox.history.length;
    const managed = sandbox.subscriptions().filter((one) => isOurs(ownership, one)).length + checkout.length;
    const isHeld = isBroken || (checkout.length === 0 && !policy.allowEmpty);
    const { report } = await passes.pass(
      checkout.map((wanted) => desired({ config: {}, ...wanted })),
      { policy: { ...policy, owns: OWNS[ownership] }, problems: isBroken ? [MISTAKE] : [] },
    );
    witness.judge({
      checkout,
      // Of what the program may have taken for ours, no more than of what truly is.
      maxDeletes: isHeld ? 0 : maxDeletes({ managed, policy }),
      sinceMs: lagSeconds > 0 ? startedAt - lagSeconds * 1000 : Number.POSITIVE_INFINITY,
      remembers: startedAt - restartedAt >= lagSeconds * 1000,
    });
    const requests = sandbox.requests.length - requestsBefore;
    const bound = mostRequests(managed, sandbox.history.length - before);
    if (requests > bound) violations.push(`a pass sent ${requests} requests, more than ${bound}`);
    return report;
  };

  for (const { faults: rules, switches, skewMs, meddling, restarts, passes: count, pauseMs, ...round } of rounds) {
    sandbox.set(switches);
    passes.skew(skewMs);
    for (const rule of rules) sandbox.fault(rule);
    for (const effect of meddling) meddle(sandbox, effect);
    if (restarts) {
      passes.restart();
      restartedAt = clock.now();
    }
    for (let n = 0; n < count; n += 1) {
      await pass(round, schedule);
      clock.advance(pauseMs);
    }
    faults += sandbox.faults.reduce((sum, { hits }) => sum + hits, 0);
    sandbox.clearFaults();
  }

  const checkout: readonly Wanted[] = rounds.at(-1)?.checkout ?? [];
  sandbox.set({ ...defaultSwitches, rateLimit: 0 });
  passes.skew(0);
  let calmPasses = 0;
  while (calmPasses < CALM_PASSES) {
    calmPasses += 1;
    const { result } = await pass({ checkout, isBroken: false }, { maxDeletes: { percent: 100 }, allowEmpty: true });
    if (result === 'converged' && differences(sandbox.subscriptions(), checkout, ownership).length === 0) break;
    clock.advance(60_000);
  }
  violations.push(...differences(sandbox.subscriptions(), checkout, ownership));
  const settled = sandbox.history.length;
  let result: string = 'failed';
  // On a busy machine an honest answer may take longer than TIMEOUT_MS: such a pass has nothing to say.
  for (let tries = 0; result === 'failed' && tries < 5; tries += 1) {
    ({ result } = await pass({ checkout, isBroken: false }, { maxDeletes: { percent: 100 }, allowEmpty: true }));
  }
  if (result !== 'converged') violations.push(`in the end a pass is ${result}`);
  if (sandbox.history.length > settled) violations.push('the plan after convergence is not empty');
  return { violations: [...violations, ...witness.violations], faults, calmPasses, requests: sandbox.requests.length };
}

type Limits = Pick<Schedule, 'maxDeletes' | 'allowEmpty'>;

/**
 * The bound of a pass. A call is sent once and `RETRIES` times more, once again with a renewed token, and as many times
 * for the token. A listing is made four times at the most. Each entry may be posted three times with two looks for each,
 * then enabled; each subscription is read, updated or deleted once.
 */
function mostRequests(subscriptions: number, changes: number): number {
  const perCall = 2 * (RETRIES + 2);
  const listings = 4 * perCall;
  return listings + (subscriptions + changes) * (3 * (2 * listings + perCall) + 3 * perCall);
}

const MISTAKE = {
  severity: 'error',
  file: 'broken.yaml',
  line: 1,
  column: 1,
  field: 'url',
  message: 'is missing',
  rule: 'required',
} as const;
