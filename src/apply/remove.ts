/** Deletes a subscription, unless it is no longer what was planned for. */
import type { Action } from '../plan/plan.ts';
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
    // What is there all the same will be listed again, and planned again.
    case undefined:
      return { kind: 'done', action, observed: 'deleted' };
  }
}

async function send(action: Delete, context: ActionContext): Promise<Outcome> {
  const { client, clock, recentWrites, signal, onChange } = context;
  const { because, observed } = action;
  const { id, title } = observed;
  const change: Change = { action: 'delete', id, title, fields: [], because };
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
  const why = `the API does not know ${id} yet, which it answered with: the next pass goes on`;
  return { kind: 'pending', action, why };
}

/** It was deleted, by somebody else or by a delete of ours whose answer was lost. */
function gone(action: Delete, { clock, recentWrites, onChange }: ActionContext): Outcome {
  const ours = recentWrites.gone(action.observed.id, clock.uptime());
  if (ours) onChange(ours);
  return { kind: 'done', action, observed: 'deleted' };
}

/** A moment ago it was listed, so that one 404 does not say that it is gone. Undefined: none has said otherwise since. */
async function lookUntilProved(action: Delete, context: ActionContext) {
  const look = async () => {
    const found = await recheck(action, context);
    return found === 'unproved' ? undefined : found;
  };
  return await untilKnown(unlessDropped(look, context), context);
}
