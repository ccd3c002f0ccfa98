/**
 * Plays a schedule with passes in this process, on a clock that does not wait: minutes of waiting cost nothing, and no
 * machine is too slow for it. What is played is the same each time.
 */
import type { Pass } from '../../src/reconcile/pass.ts';
import { auditFaults } from './audit.ts';
import { mostInAPass } from './bound.ts';
import type { Round, Schedule } from './draw-schedule.ts';
import { CALM_SWITCHES } from './draw-world.ts';
import { HeldPromises } from './held-promises.ts';
import { meddle } from './meddle.ts';
import { OwnCreates } from './own-creates.ts';
import type { Performance } from './performance.ts';
import { Random } from './random.ts';
import { settleConflicts } from './settle-conflicts.ts';
import { RETRIES, Stage } from './stage.ts';
import { untruths } from './untruths.ts';
import { differences } from './differences.ts';
import { Witness } from './witness.ts';
import { type Absent, isOurs, OWNS, type Wanted } from './world.ts';

/** An hour and a half of passes, one a minute, must do: what fails is left alone for an hour at the most. */
const CALM_PASSES = 90;
const CALM = { maxDeletes: { percent: 100 }, allowEmpty: true } as const;
/** After so many calm passes people look at what is in conflict. */
const PATIENCE = 2;
/** What reads have said wrongly may be remembered for so long. */
const FORGOTTEN_MS = 60_000;

export async function rehearse(schedule: Schedule): Promise<Performance> {
  const { ownership, rounds, lagSeconds } = schedule;
  const random = new Random(~schedule.seed);
  await using stage = await Stage.set(schedule);
  const { passes, disk } = stage;
  const { sandbox, clock } = passes;
  const witness = new Witness(sandbox.history, [sandbox.credentials.clientId], ownership);
  const promises = new HeldPromises(sandbox, ownership);
  const creates = new OwnCreates(sandbox);
  const violations: string[] = [];
  const keptOtherwise = new Set<'title' | 'url' | 'text'>();
  let faults = 0;
  let restartedAt = Number.NEGATIVE_INFINITY;
  let blindUntil = Number.NEGATIVE_INFINITY;
  /** It knows what a listing of an earlier pass has shown, and looks after what a later one lacks. */
  let hasListed = false;

  const pass = async (policy: Pick<Schedule, 'maxDeletes' | 'allowEmpty'>, round?: Round): Promise<Pass> => {
    const startedAt = clock.now();
    for (const what of round ? keepsOtherwise(round) : []) keptOtherwise.add(what);
    if (round && isLiedTo(round)) blindUntil = Number.POSITIVE_INFINITY;
    const requestsBefore = sandbox.requests.length;
    const before = sandbox.history.length;
    const ours = sandbox.subscriptions().filter((one) => isOurs(ownership, one)).length;
    const ended = await passes.pass([], { policy: { ...policy, owns: OWNS[ownership] }, ...stage.checkout() });
    const { read } = stage;
    const checkout = read?.checkout ?? [];
    const isHeld = !read || read.isBroken || (checkout.length === 0 && !policy.allowEmpty);
    if (read?.isMixture) violations.push('what was read never stood there');
    if (!read && sandbox.history.slice(before).some(({ by }) => by === sandbox.credentials.clientId)) {
      violations.push('the tenant was changed without a checkout');
    }
    const orders = {
      checkout,
      tombstones: read?.tombstones ?? [],
      isWhole: read !== undefined && !read.isBroken,
      limit: isHeld ? ('nothing' as const) : policy.maxDeletes,
      sinceMs: lagSeconds > 0 ? startedAt - lagSeconds * 1000 : Number.POSITIVE_INFINITY,
      keptOtherwise,
      remembers: startedAt - restartedAt >= lagSeconds * 1000,
      isTorn: round !== undefined && isPaged(round) && !hasListed,
      isBlind: startedAt < blindUntil,
    };
    violations.push(...promises.kept({ orders, policy, withheld: ended.report.withheld, before, isWhole: !isHeld }));
    violations.push(...creates.judge(ended.snapshot?.subscriptions ?? [], orders));
    witness.judge(orders);
    hasListed ||= ended.snapshot !== undefined;
    const requests = sandbox.requests.length - requestsBefore;
    const bound = mostInAPass(RETRIES, ours + checkout.length + 2 * (sandbox.history.length - before));
    if (requests > bound) violations.push(`a pass sent ${requests} requests, more than ${bound}`);
    return ended;
  };

  for (const round of rounds) {
    stage.begin(round);
    for (const effect of round.meddling) {
      clock.advance(1);
      meddle(sandbox, effect);
    }
    if (round.restarts) {
      passes.restart();
      creates.restart();
      restartedAt = clock.now();
      hasListed = false;
    }
    for (let n = 0; n < round.passes; n += 1) {
      if (n === 0 && round.disk) disk.prepare(round.disk);
      await pass(schedule, round);
      clock.advance(round.pauseMs);
    }
    if (blindUntil === Number.POSITIVE_INFINITY) blindUntil = clock.now() + FORGOTTEN_MS;
    faults += stage.end();
  }

  let checkout: readonly Wanted[] = stage.wanted;
  let tombstones: readonly Absent[] = [];
  disk.rest(checkout, false);
  sandbox.set(CALM_SWITCHES);
  passes.skewMs = 0;
  let calmPasses = 0;
  for (let isCalm = false; !isCalm && calmPasses < CALM_PASSES; clock.advance(60_000)) {
    const settled =
      calmPasses < PATIENCE
        ? undefined
        : settleConflicts({ wanted: checkout, tombstones }, { sandbox, ownership, random });
    if (settled) {
      ({ wanted: checkout, tombstones } = settled);
      disk.rest(checkout, false, tombstones);
    }
    calmPasses += 1;
    const { report } = await pass(CALM);
    isCalm = report.result === 'converged' && differences(sandbox.subscriptions(), checkout, ownership).length === 0;
  }
  const settled = sandbox.history.length;
  const last = await pass(CALM);
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

/** Reads say of subscriptions what is not so, or not who they are. */
function isLiedTo({ faults }: Round): boolean {
  return faults.some(({ effect }) =>
    [effect]
      .flat()
      .some((one) => ['members', 'items', 'listing'].includes(one.kind) || (one.kind === 'answer' && one.status < 300)),
  );
}

function keepsOtherwise({ switches }: Round): readonly ('title' | 'url' | 'text')[] {
  const { storedTitles, storedUrls, patchIgnores } = switches;
  const isText = storedTitles !== 'as-sent' || storedUrls !== 'as-sent';
  return [
    ...(isText ? ['text' as const] : []),
    ...(patchIgnores === 'title' || patchIgnores === 'url' ? [patchIgnores] : []),
  ];
}
