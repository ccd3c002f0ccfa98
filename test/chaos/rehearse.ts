/**
 * Plays a schedule with passes in this process, on a clock that does not wait: minutes of waiting cost nothing, and no
 * machine is too slow for it. What is played is the same each time.
 */
import { shareOf } from '../../src/plan/guard.ts';
import type { Pass } from '../../src/reconcile/pass.ts';
import { defaultSwitches } from '../../src/sandbox/switches.ts';
import { auditFaults } from './audit.ts';
import { mostInAPass } from './bound.ts';
import type { Round, Schedule } from './draw-schedule.ts';
import { meddle } from './meddle.ts';
import type { Performance } from './performance.ts';
import { RETRIES, Stage } from './stage.ts';
import { untruths } from './untruths.ts';
import { differences, Witness } from './witness.ts';
import { isOurs, OWNS, type Wanted } from './world.ts';

/** An hour and a half of passes, one a minute, must do: what fails is left alone for an hour at the most. */
const CALM_PASSES = 90;
const CALM = { maxDeletes: { percent: 100 }, allowEmpty: true } as const;

export async function rehearse(schedule: Schedule): Promise<Performance> {
  const { ownership, rounds, lagSeconds } = schedule;
  await using stage = await Stage.set(schedule);
  const { passes, disk } = stage;
  const { sandbox, clock } = passes;
  const witness = new Witness(sandbox.history, [sandbox.credentials.clientId], ownership);
  const violations: string[] = [];
  let faults = 0;
  let restartedAt = Number.NEGATIVE_INFINITY;
  /** It knows what a listing of an earlier pass has shown, and looks after what a later one lacks. */
  let hasListed = false;

  const pass = async (policy: Pick<Schedule, 'maxDeletes' | 'allowEmpty'>, now: { isTorn: boolean }): Promise<Pass> => {
    const startedAt = clock.now();
    const requestsBefore = sandbox.requests.length;
    const before = sandbox.history.length;
    const ours = sandbox.subscriptions().filter((one) => isOurs(ownership, one)).length;
    const ended = await passes.pass([], { policy: { ...policy, owns: OWNS[ownership] }, ...stage.checkout() });
    const { read } = stage;
    const checkout = read?.checkout ?? [];
    const isHeld = !read || read.isBroken || (checkout.length === 0 && !policy.allowEmpty);
    // What others have brought in while the pass ran may have been listed, too.
    const brought = sandbox.history.slice(before).filter(({ by }) => by === 'control').length;
    const managed = ours + brought + checkout.length;
    if (read?.isMixture) violations.push('what was read never stood there');
    if (!read && sandbox.history.slice(before).some(({ by }) => by === sandbox.credentials.clientId)) {
      violations.push('the tenant was changed without a checkout');
    }
    witness.judge({
      checkout,
      // Of what the program may have taken for ours, no more than of what truly is.
      maxDeletes: isHeld
        ? 0
        : 'count' in policy.maxDeletes
          ? policy.maxDeletes.count
          : shareOf(policy.maxDeletes.percent, managed),
      sinceMs: lagSeconds > 0 ? startedAt - lagSeconds * 1000 : Number.POSITIVE_INFINITY,
      remembers: startedAt - restartedAt >= lagSeconds * 1000,
      isTorn: now.isTorn && !hasListed,
    });
    hasListed ||= ended.snapshot !== undefined;
    const requests = sandbox.requests.length - requestsBefore;
    const bound = mostInAPass(RETRIES, managed + sandbox.history.length - before);
    if (requests > bound) violations.push(`a pass sent ${requests} requests, more than ${bound}`);
    return ended;
  };

  for (const round of rounds) {
    stage.begin(round);
    for (const effect of round.meddling) meddle(sandbox, effect);
    if (round.restarts) {
      passes.restart();
      restartedAt = clock.now();
      hasListed = false;
    }
    for (let n = 0; n < round.passes; n += 1) {
      if (n === 0 && round.disk) disk.prepare(round.disk);
      await pass(schedule, { isTorn: isPaged(round) });
      clock.advance(round.pauseMs);
    }
    faults += stage.end();
  }

  const checkout: readonly Wanted[] = stage.wanted;
  disk.rest(checkout, false);
  sandbox.set({ ...defaultSwitches, rateLimit: 0 });
  passes.skewMs = 0;
  let calmPasses = 0;
  for (let isCalm = false; !isCalm && calmPasses < CALM_PASSES; clock.advance(60_000)) {
    calmPasses += 1;
    const { report } = await pass(CALM, { isTorn: false });
    isCalm = report.result === 'converged' && differences(sandbox.subscriptions(), checkout, ownership).length === 0;
  }
  const settled = sandbox.history.length;
  const last = await pass(CALM, { isTorn: false });
  if (last.report.result !== 'converged') violations.push(`in the end a pass is ${last.report.result}`);
  if (sandbox.history.length > settled) violations.push('the plan after convergence is not empty');
  violations.push(
    ...differences(sandbox.subscriptions(), checkout, ownership),
    ...witness.foreignChanged(sandbox.subscriptions()),
    ...auditFaults(passes.changes, sandbox),
    ...untruths(last, sandbox.subscriptions(), checkout),
    ...witness.violations,
  );
  return { violations, faults, calmPasses, requests: sandbox.requests.length };
}

/** A listing of several pages over a live table can be wrong without contradicting itself. */
function isPaged({ switches }: Round): boolean {
  return (switches.itemsPerPage ?? 0) > 0;
}
