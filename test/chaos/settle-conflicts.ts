/**
 * What people do about an entry in conflict: a second subscription of its url, which is not ours, could deliver the same
 * events; or one of its title, which is not ours either, has another url. Each of the ways out that the program names, and what the stranger may do.
 */
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Subscription } from '../../src/sandbox/api/subscription.ts';
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
    const other = conflicting(entry, checkout, tenant, ownership);
    if (!other) continue;
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

function conflicting(
  entry: Wanted,
  { wanted, tombstones }: Checkout,
  tenant: readonly Subscription[],
  ownership: Ownership,
): Subscription | undefined {
  const { id: pin, beside = [] } = entry.reconcile ?? {};
  if (pin !== undefined) return undefined;
  const isSettled = ({ id }: Subscription) =>
    beside.includes(id) || tombstones.some(({ reconcile }) => reconcile?.id === id);
  const titled = tenant.filter((one) => tidied(one) === tidied(entry) && !beside.includes(one.id));
  // Only what has its url too is adopted.
  if (titled.some((one) => isOurs(ownership, one) || hrefOf(one) === hrefOf(entry))) return undefined;
  if (titled.length > 0) return titled.find((one) => !isSettled(one));
  const taken = new Set(wanted.flatMap((other) => takenBy(other, tenant)));
  const isTaken = (one: Subscription) => taken.has(one.id);
  const isBeside = (one: Subscription) =>
    !isOurs(ownership, one) && hrefOf(one) === hrefOf(entry) && overlap(one, entry) && !isTaken(one);
  return tenant.find((one) => isBeside(one) && !isSettled(one));
}

/** By its pin, or the one of several that have its title and its url. */
function takenBy(entry: Wanted, tenant: readonly Subscription[]): readonly string[] {
  if (entry.reconcile?.id !== undefined) return [entry.reconcile.id];
  const rank = (one: Subscription) => (one.title === entry.title ? 0 : 2) + (one.enabled || !entry.enabled ? 0 : 1);
  const [first] = tenant
    .filter((one) => tidied(one) === tidied(entry) && hrefOf(one) === hrefOf(entry))
    .toSorted((a, b) => rank(a) - rank(b) || Date.parse(a.created_at) - Date.parse(b.created_at));
  return first ? [first.id] : [];
}
