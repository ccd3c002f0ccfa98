/**
 * What explanations are made from, and the sentences they share: what the next pass does, what deliveries suffer until
 * then. Texts from outside are bounded, masked and printable in them.
 */
import { oneLine, printable, quoted } from '../../base/text.ts';
import { withoutUrlSecrets } from '../../base/url-secrets.ts';
import { type Mode, MODES, type Policy } from '../../config/config.ts';
import type { Guard, Plan, Withheld } from '../../plan/plan.ts';
import { categoriesOf, categoriesOn } from '../../subscription/fields.ts';
import type { EntryCommit, Field } from '../../subscription/subscription.ts';
import type { ReceiverState } from '../../upvest/wire.ts';
import type { SubscriptionStatus } from '../report.ts';

/** A subscription, with what is known of it beside its state. */
export interface Explained extends SubscriptionStatus {
  /** The guards that hold its removal back. */
  readonly guards?: readonly Guard[];
  /** The commit that last changed its entry or tombstone; `removed`: that removed its entry. */
  readonly commit?: EntryCommit;
  /** Where another client changed it: between which two looks. `after` null: before the first look of this process. */
  readonly drift?: { readonly after: string | null; readonly before: string };
  readonly receiver?: ReceiverState;
  /** It was on the tenant before git wanted it, and was taken over. */
  readonly isAdopted?: true;
  /** Another subscription of the tenant has the same title. */
  readonly sharesTitle?: boolean;
  /** The title of the entry that is in conflict with it. */
  readonly conflictWith?: string;
}

/** What holds for all subscriptions of a snapshot. */
export interface Situation {
  readonly mode: Mode;
  readonly hold?: Plan['hold'];
  /** Who leads while this instance stands by; null: nobody is known to. */
  readonly holder?: string | null;
  /** What the last pass withheld. */
  readonly withheld: readonly Withheld[];
  /** The end of the freeze window that is open; ISO 8601, UTC. */
  readonly frozenUntil?: string;
  readonly policy: Pick<Policy, 'adopt' | 'maxDeletes' | 'quarantineMs' | 'tombstones'>;
  /** The last pass failed, so the snapshot is of an earlier one. */
  readonly isStale: boolean;
}

/** Text from outside, to be quoted. What urls hold in confidence is masked first: a url that is cut no longer looks like one. */
export function cited(text: string, limit: number): string {
  return oneLine(withoutUrlSecrets(text), limit);
}

/** The same without quotes. */
export function plain(text: string, limit: number): string {
  return oneLine(printable(cited(text, limit)), limit);
}

/** A message of the program or of the API, without the full stop at its end. */
export function message({ error }: Explained, limit: number): string | undefined {
  return error && plain(error.message, limit).replace(/\.$/, '');
}

