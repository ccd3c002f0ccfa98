/** Changes an existing subscription: updates it, enables it after its create, or disables it for quarantine. */
import type { Action } from '../plan/plan.ts';
import { differs, enableBody, quarantineBody, updateBody } from '../subscription/diff.ts';
import { FIELDS, isSameIn } from '../subscription/fields.ts';
import type { Desired, Observed, UpdateBody, WebhookId, WholeUpdate } from '../subscription/subscription.ts';
import type { Answer } from '../upvest/client.ts';
import { ApiError } from '../upvest/errors.ts';
import type { ActionContext } from './context.ts';
import { type Change, mayHaveHappened, type Outcome } from './outcome.ts';
import type { Refusals } from './recent-writes.ts';
import { recheck, untilKnown, whileUnknown } from './recheck.ts';

export type Update = Extract<Action, { kind: 'enable' | 'update' }>;
type Quarantine = Extract<Action, { kind: 'quarantine' }>;

export async function update(action: Update, context: ActionContext): Promise<Outcome> {
  const { desired, observed } = action;
  const change: ChangeLine = {
    action: action.kind,
    title: desired.title,
    changes: action.changes,
    ...(action.by === 'rename' && { because: `renamed from ${observed.title}` }),
    ...(action.adopts && { because: 'adopted' }),
  };
  const body = updateBody(desired, observed);
  const outcome = await patch(action, observed, body, change, context);
  if (outcome.kind !== 'done' || outcome.observed === 'deleted') return outcome;
  context.recentWrites.creates.answered(desired, body, outcome.observed);
  if (action.changes.some(({ field }) => field === 'url')) requestTest(desired, observed.id, context);
  return converged(action, desired, outcome.observed);
}

/** The second half of a create. Nothing is sent where the subscription is as wanted, for example to stay disabled. */
export async function enable(
  action: Extract<Action, { kind: 'create' }>,
  created: Observed,
  context: ActionContext,
): Promise<Outcome> {
  const { desired } = action;
  const body = enableBody(desired, created);
  const changes = differs({ ...desired, ignore: [] }, created);
  if (changes.length === 0) return converged(action, desired, created);
  const isAll = changes.every(({ field }) => field === 'enabled');
  const change: ChangeLine = { action: isAll ? 'enable' : 'update', title: desired.title, changes };
  const outcome = await patch(action, created, body, change, context);
  return outcome.kind === 'done' && outcome.observed !== 'deleted'
    ? converged(action, desired, outcome.observed)
    : outcome;
}

export async function quarantine(action: Quarantine, context: ActionContext): Promise<Outcome> {
  const { observed, because } = action;
  const found = await recheck(action, context);
  if (found === 'unproved') return { kind: 'pending', action, why: UNPROVED };
  if (found !== 'as-planned') return { kind: 'stale', action };
  const change: ChangeLine = {
    action: 'update',
    title: observed.title,
    changes: [{ field: 'enabled', from: observed.enabled, to: false }],
    because: `${because}, in quarantine`,
  };
  const outcome = await patch(action, observed, quarantineBody(observed), change, context);
  if (outcome.kind !== 'done' || outcome.observed === 'deleted' || !outcome.observed.enabled) return outcome;
  return { kind: 'not-converging', action, observed: outcome.observed, fields: ['enabled'] };
}

/** Requests a test delivery where the entry asks for one after a change. */
export function requestTest(desired: Desired, id: WebhookId, { onTestDue }: Pick<ActionContext, 'onTestDue'>): void {
  if (desired.testOnChange) onTestDue({ title: desired.title, id });
}

export const UNPROVED = 'the API answers 404, although it showed it a moment ago: it is left to the next pass';

type ChangeLine = Omit<Change, 'id' | 'fields' | 'origin' | 'requestId'>;

