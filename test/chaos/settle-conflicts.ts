/**
 * What people do about an entry in conflict: a second subscription of its url, which is not ours, could deliver the same
 * events. Each of the ways out that the program names, and what the stranger may do.
 */
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Subscription } from '../../src/sandbox/subscription.ts';
import type { Random } from './random.ts';
import { type Absent, hrefOf, isOurs, overlap, type Ownership, tidied, type Wanted } from './world.ts';

interface Checkout {
  readonly wanted: readonly Wanted[];
  readonly tombstones: readonly Absent[];
}

/** The checkout as it is to be from now on; `undefined`: there is no conflict, or nothing has to be committed for it. */
export function settleConflicts(
  checkout: Checkout,
  { sandbox, ownership, random }: { readonly sandbox: Sandbox; readonly ownership: Ownership; readonly random: Random },
): Checkout | undefined {
  const tenant = sandbox.subscriptions();
  for (const entry of checkout.wanted) {
    const other = conflicting(entry, tenant, ownership);
    if (!other || checkout.tombstones.some(({ reconcile }) => reconcile?.id === other.id)) continue;
    const { id, title } = other;
    const rest = checkout.wanted.filter((one) => one !== entry);
    const saying = (reconcile: NonNullable<Wanted['reconcile']>): Checkout => ({
      ...checkout,
      wanted: [...rest, { ...entry, reconcile: { ...entry.reconcile, ...reconcile } }],
    });
    return random.pick<() => Checkout | undefined>([
      () => {
        sandbox.remove(id);
        return undefined;
      },
      () => {
        sandbox.edit(id, { url: 'https://elsewhere.example.net/moved' });
        return undefined;
      },
      () => saying({ id }),
      () => saying({ beside: [...(entry.reconcile?.beside ?? []), id] }),
      () => ({ ...checkout, tombstones: [...checkout.tombstones, { title, state: 'absent', reconcile: { id } }] }),
    ])();
  }
  return undefined;
}

function conflicting(entry: Wanted, tenant: readonly Subscription[], ownership: Ownership): Subscription | undefined {
  const { id: pin, beside = [] } = entry.reconcile ?? {};
  if (pin !== undefined || tenant.some((one) => tidied(one) === tidied(entry))) return undefined;
  return tenant.find(
    (one) =>
      !isOurs(ownership, one) && hrefOf(one) === hrefOf(entry) && overlap(one, entry) && !beside.includes(one.id),
  );
}
