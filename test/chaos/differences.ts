/** Whether a tenant is as a checkout wants it. */
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
import { hrefOf, isOurs, type Ownership, tidied, type Wanted } from './world.ts';

/** In what the tenant is otherwise than the checkout wants it; empty: they are equal, and nothing of ours is there twice. */
export function differences(
  tenant: readonly Subscription[],
  checkout: readonly Wanted[],
  ownership: Ownership,
): readonly string[] {
  if (ownership === 'nothing') return lacking(tenant, checkout);
  const ours = tenant.filter((one) => isOurs(ownership, one));
  const titles = new Set(checkout.map(tidied));
  return [
    ...ours.filter((one) => !titles.has(tidied(one))).map(({ title }) => `${title} is there and not wanted`),
    ...checkout.flatMap((wanted) => {
      const found = ours.filter((one) => tidied(one) === tidied(wanted));
      const [one] = found;
      if (!one || found.length > 1) return [`${wanted.title} is there ${found.length} times`];
      return meaning(one, wanted) === meaning(wanted, wanted) ? [] : [`${wanted.title} is not as wanted`];
    }),
  ];
}

/** Where nothing is owned, what is there besides is nobody's business, be it of the same title. */
function lacking(tenant: readonly Subscription[], checkout: readonly Wanted[]): readonly string[] {
  return checkout.flatMap((wanted) => {
    const isIt = (one: Subscription) =>
      tidied(one) === tidied(wanted) && meaning(one, wanted) === meaning(wanted, wanted);
    return tenant.some(isIt) ? [] : [`${wanted.title} is not there as it is wanted`];
  });
}

/** What a subscription says in the fields that `wanted` names, however it spells it. */
function meaning(one: Subscription | Wanted, wanted: Wanted): string {
  const { type, exclude_type, config } = wanted;
  return JSON.stringify([
    hrefOf(one),
    one.enabled,
    type && one.type?.toSorted(),
    exclude_type && one.exclude_type?.toSorted(),
    config?.delay && one.config?.delay,
    config?.max_package_size && one.config?.max_package_size,
  ]);
}
