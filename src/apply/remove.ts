/** Deletes a subscription, unless it is no longer what was planned for. */
import type { Action } from '../plan/plan.ts';
import type { ActionContext } from './context.ts';
import { lookAgain } from './look-again.ts';
import { untilKnown, whileUnknown } from './not-yet.ts';
import { type Change, mayHaveHappened, type Outcome } from './outcome.ts';

export async function remove(action: Extract<Action, { kind: 'delete' }>, context: ActionContext): Promise<Outcome> {
  const { client, clock, ledger, signal, onChange } = context;
  const { observed, because } = action;
  const { id, title } = observed;
  const found = await lookUntilProved(action, context);
  if (found === 'changed') return { kind: 'outdated', action };
  // What is there all the same will be listed again, and planned again.
  if (found === undefined) return { kind: 'done', action, left: 'deleted' };
  if (found === 'as-planned') {
    const change: Change = { action: 'delete', id, title, fields: [], because };
    const isProved = ledger.isProved(id, clock.uptime());
    try {
      const answer = await whileUnknown(
        id,
        async () => {
          const deleted = await client.deleteWebhook(id, signal);
          return deleted.value === 'deleted' ? deleted : undefined;
        },
        context,
      );
      if (answer) onChange({ ...change, ...(answer.requestId !== undefined && { requestId: answer.requestId }) });
      else if (isProved) {
        return {
          kind: 'pending',
          action,
          why: `the API does not know ${id} yet, which it answered with: the next pass goes on`,
        };
      }
    } catch (error) {
      if (mayHaveHappened(error)) ledger.unanswered({ change, left: 'deleted' }, clock.uptime());
      throw error;
    }
  }
  ledger.deleted(id, clock.uptime());
  return { kind: 'done', action, left: 'deleted' };
}

/** A moment ago it was listed, so that one 404 does not say that it is gone. Undefined: none has said otherwise since. */
async function lookUntilProved(action: Extract<Action, { kind: 'delete' }>, context: ActionContext) {
  return await untilKnown(async () => {
    const found = await lookAgain(action, context);
    return found === 'unproved' ? undefined : found;
  }, context);
}
