/** The endpoints of the API, what each needs, and the way from a request to its answer. */
import { authorise, type Caller, type Needs } from './authorise.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './problem.ts';
import { checkHeaders } from './read-request.ts';
import type { Reply } from './reply.ts';
import { issueToken } from './token-endpoint.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  testWebhook,
  updateWebhook,
  verifyKeys,
  type WebhookCall,
} from './webhook-endpoints.ts';

const READ = ['webhooks:read', 'webhooks:admin'];
const ADMIN = ['webhooks:admin'];

interface Endpoint {
  readonly method: string;
  /** As in the API's reference, and in the log of requests. */
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

/** Where a path leads. `route` is empty where there is nothing. */
export interface Destination {
  readonly route: string;
  /** The subscription the path names, else empty. */
  readonly id: string;
}

export function destination(path: string): Destination {
  if (['/auth/token', '/auth/verify_keys', '/webhooks'].includes(path)) return { route: path, id: '' };
  const [, id, test] = /^\/webhooks\/([^/]+)(\/test)?$/.exec(path) ?? [];
  return id === undefined ? { route: '', id: '' } : { route: `/webhooks/{webhook_id}${test ?? ''}`, id };
}

/** `onCaller` is told who calls as soon as it is known. */
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
    return new Refusal(405, `${request.method} is not possible here, but ${allow}`, { headers: { allow } });
  }
  const caller = await authorise(request, endpoint.needs, parts);
  if (caller instanceof Refusal) return caller;
  onCaller(caller);
  return checkHeaders(request) ?? endpoint.call(request, caller, parts, id);
}
