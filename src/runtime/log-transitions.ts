/** For a daemon's log: what has turned since the pass before, each turn once, and no flood where everything turns. */
import type { Problem } from '../document/problems.ts';
import { formatChange } from '../plan/render/describe.ts';
import type { Pass } from '../reconcile/pass.ts';
import { keyOf, type Snapshot, STATES, type SubscriptionState, type SubscriptionStatus } from '../reconcile/report.ts';
import type { Happening, Sink } from './happening.ts';
import type { Log } from './log.ts';

/** How many lines of one kind a pass may have. The others are counted in one more line. */
const MOST_LINES = 20;

/**
 * Logs subscriptions that begin or cease to need attention, deletes that begin or cease to be withheld, and errors of
 * files that are new or fixed. The state is that of the last pass, so it is bounded by what a pass reports.
 * `leads`: what is wrong with the tenant is for the leader to say, because every standby sees it too.
 */
export function logTransitions(log: Log, leads: () => boolean): Sink {
  let open: Open = new Map();
  let errors: ReadonlyMap<string, Problem> = new Map();
  let isFrozen = false;
  return (happening) => {
    if (happening.kind === 'tenant-replaced') open = new Map();
    if (happening.kind !== 'pass-ended' || !happening.pass.snapshot) return;
    const { report, snapshot } = happening.pass;
    errors = logErrors(log, errors, snapshot);
    if (!leads()) return;
    open = logStates(log, open, snapshot, report.withheld);
    isFrozen = logFreeze(log, isFrozen, report.withheld);
  };
}

/** What needs attention: by subscription, in which state. */
type Open = ReadonlyMap<string, { readonly state: SubscriptionState; readonly as: SubscriptionStatus }>;
type Guards = Pass['report']['withheld'];

function logErrors(log: Log, before: ReadonlyMap<string, Problem>, { problems }: Snapshot) {
  const now = byContent(problems.filter(({ severity, rule }) => severity === 'error' && rule !== 'too-many'));
  const shown = ({ file, line, column, field, message, title }: Problem) => ({
    file,
    line,
    column,
    field,
    message,
    title,
  });
  const added = [...now].flatMap(([key, problem]) => (before.has(key) ? [] : [problem]));
  const fixed = [...before].flatMap(([key, problem]) => (now.has(key) ? [] : [problem]));
  for (const problem of added.slice(0, MOST_LINES)) log.error(shown(problem), 'error in a file of the checkout');
  if (added.length > MOST_LINES) log.error(beyond(added), 'more errors in files of the checkout');
  for (const problem of fixed.slice(0, MOST_LINES)) log.info(shown(problem), 'error in a file is fixed');
  if (fixed.length > MOST_LINES) log.info(beyond(fixed), 'more errors in files are fixed');
  return now;
}

/** By what the errors say rather than by their line, which moves with an edit above it. Equal ones are numbered. */
function byContent(errors: readonly Problem[]): ReadonlyMap<string, Problem> {
  const groups = Map.groupBy(errors, ({ file, field, message }) => JSON.stringify([file, field, message]));
  return new Map(
    [...groups].flatMap(([key, equal]) => equal.map((problem, n): [string, Problem] => [`${key} ${n}`, problem])),
  );
}

function logStates(log: Log, before: Open, { subscriptions, problems }: Snapshot, guards: Guards): Open {
  const broken = new Set(problems.flatMap(({ severity, title }) => (severity === 'error' ? (title ?? []) : [])));
  const seen = new Map(subscriptions.map((subscription) => [keyOf(subscription), subscription]));
  const now = new Map<string, { state: SubscriptionState; as: SubscriptionStatus }>();
  for (const [key, as] of seen) {
    // What is wrong with an entry that has an error in its file is said of the file.
    const isLeftOut = as.state === 'Failed' && broken.has(as.title);
    const state = openAfter(before.get(key)?.state, isLeftOut ? 'Pending' : as.state);
    if (state) now.set(key, { state, as });
  }
  const begun = [...now].flatMap(([key, { state, as }]) => {
    const was = before.get(key)?.state;
    return was === state ? [] : [{ state, as, was }];
  });
  const ended = [...before].flatMap(([key, { state: was, as }]) => {
    const state = now.get(key)?.state;
    const isOver = state === undefined || (state !== was && (state === 'Withheld' || was === 'Withheld'));
    return isOver ? [{ was, as: seen.get(key) ?? as, isGone: !seen.has(key) }] : [];
  });
  const withheld = begun.filter(({ state }) => state === 'Withheld');
  const released = ended.filter(({ was }) => was === 'Withheld');
  if (released.length > 0) log.info(titlesOf(released), 'deletes no longer withheld');
  logEnded(
    log,
    ended.filter(({ was }) => was !== 'Withheld'),
  );
  logBegun(
    log,
    begun.filter(({ state }) => state !== 'Withheld'),
  );
  if (withheld.length > 0) log.warn({ ...titlesOf(withheld), guards }, 'deletes withheld');
  return now;
}

