/** Deletes a subscription, unless it has changed since the plan was made. */
import type { Action } from '../plan/plan.ts';
import { changesOfDelete } from '../subscription/diff.ts';
import type { ActionContext } from './context.ts';
import { type Change, mayHaveHappened, type Outcome } from './outcome.ts';
import { recheck, unlessDropped, untilKnown, whileUnknown } from './recheck.ts';

type Delete = Extract<Action, { kind: 'delete' }>;

export async function remove(action: Delete, context: ActionContext): Promise<Outcome> {
  switch (await lookUntilProved(action, context)) {
    case 'as-planned':
      return await send(action, context);
    case 'gone':
      return gone(action, context);
    case 'changed':
      return { kind: 'stale', action };
    // If it still exists, it will be listed and planned again.
    case undefined:
      return { kind: 'done', action, observed: 'deleted' };
  }
}

async function send(action: Delete, context: ActionContext): Promise<Outcome> {
  const { client, clock, originOf, recentWrites, signal, onChange } = context;
  const { because, observed } = action;
  const { id, title } = observed;
  const origin = originOf(action);
  const change: Change = {
    action: 'delete',
    id,
    title,
    fields: [],
    changes: changesOfDelete(observed),
    ...(origin && { origin }),
    because,
  };
  const isProved = recentWrites.isProved(id, clock.uptime());
  const deleted = async () => {
    try {
      const answer = await client.deleteWebhook(id, signal);
      return answer.value === 'deleted' ? answer : undefined;
    } catch (error) {
      if (mayHaveHappened(error)) recentWrites.unanswered({ change, expected: 'deleted' }, clock.uptime());
      throw error;
    }
  };
  const answer = await whileUnknown(id, deleted, context);
  if (answer) {
    recentWrites.deleted(id, clock.uptime());
    onChange({ ...change, ...(answer.requestId !== undefined && { requestId: answer.requestId }) });
    return { kind: 'done', action, observed: 'deleted' };
  }
  if (!isProved) return gone(action, context);
  const why = `the API does not know ${id} yet, although it answered with that id: the next pass goes on`;
  return { kind: 'pending', action, why };
}

/** The subscription was deleted by another client, or by a delete of ours whose answer was lost. */
function gone(action: Delete, { clock, recentWrites, onChange }: ActionContext): Outcome {
  const ours = recentWrites.gone(action.observed.id, clock.uptime());
  if (ours) onChange(ours);
  return { kind: 'done', action, observed: 'deleted' };
}

/** Rechecks again after a 404, because the subscription was listed a moment ago. Undefined: every answer was 404. */
async function lookUntilProved(action: Delete, context: ActionContext) {
  const look = async () => {
    const found = await recheck(action, context);
    return found === 'unproved' ? undefined : found;
  };
  return await untilKnown(unlessDropped(look, context), context);
}
