/** What holds all removals of a pass back, and how to lift it. Creates and updates are never held by these. */
import type { Policy } from '../config/config.ts';
import type { Guard, Removal, Withheld } from './plan.ts';

export interface GuardInput {
  readonly removals: readonly Removal[];
  /** Creates, enables and updates of the pass: a freeze holds them too. */
  readonly otherActions: number;
  readonly desired: number;
  /** Subscriptions that are ours: matched, and those to be pruned, in quarantine or not. */
  readonly managed: number;
  readonly policy: Pick<Policy, 'allowEmpty' | 'maxDeletes'>;
  readonly checkoutValid: boolean;
  /** End of the freeze window we are in; ISO 8601, UTC. */
  readonly frozenUntil?: string | undefined;
}

export interface Guarded {
  readonly passed: readonly Removal[];
  readonly heldBack: readonly Removal[];
  /** Every guard that applies, not only the first: lifting one must not be a lesson in the next. */
  readonly withheld: readonly Withheld[];
}

/** A tombstone is an approval in writing: only a broken checkout and a freeze hold it back. */
export function guard(input: GuardInput): Guarded {
  const { removals, checkoutValid, frozenUntil } = input;
  const prunes = removals.filter((removal) => !isTombstone(removal));
  const withheld: Withheld[] = [];
  const hold = (name: Guard, deletes: number, howToLift: string): void => {
    withheld.push({ guard: name, deletes, howToLift });
  };

  if (!checkoutValid && removals.length > 0) hold('invalid-checkout', removals.length, MEND);
  if (input.desired === 0 && !input.policy.allowEmpty && prunes.length > 0) {
    hold('empty-checkout', prunes.length, checkoutValid ? ALLOW_EMPTY : 'No entry can be read. ' + LOOK_AGAIN);
  }
  if (prunes.length > maxDeletes(input)) hold('max-deletes', prunes.length, raise(input, prunes.length));
  if (frozenUntil !== undefined && removals.length + input.otherActions > 0) {
    hold('freeze', removals.length, thaw(frozenUntil));
  }

  const holdsAll = withheld.some(({ guard: name }) => name === 'invalid-checkout' || name === 'freeze');
  const isHeld = (removal: Removal): boolean => holdsAll || (withheld.length > 0 && !isTombstone(removal));
  return { passed: removals.filter((removal) => !isHeld(removal)), heldBack: removals.filter(isHeld), withheld };
}

/** How many removals one pass may hold. A share rounds down, but never to none. */
export function maxDeletes({ managed, policy }: Pick<GuardInput, 'managed' | 'policy'>): number {
  const limit = policy.maxDeletes;
  return 'count' in limit ? limit.count : Math.max(1, Math.floor((managed * limit.percent) / 100));
}

const MEND =
  'The checkout has errors, and what cannot be read must not look deleted. ' +
  'Mend them (`webhook-reconciler validate` lists every place); the next pass then deletes what is still unwanted.';

const ALLOW_EMPTY =
  'The checkout holds no subscription at all. If source.path (RECONCILER_PATH, --path) is the right folder and it is ' +
  'meant to be empty, set policy.allowEmpty: true (RECONCILER_ALLOW_EMPTY=true).';

const LOOK_AGAIN = 'Mend the checkout first, then see whether it is empty.';

function raise({ managed, policy }: GuardInput, wanted: number): string {
  const limit = policy.maxDeletes;
  const share = 'count' in limit ? '' : ` (${limit.percent}% of ${managed} managed)`;
  return (
    `${wanted} removals are more than the ${maxDeletes({ managed, policy })} that policy.maxDeletes allows in one pass${share}. ` +
    `Check that all of them are meant, then set policy.maxDeletes: ${wanted} ` +
    `(RECONCILER_MAX_DELETES=${wanted}, --max-deletes ${wanted}) for this once, or write \`state: absent\` for those that are.`
  );
}

function thaw(until: string): string {
  return (
    `A freeze window holds every change until ${until} and then ends by itself. ` +
    'To change something now, take the window out of schedule.freeze in the configuration file.'
  );
}

function isTombstone(removal: Removal): boolean {
  return removal.because === 'tombstone';
}
