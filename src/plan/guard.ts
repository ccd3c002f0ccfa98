/** The guards: which removals each one holds back, and how to lift it. Only a freeze holds creates and updates too. */
import { quoted } from '../base/text.ts';
import type { Policy } from '../config/config.ts';
import type { Observed } from '../subscription/subscription.ts';
import { type Guard, GUARDS, type NotStanding, type Removal, type Withheld } from './plan.ts';

interface GuardInput {
  readonly removals: readonly Removal[];
  /** How many creates, enables and updates the pass has: a freeze holds them too. */
  readonly otherActions: number;
  readonly desired: number;
  /**
   * Managed subscriptions: those that are matched and those to be pruned, in quarantine or not, without equal surplus.
   * Those with a tombstone are among them where tombstones count under `max-deletes`.
   */
  readonly managed: readonly Observed[];
  /** Subscriptions that are matched with an entry, suspended or not. */
  readonly matched: readonly Observed[];
  readonly policy: Pick<Policy, 'allowEmpty' | 'maxDeletes' | 'tombstones'>;
  readonly checkoutValid: boolean;
  /** End of the freeze window that is open; ISO 8601, UTC. */
  readonly frozenUntil?: string | undefined;
  /** Entries that no action of this pass can make stand. */
  readonly notStanding: readonly NotStanding[];
}

interface Guarded {
  readonly passed: readonly Removal[];
  readonly heldBack: readonly Removal[];
  readonly heldBy: ReadonlyMap<Removal, readonly Guard[]>;
  /** Every guard that applies, not only the first: the operator sees at once all that has to be lifted. */
  readonly withheld: readonly Withheld[];
}

/** The removals of a pass, in the groups that guards cover. */
interface Sorted {
  readonly all: readonly Removal[];
  /** All but tombstones. */
  readonly pruned: readonly Removal[];
  /** Surplus that can go without a loss, because the kept subscription delivers the same. */
  readonly equal: readonly Removal[];
  /** Removals that count under `policy.maxDeletes`. */
  readonly counted: readonly Removal[];
}

interface Rule {
  readonly covers: (removals: Sorted) => readonly Removal[];
  /** A sentence on how the guard is lifted; undefined where it holds nothing back. */
  readonly howToLift: (covered: readonly Removal[], input: GuardInput) => string | undefined;
}

/**
 * What each guard covers, when it holds that back, and how it is lifted. A tombstone is an approval in writing: only a
 * broken checkout and a freeze hold it back. Where `policy.tombstones` is `owned`, it counts under `max-deletes` too.
 */
const RULES: Readonly<Record<Guard, Rule>> = {
  'invalid-checkout': {
    covers: ({ all }) => all,
    howToLift: ({ length }, { checkoutValid }) => (!checkoutValid && length > 0 ? FIX : undefined),
  },
  'empty-checkout': {
    covers: ({ pruned }) => pruned,
    howToLift: ({ length }, { desired, policy, checkoutValid }) => {
      if (desired > 0 || policy.allowEmpty || length === 0) return undefined;
      return checkoutValid ? ALLOW_EMPTY : 'No entry can be read. ' + LOOK_AGAIN;
    },
  },
  'max-deletes': { covers: ({ counted }) => counted, howToLift: exceeds },
  'max-surplus': { covers: ({ equal }) => equal, howToLift: exceedsSurplus },
  unfinished: {
    covers: ({ pruned }) => pruned,
    howToLift: ({ length }, { notStanding }) =>
      notStanding.length > 0 && length > 0 ? unfinished(notStanding).howToLift : undefined,
  },
  freeze: {
    covers: ({ all }) => all,
    howToLift: ({ length }, { frozenUntil, otherActions }) =>
      frozenUntil !== undefined && length + otherActions > 0 ? thaw(frozenUntil) : undefined,
  },
};

export function guard(input: GuardInput): Guarded {
  const { removals, policy } = input;
  const pruned = removals.filter(({ because }) => because !== 'tombstone');
  const sorted: Sorted = {
    all: removals,
    pruned,
    equal: pruned.filter(({ isEqual }) => isEqual),
    counted: (policy.tombstones === 'owned' ? removals : pruned).filter(({ isEqual }) => !isEqual),
  };
  const withheld: Withheld[] = [];
  const heldBy = new Map<Removal, readonly Guard[]>();
  for (const name of GUARDS) {
    const covered = RULES[name].covers(sorted);
    const howToLift = RULES[name].howToLift(covered, input);
    if (howToLift === undefined) continue;
    withheld.push({ guard: name, deletes: covered.length, howToLift });
    for (const removal of covered) heldBy.set(removal, [...(heldBy.get(removal) ?? []), name]);
  }
  return {
    passed: removals.filter((removal) => !heldBy.has(removal)),
    heldBack: removals.filter((removal) => heldBy.has(removal)),
    heldBy,
    withheld,
  };
}

/**
 * Why these are more removals than `policy.maxDeletes` allows; undefined: they are not. A share is judged for each
 * removal against the managed subscriptions that are not younger than it, so that later creates cannot help an older
 * removal.
 */
