/** Deletes a subscription, unless it is no longer what was planned for: it carries a queue that no create brings back. */
import type { Action } from '../plan/plan.ts';
import type { ApplyContext } from './context.ts';
import type { Outcome } from './outcome.ts';
import { sameContent } from './same-content.ts';

export async function remove(action: Extract<Action, { kind: 'delete' }>, context: ApplyContext): Promise<Outcome> {
  const { client, clock, ledger, signal, onChange } = context;
  const { observed, because, kept } = action;
  // A listing that lags may still show the other one after somebody, or this program before a restart, has deleted it.
  if (kept !== undefined && !(await client.getWebhook(kept, signal))) return { kind: 'outdated', action };
  const now = await client.getWebhook(observed.id, signal);
  if (now && !sameContent(now, observed)) return { kind: 'outdated', action };
  if (now) {
    const { value, requestId } = await client.deleteWebhook(observed.id, signal);
    if (value === 'deleted') {
      const { id, title } = observed;
      onChange({ action: 'delete', id, title, fields: [], because, ...(requestId !== undefined && { requestId }) });
    }
  }
  ledger.deleted(observed.id, clock.uptime());
  return { kind: 'done', action, left: 'deleted' };
}
