/** The recheck before a removal, which ends a delivery queue for good, and repeated requests while reads lag. */
import type { Removal } from '../plan/plan.ts';
import { isSameSubscription } from '../subscription/fields.ts';
import type { WebhookId } from '../subscription/subscription.ts';
import type { ActionContext, ApplyContext } from './context.ts';
import { Dropped } from './outcome.ts';

/** Whether the subscription to remove is still as planned. `unproved`: the API answers 404, but has shown it lately. */
export async function recheck(
  { observed, kept }: Removal,
  { client, clock, recentWrites, signal }: Pick<ApplyContext, 'client' | 'clock' | 'recentWrites' | 'signal'>,
): Promise<'as-planned' | 'changed' | 'gone' | 'unproved'> {
  const isShown = async (id: string) => {
    const shown = await client.getWebhook(id, signal);
    return shown !== undefined && typeof recentWrites.read(id, shown, clock.uptime()) !== 'string';
  };
  // A stale listing may still show the kept one after another client, or this program before a restart, has deleted it.
  // A recent write of ours is not a proof here, because the kept one may have been deleted since.
  if (kept !== undefined && !(await isShown(kept))) return 'changed';
  const now = recentWrites.read(observed.id, await client.getWebhook(observed.id, signal), clock.uptime());
  if (typeof now === 'string') return now;
  return isSameSubscription(now, observed) ? 'as-planned' : 'changed';
}

const FIRST_WAIT_MS = 500;

/**
 * Calls `ask` again until it answers, or until `patienceMs` are over: the first wait is half a second, each later one
 * twice as long. Undefined: it never answered. Other actions take the place of one that waits.
 */
export async function untilKnown<T>(
  ask: () => Promise<T | undefined>,
  { aside, clock, patienceMs, signal }: ActionContext,
): Promise<T | undefined> {
  const until = clock.uptime() + patienceMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    const answer = await ask();
    const leftMs = until - clock.uptime();
    if (answer !== undefined || leftMs <= 0) return answer;
    await aside(() => clock.sleep(Math.min(waitMs, leftMs), signal));
  }
}

/** Calls `ask`, which returns undefined for 404. It is repeated only where recent writes prove that the id exists. */
export async function whileUnknown<T>(
  id: WebhookId,
  ask: () => Promise<T | undefined>,
  context: ActionContext,
): Promise<T | undefined> {
  const { clock, recentWrites } = context;
  if (!recentWrites.isProved(id, clock.uptime())) return await ask();
  return await untilKnown(unlessDropped(ask, context), context);
}

/** Makes `ask` throw Dropped where the plan was dropped during a wait, so that no change follows. */
export function unlessDropped<T>(ask: () => Promise<T>, context: ActionContext): () => Promise<T> {
  return async () => {
    const dropped = await context.dropped();
    if (dropped !== undefined) throw new Dropped(dropped);
    return await ask();
  };
}
