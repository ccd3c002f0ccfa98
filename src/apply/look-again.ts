/** The last look before something is taken away: it carries a queue that no create brings back. */
import { categoriesOf, keyOf } from '../plan/categories.ts';
import { isSameValue } from '../plan/same-value.ts';
import type { Removal } from '../plan/plan.ts';
import type { Observed } from '../subscription.ts';
import type { ApplyContext } from './context.ts';

/** Whether what is to be removed is still what was planned for. `unproved`: the API does not know it, and lately did. */
export async function lookAgain(
  { observed, kept }: Removal,
  { client, clock, ledger, signal }: Pick<ApplyContext, 'client' | 'clock' | 'ledger' | 'signal'>,
): Promise<'as-planned' | 'changed' | 'gone' | 'unproved'> {
  const isShown = async (id: string) => {
    const shown = await client.getWebhook(id, signal);
    return shown !== undefined && typeof ledger.read(id, shown, clock.uptime()) !== 'string';
  };
  // A listing that lags may still show the other one after somebody, or this program before a restart, has deleted it. An
  // answer of ours is no proof here: what it left may have been deleted since.
  if (kept !== undefined && !(await isShown(kept))) return 'changed';
  const now = ledger.read(observed.id, await client.getWebhook(observed.id, signal), clock.uptime());
  if (typeof now === 'string') return now;
  return isSame(now, observed) ? 'as-planned' : 'changed';
}

/** In meaning: a read by id may spell a value otherwise than a listing. */
function isSame(a: Observed, b: Observed): boolean {
  return (
    (['title', 'url'] as const).every((field) => isSameValue(field, a[field], b[field])) &&
    a.enabled === b.enabled &&
    keyOf(categoriesOf(a)) === keyOf(categoriesOf(b)) &&
    isSameValue('config.delay', a.config.delay, b.config.delay) &&
    a.config.max_package_size === b.config.max_package_size
  );
}
