/** Whether an entry may take over a subscription that is not owned, and why an entry cannot be carried out at all. */
import { quoted } from '../base/text.ts';
import type { Owns, Policy } from '../config/config.ts';
import type { IsWithinHosts } from '../config/delivery-hosts.ts';
import { isSameValue, titleKey } from '../subscription/fields.ts';
import type { Desired, Observed, WebhookId } from '../subscription/subscription.ts';
import type { Refused } from './matching.ts';
import type { Settlement } from './plan.ts';

/**
 * Why an entry that ignores the url must not act on `observed`, which delivers outside `policy.hosts`; undefined: it
 * may. Otherwise `policy.hosts` would bound the urls in the checkout, but not the urls that the checkout enables.
 */
export function strays(isWithin: IsWithinHosts, { ignore }: Desired, observed: Observed): string | undefined {
  if (!ignore.includes('url') || isWithin(observed.url)) return undefined;
  return (
    `${quoted(observed.title)} (${observed.id}) delivers to ${quoted(observed.url)}, which is outside policy.hosts, and the ` +
    'entry ignores the url. Take url out of reconcile.ignore, or let policy.hosts name the host.'
  );
}

/**
 * Why `policy.adopt` does not let `desired` take over `observed`, and how to fix that; undefined: it does. `observed`
 * has the title or the pinned id of `desired` and is not owned. A pinned id is the approval, except where
 * `policy.adopt` is `never` or `policy.pins` is `owned`.
 */
export function refusal(
  policy: Pick<Policy, 'adopt' | 'owns' | 'pins' | 'tombstones'>,
  desired: Desired,
  observed: Observed,
): Pick<Refused, 'reason' | 'settlement'> | undefined {
  const { adopt, owns, pins } = policy;
  const { id } = observed;
  const { mayPin, mayDelete } = waysOut(policy, false);
  const ways = (...first: Settlement['ways']) => [
    ...first,
    'beside' as const,
    ...(mayDelete ? (['delete'] as const) : []),
  ];
  const who = `${quoted(observed.title)} (${observed.id}) exists on the tenant and is not owned${because(owns)}`;
  if (adopt === 'never') {
    const why = `${who}; policy.adopt is never, so it is not taken over.`;
    return {
      reason: `${why} Let policy.owns cover it, or set policy.adopt to exact or title.`,
      settlement: { why, other: observed, ways: ways(), mayOwn: true },
    };
  }
  if (pins === 'owned' && desired.id !== undefined) {
    const reason =
      `${who}; policy.pins is owned, so a pin does not take it over. ` +
      'Let policy.owns cover it, take reconcile.id out, or set policy.pins to any.';
    return { reason };
  }
  if (adopt === 'title' || desired.id !== undefined || isExact(desired, observed)) return undefined;
  const why =
    `${who}; policy.adopt is exact, so it is taken over only with an equal url: ` +
    `it has ${quoted(observed.url)}, the checkout wants ${quoted(desired.url)}.`;
  const reason =
    `${why} If it is ours, let policy.owns cover it (then its url may change), ` +
    `${pins === 'any' ? `or pin it with reconcile.id: ${id}, ` : ''}or set policy.adopt to title.`;
  const takeOver = mayPin ? (['pin', 'adopt-title'] as const) : (['adopt-title'] as const);
  return { reason, settlement: { why, other: observed, ways: ways(...takeOver), mayOwn: true } };
}

/** How the checkout may settle a conflict with `observed`: by a pin, by a tombstone. */
export interface WaysOut {
  readonly mayPin: boolean;
  readonly mayDelete: boolean;
}

export function waysOut(
  { adopt, pins, tombstones }: Pick<Policy, 'adopt' | 'pins' | 'tombstones'>,
  isOwned: boolean,
): WaysOut {
  return {
    mayPin: isOwned || (adopt !== 'never' && pins === 'any'),
    mayDelete: isOwned || tombstones === 'any',
  };
}

function isExact(desired: Desired, observed: Observed): boolean {
  return titleKey(desired.title) === titleKey(observed.title) && isSameValue('url', desired.url, observed.url);
}

function because(owns: Owns): string {
  return owns.length === 0 ? ' (policy.owns is empty: nothing is)' : ' (policy.owns does not cover it)';
}

/**
 * Why an entry cannot be carried out; undefined: it can. The rules of the checkout already forbid two entries of one
 * title or pin. The check is repeated here, so that no title is created twice even if those rules miss one.
 */
export function entryConflicts(
  desired: readonly Desired[],
  isThere: (id: WebhookId) => boolean,
  contested: ReadonlySet<WebhookId>,
): (entry: Desired) => string | undefined {
  const titles = count(desired.map(({ title }) => titleKey(title)));
  const pins = count(desired.flatMap(({ id }) => id ?? []));
  return ({ title, id }) => {
    if ((titles.get(titleKey(title)) ?? 0) > 1)
      return `More than one entry is titled ${quoted(title)}: give each its own title.`;
    if (id === undefined) return undefined;
    if ((pins.get(id) ?? 0) > 1) return `More than one entry pins ${id}: keep reconcile.id in one of them.`;
    if (contested.has(id)) return `It is pinned to ${id}, which a tombstone wants deleted: remove one of the two.`;
    if (isThere(id)) return undefined;
    return (
      `It is pinned to ${id}, which is not on the tenant, and is not created under another id. ` +
      'Remove reconcile.id to have it matched by its title or created, or pin it to the right id.'
    );
  };
}

function count(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