/** The state that needs attention after a pass; undefined: none does. */
function openAfter(before: SubscriptionState | undefined, now: SubscriptionState): SubscriptionState | undefined {
  if (STATES[now].isWorrying || now === 'Withheld') return now;
  // What another client has changed and this pass did not put right. It ends no other trouble.
  if (now === 'Drifted') return before ?? now;
  // A subscription that still waits is not well again: it would be reported in turn with the next failure.
  return now === 'Pending' ? before : undefined;
}

interface Begun {
  readonly state: SubscriptionState;
  readonly as: SubscriptionStatus;
  readonly was: SubscriptionState | undefined;
}

function logBegun(log: Log, begun: readonly Begun[]): void {
  for (const { state, as, was } of begun.slice(0, MOST_LINES)) {
    const { title, id, url, source, desired, error } = as;
    const differs = as.differs.map(({ field, from = null, to = null }) => ({ field, from, to }));
    const requestId = error?.requestId;
    log.warn(
      { title, state, was, reason: reasonOf(as), url: url ?? desired?.url, id, source, differs, requestId },
      'subscription needs attention',
    );
  }
  if (begun.length > MOST_LINES) log.warn(beyond(begun), 'more subscriptions need attention');
}

/** `isGone`: neither the checkout nor the tenant has it any more. */
interface Ended {
  readonly was: SubscriptionState;
  readonly as: SubscriptionStatus;
  readonly isGone: boolean;
}

function logEnded(log: Log, ended: readonly Ended[]): void {
  for (const { was, as, isGone } of ended.slice(0, MOST_LINES)) {
    const { title, id, url } = as;
    log.info({ title, ...(!isGone && { state: as.state }), was, url, id }, 'subscription no longer needs attention');
  }
  if (ended.length > MOST_LINES) log.info(beyond(ended), 'more subscriptions no longer need attention');
}

function reasonOf({ state, error, observed, differs }: SubscriptionStatus): string | undefined {
  if (error || state !== 'Drifted') return error?.message;
  // From what is wanted to what another client has made of it.
  const fields = differs.map(({ field, from, to }) => `${field} ${formatChange({ field, from: to, to: from })}`);
  const what = observed === null ? 'deleted it' : `changed it (${fields.join(', ')})`;
  return `another client has ${what}, and it is not put back in this mode or at this time`;
}

function logFreeze(log: Log, wasFrozen: boolean, guards: Guards): boolean {
  const freeze = guards.find(({ guard }) => guard === 'freeze');
  if (freeze && !wasFrozen) log.info({ howToLift: freeze.howToLift }, 'changes are held by a freeze window');
  if (!freeze && wasFrozen) log.info('changes are no longer held by a freeze window');
  return freeze !== undefined;
}

function titlesOf(concerned: readonly { readonly as: SubscriptionStatus }[]) {
  return { deletes: concerned.length, titles: concerned.slice(0, MOST_LINES).map(({ as }) => as.title) };
}

function beyond({ length }: readonly unknown[]): { readonly count: number } {
  return { count: length - MOST_LINES };
}

/** What may happen to each subscription of a pass, and the line that counts what has no line of its own. */
const LIMITED = {
  'change-failed': ['error', 'more changes failed'],
  'request-retried': ['info', 'more api requests are sent again'],
} as const satisfies Partial<Record<Happening['kind'], readonly ['error' | 'info', string]>>;

/** Bounds the lines of a pass that `sink` writes for things that may happen to every subscription at once. */
export function limitLines(log: Log, sink: Sink): Sink {
  const counts = new Map<keyof typeof LIMITED, number>();
  return (happening) => {
    const { kind } = happening;
    if (isLimited(kind)) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count > MOST_LINES) return;
    }
    if (kind === 'pass-ended') {
      for (const [limited, count] of counts) {
        const [level, message] = LIMITED[limited];
        if (count > MOST_LINES) log[level]({ count: count - MOST_LINES }, message);
      }
      counts.clear();
    }
    sink(happening);
  };
}

function isLimited(kind: Happening['kind']): kind is keyof typeof LIMITED {
  return Object.hasOwn(LIMITED, kind);
}
