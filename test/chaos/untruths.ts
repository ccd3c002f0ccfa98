/** What `/status` says at rest that is not so. */
import type { Pass } from '../../src/reconcile/pass.ts';
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
import { hrefOf, tidied, type Wanted } from './world.ts';

/** Sentences; empty: every subscription is shown, as what it is. */
export function untruths(
  { snapshot }: Pick<Pass, 'snapshot'>,
  tenant: readonly Subscription[],
  checkout: readonly Wanted[],
): readonly string[] {
  const shown = snapshot?.subscriptions ?? [];
  const wanted = new Set(checkout.map(tidied));
  const actual = tenant.map((one) => said(one)).toSorted();
  const told = [...shown, ...(snapshot?.unmanaged ?? [])].map((one) => said(one));
  return [
    ...shown.flatMap(({ title, state }) => (state === 'InSync' ? [] : [`status shows ${title} as ${state}`])),
    ...shown.flatMap(({ title }) =>
      wanted.has(tidied({ title })) ? [] : [`status shows ${title}, which nobody wants`],
    ),
    ...(told.toSorted().join('\n') === actual.join('\n') ? [] : ['status does not show what is on the tenant']),
  ];
}

/** Ids are the same in either case. An entry that is not on the tenant has no url there. */
function said({ id, title, url }: { readonly id?: string; readonly title: string; readonly url?: string }): string {
  return `${id?.toLowerCase()} ${tidied({ title })} ${url === undefined ? 'nowhere' : hrefOf({ url })}`;
}
