/** The endpoints of the API: what each requires and does, and the way from a request to its answer. */
import type { Parts } from '../parts.ts';
import type { Switches } from '../switches.ts';
import { authorise, type Caller, type Needs } from './authorise.ts';
import { checkCreate, checkUpdate } from './check-subscription.ts';
import type { Client } from './clients.ts';
import { pageOf, readPaging } from './listing.ts';
import { jsonReply, Refusal, type Reply } from './reply.ts';
import { checkContentType, checkHeaders, type Incoming, readJson } from './request.ts';
import { normalise, spell, type Subscription, type SubscriptionChanges } from './subscription.ts';

type WebhookCall = (
  request: Incoming,
  caller: Caller,
  parts: Parts,
  id: string,
) => Reply | Refusal | Promise<Reply | Refusal>;

const listWebhooks: WebhookCall = (request, { client }, parts) => {
  const switches = parts.switches();
  const paging = readPaging(request.query, switches);
  if (paging instanceof Refusal) return paging;
  parts.view.next();
  const { meta, data } = pageOf(parts.view.list(client.tenant), paging, switches);
  return jsonReply(200, { meta, data: data.map((one) => spell(one, 'listing', switches)) });
};

const createWebhook: WebhookCall = (request, { client }, parts) => {
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

const getWebhook: WebhookCall = (_request, { client }, parts, id) => {
  parts.view.next();
  const found = parts.view.get(client.tenant, id);
  return found ? jsonReply(200, spell(found, 'get', parts.switches())) : absent(id);
};

/** The body is checked before the id: a bad body is a 400 whether the subscription exists or not. */
const updateWebhook: WebhookCall = (request, { client }, parts, id) => {
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
  const changes = withoutIgnored(normalise(checked.value, switches), switches);
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

/** Leaves out the member that a PATCH must not change, by the switch `patchIgnores`. */
function withoutIgnored(changes: SubscriptionChanges, { patchIgnores }: Switches): SubscriptionChanges {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => name !== patchIgnores));
}

const deleteWebhook: WebhookCall = (_request, { client }, parts, id) => {
  const switches = parts.switches();
  parts.view.next();
  const target = parts.view.target(client.tenant, id);
  const deleted = target && parts.store.delete(client.tenant, target.id, client.clientId);
  if (!deleted) return absent(id);
  return switches.deleteAnswer === 'object' ? jsonReply(200, spell(deleted, 'change', switches)) : { status: 204 };
};

/** By the revision of 2026, waits for the receiver and reports its response. By that of 2023, answers 202 at once. */
const testWebhook: WebhookCall = async (_request, { client }, parts, id) => {
  parts.view.next();
  const found = parts.view.target(client.tenant, id);
  if (!found) return absent(id);
  const delivery = parts.deliverer.test(client.tenant, found);
  if (parts.switches().revision === 2023) return { status: 202 };
  const { url, response } = await delivery;
  return jsonReply(200, { url, response });
};

const verifyKeys: WebhookCall = (_request, _caller, parts) => jsonReply(200, parts.deliveryKeys.jwks());

/** Stands in for a subscription that does not exist, so that the body of a PATCH can be checked. */
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

const FIELDS = ['client_id', 'client_secret', 'grant_type', 'scope'] as const;

/** `POST /auth/token`: OAuth 2.0 client credentials in a form. */
function issueToken(request: Incoming, client: Client, parts: Parts): Reply | Refusal {
  const wrongType = checkContentType(request, 'application/x-www-form-urlencoded');
  if (wrongType) return wrongType;
  const form = new URLSearchParams(request.body.toString('utf8'));
  const errors = formErrors(form);
  if (form.get('client_id') !== client.clientId && form.has('client_id')) {
    errors.push('client_id: differs from the header upvest-client-id');
  }
  if (errors.length > 0) return new Refusal(400, errors.join('; '));
  if (form.get('client_secret') !== client.clientSecret) {
    return new Refusal(401, 'Client credentials are incorrect', { why: 'client_secret is wrong' });
  }
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const refused = asked.filter((scope) => !client.scopes.includes(scope));
  if (refused.length > 0) {
    const why = `the client was not granted ${refused.join(', ')} (but ${client.scopes.join(', ')})`;
    return new Refusal(401, 'The requested scope was not granted', { why });
  }
  const { tokenLifetimeSeconds } = parts.switches();
  return jsonReply(200, {
    access_token: parts.tokens.issue(client.clientId, asked, tokenLifetimeSeconds),
    token_type: 'bearer',
    expires_in: tokenLifetimeSeconds,
    scope: asked.join(' '),
  });
}

