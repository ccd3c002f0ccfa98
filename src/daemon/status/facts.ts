/** What the daemon knows beside what passes tell, and what follows from it for all subscriptions. */
import { type Mode, MODES } from '../../config/config.ts';
import type { Withheld } from '../../plan/plan.ts';
import type { Situation } from '../../reconcile/explain/phrases.ts';
import type { FreezeStatus, StatusDocument } from '../status-document.ts';

/** Whether this instance may change the tenant. */
export interface Leading {
  readonly leads: boolean;
  /** Absent where there is only one instance. `holder` null: not known. */
  readonly lease?: NonNullable<StatusDocument['lease']>;
}

/** The tenant that the configuration names. */
export interface Tenant {
  readonly url: string;
  readonly clientId: string | null;
}

export interface Facts extends Pick<StatusDocument, 'tenant' | 'instance' | 'mode' | 'resync' | 'sourceUrl'> {
  /** Epoch ms; infinity: there is none. */
  readonly nextPassAt: number;
  readonly leading?: Leading;
  /** As `/healthz` tells it. */
  readonly health?: NonNullable<StatusDocument['health']>;
  readonly freezeWindows: readonly FreezeStatus[];
  readonly policy: Situation['policy'];
}

export const ALONE: Leading = { leads: true };

/** `withheld`: by the pass that looked last. `isStale`: a pass has failed since. */
export function situationOf(facts: Facts, withheld: readonly Withheld[], isStale: boolean): Situation {
  const { mode, policy, freezeWindows, leading: { leads, lease } = ALONE } = facts;
  const hold = holdOf(leads, mode, freezeWindows);
  const frozenUntil = freezeWindows
    .flatMap(({ isOpen, until = [] }) => (isOpen ? until : []))
    .toSorted()
    .at(-1);
  return {
    mode,
    policy,
    withheld,
    isStale,
    holder: lease?.holder ?? null,
    ...(hold && { hold }),
    ...(frozenUntil !== undefined && { frozenUntil }),
  };
}

/** Why nothing is carried out now, which may be otherwise than it was in the last pass. */
function holdOf(leads: boolean, mode: Mode, windows: readonly FreezeStatus[]): StatusDocument['hold'] {
  if (!leads) return 'standby';
  if (!MODES[mode].carriesOut) return 'observe';
  return windows.some(({ isOpen }) => isOpen) ? 'freeze' : undefined;
}