export function sentence(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text}.`;
}

/** Whole sentences, none of them missing. The bound is for hostile texts: what is said otherwise is far shorter. */
export function joined(sentences: readonly (string | undefined)[]): string {
  return oneLine(sentences.filter((one) => one !== undefined).join(' '), 1_200);
}

/** `url`, `url and type`, `url, type and enabled`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function fieldsOf({ differs }: Pick<SubscriptionStatus, 'differs'>): readonly Field[] {
  return differs.map(({ field }) => field);
}

/** ISO 8601, UTC, whole seconds; undefined: it cannot be read as a time. */
export function instant(time: string | undefined): string | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What a pass has to be allowed, and the modes that allow it. */
const ENOUGH = { create: 'create, upsert or sync', update: 'upsert or sync', remove: 'sync' } as const;
type Kind = keyof typeof ENOUGH;

const FORBIDS: Readonly<Record<Mode, string>> = {
  sync: 'changes everything',
  upsert: 'deletes nothing',
  create: 'changes nothing that exists',
  observe: 'changes nothing',
};

/** Whether the mode allows it at all. */
export function allows(mode: Mode, kind: Kind): boolean {
  const { carriesOut, updates, prunes } = MODES[mode];
  return carriesOut && (kind === 'create' || (kind === 'update' ? updates : prunes));
}

/** What happens next: what a pass does (`puts it back`), or what keeps it from that and how to change it. */
export function outlook(kind: Kind, does: string, situation: Situation): string {
  const { mode, hold, holder, isStale } = situation;
  if (!allows(mode, kind)) return `Mode ${mode} ${FORBIDS[mode]}: with policy.mode ${ENOUGH[kind]}, a pass ${does}.`;
  if (isFrozen(situation)) {
    const until = instant(situation.frozenUntil);
    return `A freeze window holds every change; the first pass after ${until ?? 'it'} ${does}. To have it sooner, take the window out of schedule.freeze.`;
  }
  if (hold === 'standby') return `This instance is on standby and changes nothing: ${leaderOf(holder)} ${does}.`;
  return `${isStale ? 'The next pass that goes through' : 'The next pass'} ${does}.`;
}

export function isFrozen({ hold, frozenUntil }: Situation): boolean {
  return hold === 'freeze' || frozenUntil !== undefined;
}

export function leaderOf(holder: string | null | undefined): string {
  if (holder === null) return 'nobody is known to lead, and whoever takes over';
  if (holder === undefined) return 'another instance leads and';
  return `${/^[\w.-]{1,80}$/.test(holder) ? holder : quoted(cited(holder, 80))} leads and`;
}

/** The last pass failed, so all of this is of the look before. */
export function staleness({ isStale }: Situation): string | undefined {
  return isStale ? 'The last pass failed: this is what the last one that went through has seen.' : undefined;
}

/** What deliveries suffer while the tenant is not as git wants it; undefined: nothing. */
export function deliveries(subscription: Explained, { isStale }: Situation): string | undefined {
  const { desired, observed } = subscription;
  if (!desired) return undefined;
  const fields = new Set(fieldsOf(subscription));
  const isWanted = desired.enabled && !desired.ignore.includes('enabled');
  const during = isStale ? WHEN_SEEN : 'Meanwhile';
  const are = isStale ? 'were' : 'are';
  if (!observed) return desired.enabled ? `${during} its events ${are} not delivered.` : undefined;
  if (!observed.enabled) return isWanted ? `${during} it ${isStale ? STOOD_STILL : STANDS_STILL}.` : undefined;
  if (fields.has('enabled'))
    return `${during} it ${isStale ? 'was delivering' : 'goes on delivering'}, though git wants it disabled.`;
  const missing = fields.has('type') || fields.has('exclude_type') ? notDelivered(subscription) : undefined;
  const effects = [
    ...(fields.has('url') ? [`events ${isStale ? 'went' : 'go'} to the url on the tenant`] : []),
    ...(missing === undefined ? [] : [`${fields.has('url') ? 'those' : 'events'} of ${missing} ${are} not delivered`]),
  ];
  return effects.length === 0 ? undefined : `${during} ${listed(effects)}.`;
}

/** Where the last pass failed, nothing is said of the tenant as it is now. */
export const WHEN_SEEN = 'When last seen,';
const STANDS_STILL = 'is disabled and delivers nothing';
const STOOD_STILL = 'was disabled and delivered nothing';

/** The end of a clause in the past tense, where the last pass failed. */
export function asSeen({ isStale }: Pick<Situation, 'isStale'>): string {
  return isStale ? ' when last seen' : '';
}

/** The word where it is used first, with what it means. */
export const NOT_PRUNED = 'nothing is pruned (deleted because git no longer wants it)';

/** The wanted categories that the tenant does not deliver; undefined: it delivers all of them. */
export function notDelivered({ desired, observed }: Pick<Explained, 'desired' | 'observed'>): string | undefined {
  if (!desired || !observed) return undefined;
  const wanted = categoriesOn(desired, observed);
  const shown = categoriesOf(observed);
  if (wanted.isAll && !shown.isAll) return 'all other categories than those on the tenant';
  const isMissing = (name: string) => (shown.isAll ? shown.names.has(name) : !shown.names.has(name));
  const names = wanted.isAll
    ? [...shown.names].filter((name) => !wanted.names.has(name))
    : [...wanted.names].filter(isMissing);
  if (names.length === 0) return undefined;
  const named = names.slice(0, 3).map((name) => plain(name, 40));
  const more = names.length - named.length;
  return listed(more > 0 ? [...named, `${more} more`] : named);
}
