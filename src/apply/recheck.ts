/** The last look before something is taken away: it carries a queue that no create brings back. */
import type { Removal } from '../plan/plan.ts';
import { isSameSubscription } from '../subscription/fields.ts';
import type { WebhookId } from '../subscription/subscription.ts';
import type { ActionContext, ApplyContext } from './context.ts';
import { Dropped } from './outcome.ts';

/** Whether what is to be removed is still what was planned for. `unproved`: the API does not know it, and lately did. */
export async function recheck(
  { observed, kept }: Removal,
  { client, clock, recentWrites, signal }: Pick<ApplyContext, 'client' | 'clock' | 'recentWrites' | 'signal'>,
): Promise<'as-planned' | 'changed' | 'gone' | 'unproved'> {
  const isShown = async (id: string) => {
    const shown = await client.getWebhook(id, signal);
    return shown !== undefined && typeof recentWrites.read(id, shown, clock.uptime()) !== 'string';
  };
  // A listing that lags may still show the other one after somebody, or this program before a restart, has deleted it. An
  // answer of ours is no proof here: what it left may have been deleted since.
  if (kept !== undefined && !(await isShown(kept))) return 'changed';
  const now = recentWrites.read(observed.id, await client.getWebhook(observed.id, signal), clock.uptime());
  if (typeof now === 'string') return now;
  return isSameSubscription(now, observed) ? 'as-planned' : 'changed';
}

/** What the API does not know or show yet, though it is there: asked for again until it does. */
const FIRST_WAIT_MS = 500;

/**
 * Calls `ask` until it answers, or until `patienceMs` are over: waits half a second first, then twice as long each time.
 * Undefined: it never did. While it waits, other actions take its place.
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

/** `ask` answers undefined for 404. Repeated only where we know that the subscription is there. */
export async function whileUnknown<T>(
  id: WebhookId,
  ask: () => Promise<T | undefined>,
  context: ActionContext,
): Promise<T | undefined> {
  const { clock, recentWrites } = context;
  if (!recentWrites.isProved(id, clock.uptime())) return await ask();
  return await untilKnown(unlessDropped(ask, context), context);
}

/** For what is asked again after a wait, and leads to a change: throws Dropped where the plan was dropped meanwhile. */
export function unlessDropped<T>(ask: () => Promise<T>, context: ActionContext): () => Promise<T> {
  return async () => {
    const dropped = await context.dropped();
    if (dropped !== undefined) throw new Dropped(dropped);
    return await ask();
  };
}
