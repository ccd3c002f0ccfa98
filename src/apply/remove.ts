/** Deletes a subscription, unless it is no longer what was planned for. */
import type { Action } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import { lookAgain } from './look-again.ts';
import type { Outcome } from './outcome.ts';

export async function remove(action: Extract<Action, { kind: 'delete' }>, context: ApplyContext): Promise<Outcome> {
  const { client, clock, ledger, signal, onChange } = context;
  const { observed, because } = action;
  const found = await lookAgain(action, context);
  if (found === 'changed') return { kind: 'outdated', action };
  if (found === 'as-planned') {
    const { value, requestId } = await client.deleteWebhook(observed.id, signal);
    if (value === 'deleted') {
      const { id, title } = observed;
      onChange({ action: 'delete', id, title, fields: [], because, ...(requestId !== undefined && { requestId }) });
    }
  }
  ledger.deleted(observed.id, clock.uptime());
  return { kind: 'done', action, left: 'deleted' };
}