function formErrors(form: URLSearchParams): string[] {
  const errors: string[] = [];
  for (const name of FIELDS) {
    const values = form.getAll(name);
    if (values.length > 1) errors.push(`${name}: given more than once`);
    else if (!values[0]?.trim()) errors.push(`(root): field '${name}' was not filled`);
    else if (values[0].length > 1000) errors.push(`${name}: must be at most 1000 characters`);
  }
  const grant = form.get('grant_type');
  if (grant && grant !== 'client_credentials') errors.push('grant_type: must be client_credentials');
  for (const name of form.keys()) {
    if (!(FIELDS as readonly string[]).includes(name)) errors.push(`${name}: field is not allowed here`);
  }
  return errors;
}

const READ = ['webhooks:read', 'webhooks:admin'];
const ADMIN = ['webhooks:admin'];

interface Endpoint {
  readonly method: string;
  /** As written in the API's reference and in the log of requests. */
  readonly route: string;
  readonly needs: Needs;
  readonly call: WebhookCall;
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    route: '/auth/token',
    needs: 'no-token',
    call: (r, { client }, parts) => issueToken(r, client, parts),
  },
  { method: 'GET', route: '/auth/verify_keys', needs: READ, call: verifyKeys },
  { method: 'GET', route: '/webhooks', needs: READ, call: listWebhooks },
  { method: 'POST', route: '/webhooks', needs: ADMIN, call: createWebhook },
  { method: 'GET', route: '/webhooks/{webhook_id}', needs: READ, call: getWebhook },
  { method: 'PATCH', route: '/webhooks/{webhook_id}', needs: ADMIN, call: updateWebhook },
  { method: 'DELETE', route: '/webhooks/{webhook_id}', needs: ADMIN, call: deleteWebhook },
  { method: 'POST', route: '/webhooks/{webhook_id}/test', needs: ADMIN, call: testWebhook },
];

/** Where a path leads. `route` is empty for an unknown path. */
export interface Destination {
  readonly route: string;
  /** The subscription that the path names, else empty. */
  readonly id: string;
}

export function destination(path: string): Destination {
  if (['/auth/token', '/auth/verify_keys', '/webhooks'].includes(path)) return { route: path, id: '' };
  const [, id, test] = /^\/webhooks\/([^/]+)(\/test)?$/.exec(path) ?? [];
  return id === undefined ? { route: '', id: '' } : { route: `/webhooks/{webhook_id}${test ?? ''}`, id };
}

/** `onCaller` gets the caller as soon as it is known. */
export async function answer(
  request: Incoming,
  { route, id }: Destination,
  parts: Parts,
  onCaller: (caller: Caller) => void,
): Promise<Reply | Refusal> {
  const here = ENDPOINTS.filter((endpoint) => endpoint.route === route);
  if (here.length === 0) return new Refusal(404, `there is nothing at ${request.path}`);
  const endpoint = here.find(({ method }) => method === request.method);
  if (!endpoint) {
    const allow = here.map(({ method }) => method).join(', ');
    return new Refusal(405, `${request.method} is not possible here: use ${allow}`, { headers: { allow } });
  }
  const caller = await authorise(request, endpoint.needs, parts);
  if (caller instanceof Refusal) return caller;
  onCaller(caller);
  return checkHeaders(request) ?? endpoint.call(request, caller, parts, id);
}
