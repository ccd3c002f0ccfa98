/** The states of subscriptions: in which word, tone and order they are shown. A new state does not compile without a row. */
import type { SubscriptionState } from '../../../reconcile/report.ts';
import { oneLine } from './text.ts';

/** `ok`: in sync, nothing else. `warn`: it differs. `bad`: a fault. `held`: by rule or rank, not by fault. */
export type Tone = 'ok' | 'warn' | 'bad' | 'held';

/** The silhouettes in the sprite. `Stale`: it was in sync, and has not been seen since. */
export type ShapeName = SubscriptionState | 'Stale' | 'Frozen' | 'Standby';

interface StateRow {
  readonly word: string;
  /** What it is called when nobody knows whether it still is so. */
  readonly was: string;
  /** The same as the end of a count: "1 drifted". */
  readonly counted: string;
  readonly tone: Tone;
  /** Whether it is something that a person should look at. */
  readonly needsSomebody: boolean;
  /** One line, for the help. */
  readonly meaning: string;
}

/** The most worrying first. */
const ROWS = {
  Failed: row('Failed', 'failed', 'bad', true, 'The last try to change it failed; it is tried again'),
  Conflict: row('Conflict', 'in conflict', 'bad', true, 'Cannot be carried out without a decision'),
  NotConverging: row('Not converging', 'not converging', 'bad', true, 'The API says yes and then shows something else'),
  Drifted: row('Drifted', 'drifted', 'warn', true, 'Somebody changed the tenant'),
  Contested: row('Contested', 'contested', 'warn', true, 'Somebody keeps changing it back'),
  Withheld: row('Withheld', 'withheld', 'warn', true, 'A guard holds its delete'),
  Pending: row('Pending', 'pending', 'held', true, 'Git changed; not carried out yet'),
  Quarantined: row('Quarantined', 'quarantined', 'held', false, 'Disabled, deleted later'),
  Suspended: row('Suspended', 'suspended', 'held', false, 'Left alone, as git asks'),
  InSync: row('In sync', 'in sync', 'ok', false, 'Equal to git'),
  Unmanaged: row('Unmanaged', 'unmanaged', 'held', false, 'On the tenant, not in git, not ours'),
} as const satisfies Readonly<Record<SubscriptionState, StateRow>>;

function row(word: string, counted: string, tone: Tone, needsSomebody: boolean, meaning: string): StateRow {
  return { word, was: `Was ${counted}`, counted, tone, needsSomebody, meaning };
}

/** All states, the most worrying first. */
export const STATE_ORDER = Object.keys(ROWS) as readonly SubscriptionState[];

/** `rank`: its place when the most worrying are first, from 0. */
export const STATES: Readonly<Record<SubscriptionState, StateRow & { readonly rank: number }>> = withRanks();

function withRanks() {
  const ranked: Partial<Record<SubscriptionState, StateRow & { readonly rank: number }>> = {};
  for (const [rank, state] of STATE_ORDER.entries()) ranked[state] = { ...ROWS[state], rank };
  // The cast is safe: the order has every state once.
  return ranked as Record<SubscriptionState, StateRow & { readonly rank: number }>;
}

interface ShownState extends StateRow {
  readonly rank: number;
  readonly shape: ShapeName;
}

/** A state as it is shown; one of a newer program by its name, as what this page can say nothing of. */
export function shownState(state: SubscriptionState): ShownState {
  if (isState(state)) return { ...STATES[state], shape: state };
  const word = oneLine(state, MAX_WORD);
  return { ...row(word, word, 'held', true, ''), rank: STATES.Pending.rank + 0.5, shape: 'Unmanaged' };
}

const MAX_WORD = 40;

/** Whether a text, such as one out of an address, is the name of a state. */
export function isState(text: string): text is SubscriptionState {
  return Object.hasOwn(ROWS, text);
}
