/** How much a pass may prune, judged here anew: a count or a share of what is not younger, and duplicates apart. */
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
import { deliverTheSame, hrefOf, nameOf, type Wanted } from './world.ts';

/** `nothing`: of a checkout that cannot be read, or is empty and must not be. */
export type Limit = 'nothing' | { readonly count: number } | { readonly percent: number };

/** `known`: all that has been ours while the pass went on, in every state it was in. Sentences; empty: not too many. */
export function tooManyDeletes(
  pruned: readonly Subscription[],
  known: readonly Subscription[],
  { checkout, limit }: { readonly checkout: readonly Wanted[]; readonly limit: Limit },
): readonly string[] {
  if (limit === 'nothing') return pruned.map(({ title }) => `delete ${title}: nothing may be pruned`);
  const unequal = pruned.filter((one) => !isDuplicate(one, known, checkout));
  if ('count' in limit) {
    const isOver = unequal.length > limit.count || (limit.count === 0 && pruned.length > 0);
    return isOver
      ? [`pruned ${pruned.length}, ${unequal.length} of them no duplicates; allowed were ${limit.count}`]
      : [];
  }
  const created = new Map(known.map((one) => [one.id, Date.parse(one.created_at)]));
  return unequal.flatMap((one) => {
    const age = Date.parse(one.created_at);
    const going = unequal.filter((other) => Date.parse(other.created_at) <= age).length;
    const managed = [...created.values()].filter((at) => at <= age).length;
    const allowed = Math.max(1, Math.floor((limit.percent * managed) / 100));
    return going > allowed
      ? [`pruned ${going} of ${managed} that are as old as ${one.title}, allowed were ${allowed}`]
      : [];
  });
}

/** Another one that stays delivers the same, or will: nothing is lost with it. */
export function isDuplicate(one: Subscription, known: readonly Subscription[], checkout: readonly Wanted[]): boolean {
  return known.some((kept) => {
    if (kept.id === one.id) return false;
    return checkout.some((wanted) => isEqual(one, kept, wanted));
  });
}

/** Each as the one that stays has it, or as its entry wants it. */
function isEqual(one: Subscription, kept: Subscription, wanted: Wanted): boolean {
  if (nameOf(kept) !== nameOf(wanted) && hrefOf(kept) !== hrefOf(wanted) && kept.id !== wanted.reconcile?.id)
    return false;
  const { config = {}, type = kept.type } = wanted;
  const sameConfig = (as: Wanted['config']) =>
    [undefined, one.config.delay].includes(as?.delay) &&
    [undefined, one.config.max_package_size].includes(as?.max_package_size);
  return (
    [kept, wanted].some((as) => hrefOf(as) === hrefOf(one)) &&
    (deliverTheSame(one, kept) || deliverTheSame(one, { ...kept, ...wanted, type })) &&
    (sameConfig(kept.config) || sameConfig({ ...kept.config, ...config })) &&
    (!one.enabled || kept.enabled || wanted.enabled)
  );
}
