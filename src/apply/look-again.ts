/** The last look before something is taken away: it carries a queue that no create brings back. */
import type { Removal } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import { sameContent } from './same-content.ts';

/** Whether what is to be removed is still what was planned for. */
export async function lookAgain(
  { observed, kept }: Removal,
  { client, signal }: Pick<ApplyContext, 'client' | 'signal'>,
): Promise<'as-planned' | 'changed' | 'gone'> {
  // A listing that lags may still show the other one after somebody, or this program before a restart, has deleted it.
  if (kept !== undefined && !(await client.getWebhook(kept, signal))) return 'changed';
  const now = await client.getWebhook(observed.id, signal);
  if (!now) return 'gone';
  return sameContent(now, observed) ? 'as-planned' : 'changed';
}