async function patch(
  action: Action,
  observed: Observed,
  body: WholeUpdate,
  line: ChangeLine,
  context: ActionContext,
): Promise<Outcome> {
  const { clock, originOf, recentWrites, onChange } = context;
  const { id } = observed;
  const origin = originOf(action);
  const fields = line.changes.map(({ field }) => field);
  const change: Change = { ...line, id, fields, ...(origin && { origin }) };
  const isProved = recentWrites.isProved(id, clock.uptime());
  const send = async () => {
    try {
      return await sendLenient(observed, body, context);
    } catch (error) {
      if (mayHaveHappened(error))
        recentWrites.unanswered({ change, expected: { ...observed, ...body } }, clock.uptime());
      throw error;
    }
  };
  const answer = await whileUnknown(id, send, context);
  if (!answer) return unknown(action, id, isProved, context);
  const { value, requestId } = answer;
  const asked = { ...observed, ...body, updated_at: '' };
  recentWrites.wrote(value === 'accepted' ? asked : value, clock.uptime(), observed);
  onChange({ ...change, ...(requestId !== undefined && { requestId }) });
  const changed = value === 'accepted' ? await shown(asked, observed, context) : value;
  if (changed) return { kind: 'done', action, observed: changed };
  return { kind: 'pending', action, why: 'its update was accepted, but is not shown yet', observed: asked };
}

/** The outcome of a change that was answered 404: pending where the subscription may exist, else stale. */
function unknown(
  action: Action,
  id: WebhookId,
  isProved: boolean,
  { clock, recentWrites, patienceMs }: ActionContext,
): Outcome {
  if (isProved) {
    const why = `the API answered with ${id}, but does not know it yet (404 for ${patienceMs / 1000} s): the next pass goes on`;
    return { kind: 'pending', action, why };
  }
  return recentWrites.isNewlySeen(id, clock.uptime())
    ? { kind: 'pending', action, why: UNPROVED }
    : { kind: 'stale', action };
}

/** Reads the subscription back after a success without a body; undefined: no read has shown the update yet. */
async function shown(asked: Observed, before: Observed, context: ActionContext): Promise<Observed | undefined> {
  const { client, clock, recentWrites, signal } = context;
  return await untilKnown(async () => {
    const read = await client.getWebhook(asked.id, signal);
    if (!read) return undefined;
    const isNewer = Date.parse(read.updated_at) > Date.parse(before.updated_at);
    if (!isNewer && !isSameIn(FIELDS, read, asked)) return undefined;
    recentWrites.wrote(read, clock.uptime(), before);
    return read;
  }, context);
}

const CONFIG_FIELDS = FIELDS.filter((field) => field.startsWith('config.'));

/**
 * Sends an update. A subscription made under older rules may have a title or config that the API refuses to be sent
 * again. Then an unchanged title is left out, then an unchanged config too, but never a member that the API might reset
 * if it is left out. Undefined: 404.
 */
async function sendLenient(
  observed: Observed,
  body: WholeUpdate,
  { client, recentWrites, signal }: ActionContext,
): Promise<Answer<Observed | 'accepted'> | undefined> {
  const { id } = observed;
  const may = { title: body.title === observed.title, config: isSameIn(CONFIG_FIELDS, body, observed) };
  const known = recentWrites.refuses(id);
  const ways = LENIENT.filter(
    ({ title, config }) => (title ? may.title : !config || !may.title) && (!config || may.config),
  );
  const from = Math.max(
    ways.findIndex(({ name }) => name === known),
    0,
  );
  let refusal: unknown;
  for (const { name, title, config } of ways.slice(from)) {
    try {
      const { value, requestId } = await client.updateWebhook(id, without(body, title, config), signal);
      if (value === 'absent') return undefined;
      recentWrites.accepted(id, name);
      return { value, ...(requestId !== undefined && { requestId }) };
    } catch (error) {
      refusal ??= error;
      if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 422)) throw error;
    }
  }
  throw refusal;
}

/** Which members are left out, in the order in which that is tried. The config alone only where the title changes. */
const LENIENT: readonly { readonly name: Refusals; readonly title: boolean; readonly config: boolean }[] = [
  { name: 'none', title: false, config: false },
  { name: 'title', title: true, config: false },
  { name: 'title and config', title: true, config: true },
  { name: 'config', title: false, config: true },
];

function without({ title, config, ...body }: WholeUpdate, noTitle: boolean, noConfig: boolean): UpdateBody {
  return { ...(!noTitle && { title }), ...body, ...(!noConfig && { config }) };
}

/** Compares the answer with what was sent: the API may normalise, ignore or refuse a field without an error. */
function converged(action: Action, desired: Desired, observed: Observed): Outcome {
  const fields = differs(desired, observed).map(({ field }) => field);
  return fields.length > 0 ? { kind: 'not-converging', action, observed, fields } : { kind: 'done', action, observed };
}
