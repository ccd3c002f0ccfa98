/** The calls on webhook subscriptions, once the caller is known and allowed. */
import type { Caller } from './authorise.ts';
import { checkCreate, checkUpdate } from './check-subscription.ts';
import type { Incoming } from './incoming.ts';
import { pageOf, readPaging } from './listing.ts';
import { normalise } from './normalise.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './problem.ts';
import { readJson } from './read-request.ts';
import { jsonReply, type Reply } from './reply.ts';
import { spell } from './spell.ts';
import type { Subscription, SubscriptionChanges } from './subscription.ts';
import type { Switches } from './switches.ts';

export type WebhookCall = (
  request: Incoming,
  caller: Caller,
  parts: Parts,
  id: string,
) => Reply | Refusal | Promise<Reply | Refusal>;

export const listWebhooks: WebhookCall = (request, { client }, parts) => {
  const switches = parts.switches();
  const paging = readPaging(request.query, switches);
  if (paging instanceof Refusal) return paging;
  parts.view.next();
  const { meta, data } = pageOf(parts.view.list(client.tenant), paging, switches);
  return jsonReply(200, { meta, data: data.map((one) => spell(one, 'listing', switches)) });
};

export const createWebhook: WebhookCall = (request, { client }, parts) => {
  const body = readJson(request);
  if (body instanceof Refusal) return body;
  const switches = parts.switches();
  const checked = checkCreate(body.value, switches);
  if (!checked.ok) return new Refusal(400, checked.errors.join('; '));
  for (const warning of checked.warnings) parts.log('warn', warning);
  const fields = { ...checked.value, ...normalise(checked.value, switches) };
  const all = parts.store.list(client.tenant);
  const refused = collision(fields, all, parts);
  if (refused) return refused;
  if (switches.maxSubscriptions > 0 && all.length >= switches.maxSubscriptions) {
    return new Refusal(422, `there are ${all.length} subscriptions already, ${switches.maxSubscriptions} are allowed`);
  }
  const created = parts.store.create(client.tenant, fields, client.clientId);
  return jsonReply(201, spell(created, 'change', switches));
};

export const getWebhook: WebhookCall = (_request, { client }, parts, id) => {
  parts.view.next();
  const found = parts.view.get(client.tenant, id);
  return found ? jsonReply(200, spell(found, 'get', parts.switches())) : absent(id);
};

/** The body is looked at before the id: a bad one is a 400 whether the subscription exists or not. */
export const updateWebhook: WebhookCall = (request, { client }, parts, id) => {
  const body = readJson(request);
  if (body instanceof Refusal) return body;
  const switches = parts.switches();
  parts.view.next();
  const current = parts.view.target(client.tenant, id);
  const checked = checkUpdate(body.value, current ?? NOTHING, switches);
  if (!checked.ok) return new Refusal(400, checked.errors.join('; '));
  if (!current) return absent(id);
  for (const warning of checked.warnings) parts.log('warn', warning);
  if (Object.keys(checked.value).length === 0) return changed(current, switches);
  const changes = heeded(normalise(checked.value, switches), switches);
  const others = parts.store.list(client.tenant).filter((other) => other.id !== current.id);
  const refused = collision(changes, others, parts);
  if (refused) return refused;
  const updated = parts.store.update(client.tenant, current.id, changes, client.clientId);
  return updated ? changed(updated, switches) : absent(id);
};

function changed(one: Subscription, switches: Switches): Reply {
  if (switches.patchAnswer === 'no-content') return { status: 204 };
  return switches.patchAnswer === 'empty' ? { status: 200 } : jsonReply(200, spell(one, 'change', switches));
}

/** Without what a PATCH does not change, whatever it says. */
function heeded(changes: SubscriptionChanges, { patchIgnores }: Switches): SubscriptionChanges {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => name !== patchIgnores));
}

export const deleteWebhook: WebhookCall = (_request, { client }, parts, id) => {
  const switches = parts.switches();
  parts.view.next();
  const target = parts.view.target(client.tenant, id);
  const deleted = target && parts.store.delete(client.tenant, target.id, client.clientId);
  if (!deleted) return absent(id);
  return switches.deleteAnswer === 'object' ? jsonReply(200, spell(deleted, 'change', switches)) : { status: 204 };
};

/** 2026: waits for the receiver and tells what it said. 2023: 202, the delivery follows. */
export const testWebhook: WebhookCall = async (_request, { client }, parts, id) => {
  parts.view.next();
  const found = parts.view.target(client.tenant, id);
  if (!found) return absent(id);
  const delivery = parts.courier.test(client.tenant, found);
  if (parts.switches().revision === 2023) return { status: 202 };
  const { url, response } = await delivery;
  return jsonReply(200, { url, response });
};

export const verifyKeys: WebhookCall = (_request, _caller, parts) => jsonReply(200, parts.deliveryKeys.jwks());

/** Stands in for a subscription that is not there, so that the body of a PATCH can be judged. */
const NOTHING: Subscription = {
  id: '',
  created_at: '',
  updated_at: '',
  title: '',
  url: '',
  type: ['ALL'],
  enabled: false,
  config: { delay: '5s', max_package_size: 10_240 },
};

function absent(id: string): Refusal {
  return new Refusal(404, `there is no webhook subscription ${id}`);
}

function collision(fields: SubscriptionChanges, others: readonly Subscription[], parts: Parts): Refusal | undefined {
  const { duplicateTitles, duplicateUrls } = parts.switches();
  if (duplicateTitles === 'refuse' && others.some(({ title }) => title === fields.title)) {
    return new Refusal(409, 'title: exists already');
  }
  if (duplicateUrls === 'refuse' && others.some(({ url }) => url === fields.url)) {
    return new Refusal(409, 'url: exists already');
  }
  return undefined;
}
