/** Deletes a subscription, unless it is no longer what was planned for. */
import type { Action } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import { lookAgain } from './look-again.ts';
import { type Change, mayHaveHappened, type Outcome } from './outcome.ts';

export async function remove(action: Extract<Action, { kind: 'delete' }>, context: ApplyContext): Promise<Outcome> {
  const { client, clock, ledger, signal, onChange } = context;
  const { observed, because } = action;
  const { id, title } = observed;
  const found = await lookAgain(action, context);
  if (found === 'changed') return { kind: 'outdated', action };
  if (found === 'as-planned') {
    const change: Change = { action: 'delete', id, title, fields: [], because };
    try {
      const { value, requestId } = await client.deleteWebhook(id, signal);
      if (value === 'deleted') onChange({ ...change, ...(requestId !== undefined && { requestId }) });
    } catch (error) {
      if (mayHaveHappened(error)) ledger.unanswered({ change, left: 'deleted' }, clock.uptime());
      throw error;
    }
  }
  ledger.deleted(id, clock.uptime());
  return { kind: 'done', action, left: 'deleted' };
}
