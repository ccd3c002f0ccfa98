/** Brings an existing subscription to what is wanted: by update, by enabling it, or by disabling it for quarantine. */
import { enableBody, quarantineBody, updateBody } from '../plan/bodies.ts';
import { differs } from '../plan/diff.ts';
import type { Action } from '../plan/plan.ts';
import type { Desired, Observed, WebhookId, WholeUpdate } from '../subscription.ts';
import type { ApplyContext } from './context.ts';
import { lookAgain } from './look-again.ts';
import { type Change, failureOf, mayHaveHappened, type Outcome } from './outcome.ts';

type Update = Extract<Action, { kind: 'enable' | 'update' }>;
type Quarantine = Extract<Action, { kind: 'quarantine' }>;

export async function update(action: Update, context: ApplyContext): Promise<Outcome> {
  const { desired, observed } = action;
  const change: ChangeLine = {
    action: action.kind,
    title: desired.title,
    fields: action.changes.map(({ field }) => field),
    ...(action.by === 'rename' && { because: `renamed from ${observed.title}` }),
    ...(action.adopts && { because: 'adopted' }),
  };
  const outcome = await patch(action, observed, updateBody(desired, observed), change, context);
  if (outcome.kind !== 'done' || outcome.left === 'deleted') return outcome;
  if (change.fields.includes('url')) await sendTest(desired, observed.id, context);
  return converged(action, desired, outcome.left);
}

/** The second half of a create. Nothing is sent where it is as wanted: disabled, as it was created. */
export async function enable(
  action: Extract<Action, { kind: 'create' }>,
  created: Observed,
  context: ApplyContext,
): Promise<Outcome> {
  const { desired } = action;
  const body = enableBody(desired, created);
  const fields = differs({ ...desired, ignore: [] }, created).map(({ field }) => field);
  if (fields.length === 0) return converged(action, desired, created);
  const isAll = fields.every((field) => field === 'enabled');
  const change: ChangeLine = { action: isAll ? 'enable' : 'update', title: desired.title, fields };
  const outcome = await patch(action, created, body, change, context);
  return outcome.kind === 'done' && outcome.left !== 'deleted' ? converged(action, desired, outcome.left) : outcome;
}

export async function quarantine(action: Quarantine, context: ApplyContext): Promise<Outcome> {
  const { observed, because } = action;
  if ((await lookAgain(action, context)) !== 'as-planned') return { kind: 'outdated', action };
  const change: ChangeLine = {
    action: 'update',
    title: observed.title,
    fields: ['enabled'],
    because: `${because}, in quarantine`,
  };
  return patch(action, observed, quarantineBody(observed), change, context);
}

/** Sends a test delivery where the entry asks for one after a change. */
export async function sendTest(desired: Desired, id: WebhookId, context: ApplyContext): Promise<void> {
  if (!desired.testOnChange) return;
  try {
    await context.client.testWebhook(id, context.signal);
  } catch (error) {
    context.onTestFailed(desired.title, failureOf(error));
  }
}

type ChangeLine = Omit<Change, 'id' | 'requestId'>;

async function patch(
  action: Action,
  observed: Observed,
  body: WholeUpdate,
  line: ChangeLine,
  { client, clock, ledger, signal, onChange }: ApplyContext,
): Promise<Outcome> {
  const { id } = observed;
  const change = { ...line, id };
  try {
    const { value, requestId } = await client.updateWebhook(id, body, signal);
    if (value === 'absent' || value === 'accepted') return { kind: 'outdated', action };
    ledger.wrote(value, clock.uptime());
    onChange({ ...change, ...(requestId !== undefined && { requestId }) });
    return { kind: 'done', action, left: value };
  } catch (error) {
    if (mayHaveHappened(error)) ledger.unanswered({ change, left: { ...observed, ...body } }, clock.uptime());
    throw error;
  }
}

/** Compares the answer with what was asked: the API may normalise, ignore or refuse a field without an error. */
function converged(action: Action, desired: Desired, left: Observed): Outcome {
  const fields = differs(desired, left).map(({ field }) => field);
  return fields.length > 0 ? { kind: 'not-converging', action, left, fields } : { kind: 'done', action, left };
}
