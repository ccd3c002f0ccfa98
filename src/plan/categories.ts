/**
 * Which events a subscription delivers: `type` and `exclude_type` as one value. No or an empty `type` is ALL, and
 * `exclude_type` counts beside ALL only (upvest-api.md, 4).
 */
import type { Desired, Observed } from '../subscription.ts';

export interface Categories {
  readonly isAll: boolean;
  /** What is delivered, or of ALL what is not. */
  readonly names: ReadonlySet<string>;
}

/** Of an entry as it would be created. */
export function categoriesOf({
  type = [],
  exclude_type = [],
}: Pick<Desired | Observed, 'type' | 'exclude_type'>): Categories {
  const isAll = type.length === 0 || type.includes('ALL');
  return { isAll, names: new Set(isAll ? exclude_type : type) };
}

/** Of an entry as its subscription will have them: what it leaves or ignores stays as observed. */
export function categoriesOn(desired: Desired, observed: Observed): Categories {
  const { type = observed.type, exclude_type = observed.exclude_type, ignore } = desired;
  return categoriesOf({
    type: ignore.includes('type') ? observed.type : type,
    exclude_type: (ignore.includes('exclude_type') ? observed.exclude_type : exclude_type) ?? [],
  });
}

/** Equal for what delivers the same. */
export function keyOf({ isAll, names }: Categories): string {
  return [isAll ? '!' : '', ...[...names].toSorted()].join(' ');
}

/** There is an event that both could deliver. The list of categories grows, so two that exclude some always share one. */
export function overlap(a: Categories, b: Categories): boolean {
  if (a.isAll && b.isAll) return true;
  if (a.isAll) return [...b.names].some((name) => !a.names.has(name));
  if (b.isAll) return overlap(b, a);
  return [...a.names].some((name) => b.names.has(name));
}
