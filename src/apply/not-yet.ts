/** What the API does not know or show yet, though it is there: asked for again until it does. */
import type { WebhookId } from '../subscription.ts';
import type { ActionContext } from './context.ts';

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
  const { clock, ledger } = context;
  if (!ledger.isProved(id, clock.uptime())) return await ask();
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

/** The plan was dropped while an action waited. */
export class Dropped extends Error {
  override readonly name = 'Dropped';
}
