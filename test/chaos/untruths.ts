/** What `/status` says at rest that is not so. */
import type { Pass } from '../../src/reconcile/pass.ts';
import type { Subscription } from '../../src/sandbox/subscription.ts';
import { hrefOf, type Wanted } from './world.ts';

/** Sentences; empty: every subscription is shown, as what it is. */
export function untruths(
  { snapshot }: Pick<Pass, 'snapshot'>,
  tenant: readonly Subscription[],
  checkout: readonly Wanted[],
): readonly string[] {
  const shown = snapshot?.subscriptions ?? [];
  const wanted = new Set(checkout.map(({ title }) => title));
  const actual = tenant.map((one) => `${one.id} ${one.title} ${hrefOf(one)}`).toSorted();
  const told = [...shown, ...(snapshot?.unmanaged ?? [])].map((one) => `${one.id} ${one.title} ${hrefOf(one)}`);
  return [
    ...shown.flatMap(({ title, state }) => (state === 'InSync' ? [] : [`status shows ${title} as ${state}`])),
    ...shown.flatMap(({ title }) => (wanted.has(title) ? [] : [`status shows ${title}, which nobody wants`])),
    ...(told.toSorted().join('\n') === actual.join('\n') ? [] : ['status does not show what is on the tenant']),
  ];
}