function exceeds(removals: readonly Removal[], input: GuardInput): string | undefined {
  const { policy, managed } = input;
  const limit = policy.maxDeletes;
  if ('count' in limit) {
    const going = removals.length === 1 ? '1 removal is' : `${removals.length} removals are`;
    const counted = `${going} more than the ${limit.count} that one pass may delete`;
    return removals.length > limit.count ? raise(removals.length, counted, input) : undefined;
  }
  const ages = removals.map(({ observed }) => createdAt(observed) ?? UNKNOWN_AGE).toSorted((a, b) => a - b);
  const managedAges = managed.flatMap((observed) => createdAt(observed) ?? []).toSorted((a, b) => a - b);
  let older = 0;
  for (const [index, age] of ages.entries()) {
    // Removals of the same age count together.
    if (ages[index + 1] === age) continue;
    while (older < managedAges.length && (managedAges[older] ?? 0) <= age) older += 1;
    const allowed = shareOf(limit.percent, older);
    const going = index + 1;
    if (going <= allowed) continue;
    const which =
      going === removals.length ? `${going} removals` : `The ${going} oldest of ${removals.length} removals`;
    const counted = `${which} are more than ${limit.percent}% of the ${older} managed subscriptions that are not younger, which allows ${allowed}`;
    return raise(removals.length, counted, input);
  }
  return undefined;
}

/** Why this is more surplus than one pass may delete; undefined: it is not. */
function exceedsSurplus(surplus: readonly Removal[], { policy, matched }: GuardInput): string | undefined {
  if (surplus.length === 0) return undefined;
  const { maxDeletes } = policy;
  if ('count' in maxDeletes && maxDeletes.count === 0) {
    return (
      `policy.maxDeletes is 0, so duplicates are not deleted either: raise it (RECONCILER_MAX_DELETES, --max-deletes), ` +
      'or write `state: absent` with reconcile.id for those that are meant.'
    );
  }
  const ages = surplus.flatMap(({ observed }) => createdAt(observed) ?? []);
  const youngest = ages.reduce((latest, age) => Math.max(latest, age), UNKNOWN_AGE);
  const older = matched.filter((observed) => (createdAt(observed) ?? Number.POSITIVE_INFINITY) <= youngest).length;
  const allowed = Math.max(SURPLUS_ALLOWED, older);
  if (surplus.length <= allowed) return undefined;
  return (
    `${surplus.length} duplicates that equal what is kept are more than the ${allowed} that may go in one pass ` +
    `(${SURPLUS_ALLOWED}, or as many as are kept and not younger: ${older}). ` +
    'Find out what made them, then write `state: absent` with reconcile.id for those that are meant.'
  );
}

const SURPLUS_ALLOWED = 20;
/** An unreadable age counts as older than all others, so that no managed subscription can be counted in its favour. */
const UNKNOWN_AGE = Number.NEGATIVE_INFINITY;

/** Rounds down, but never below one. */
function shareOf(percent: number, managed: number): number {
  return Math.max(1, Math.floor((managed * percent) / 100));
}

/** The age by the API's `created_at`. Our clock, commits and files must not influence it. */
function createdAt({ created_at }: Observed): number | undefined {
  const ms = Date.parse(created_at);
  return Number.isNaN(ms) ? undefined : ms;
}

const FIX =
  'The checkout has errors, and what cannot be read must not look deleted. ' +
  'Fix them (`webhook-reconciler validate` lists every place); the next pass then deletes what git still does not want, ' +
  'unless another guard holds it.';

const ALLOW_EMPTY =
  'The checkout wants nothing: it holds no subscription at all. If source.path (RECONCILER_PATH, --path) is the right folder and it is ' +
  'meant to be empty, set policy.allowEmpty: true (RECONCILER_ALLOW_EMPTY=true).';

const LOOK_AGAIN = 'Fix the checkout first, then see whether it is empty.';

function raise(wanted: number, counted: string, { policy: { tombstones }, checkoutValid }: GuardInput): string {
  // What cannot be read looks deleted: the advice must not be to approve that.
  if (!checkoutValid)
    return (
      `${counted} (policy.maxDeletes). Fix the errors in the files first: fewer may be left then. ` +
      'If not, this guard still holds all of them.'
    );
  return (
    `${counted} (policy.maxDeletes). ` +
    `Check that all of them are meant, then ${tombstones === 'any' ? 'write `state: absent` for each, or ' : ''}` +
    `set policy.maxDeletes: ${wanted} (RECONCILER_MAX_DELETES=${wanted}, --max-deletes ${wanted}) for this once.`
  );
}

function thaw(until: string): string {
  return (
    `A freeze window holds every change until ${until} and then ends by itself. ` +
    'To change something now, take the window out of schedule.freeze in the configuration file.'
  );
}

/** At most so many entries are named. */
const NAMED = 5;

/** Lifting the guard `unfinished`: nothing is pruned while anything that is wanted does not stand. */
export function unfinished(notStanding: readonly NotStanding[]): Pick<Withheld, 'howToLift'> {
  return {
    howToLift:
      `Nothing is deleted while something that is wanted does not stand: ${named(notStanding)}. ` +
      'The deletes follow by themselves once all of it stands; to delete one before that, write `state: absent` for it.',
  };
}

/** Lifting the guard `unfinished` where tombstones wait too: they wait for outages alone. */
export function outage(notStanding: readonly NotStanding[]): Pick<Withheld, 'howToLift'> {
  return {
    howToLift:
      `Nothing is deleted, not by a tombstone either, while the API fails or the pass is interrupted: ${named(notStanding)}. ` +
      'The deletes follow by themselves in the first pass that gets through.',
  };
}

function named(notStanding: readonly NotStanding[]): string {
  const first = notStanding.slice(0, NAMED).map(({ title, why }) => `${quoted(title)} (${why})`);
  const others = notStanding.length - first.length;
  return [...first, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}
