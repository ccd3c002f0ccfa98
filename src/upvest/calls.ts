/** The calls of the API: the address, the scope, whether a call may be repeated, and how its answer is read. */
import { type Success, Unreadable } from '../http/answer.ts';
import type { CreateBody, Observed, UpdateBody, WebhookId } from '../subscription/subscription.ts';
import type { Call } from './authenticated-call.ts';
import {
  type Page,
  readPage,
  readTestAnswer,
  readVerifyKeys,
  readWebhook,
  Spellings,
  type TestAnswer,
  type VerifyKey,
  writeCreate,
  writeUpdate,
} from './wire.ts';
import { PAGE_SIZE } from './listing.ts';
import type { Scope } from './tokens.ts';

export interface Calls {
  readonly list: (offset: number) => Call<Page>;
  readonly get: (id: WebhookId, scope: Scope) => Call<Observed | undefined>;
  readonly create: (body: CreateBody) => Call<Observed>;
  readonly update: (id: WebhookId, body: UpdateBody) => Call<Observed | 'accepted' | 'absent'>;
  /** A success with a body gives that body. */
  readonly remove: (id: WebhookId) => Call<'deleted' | 'absent' | Success>;
  readonly test: (id: WebhookId) => Call<TestAnswer>;
  readonly verifyKeys: () => Call<readonly VerifyKey[]>;
}

export function calls(): Calls {
  const spellings = new Spellings();

  const one = <Method extends 'GET' | 'POST' | 'PATCH' | 'DELETE'>(method: Method, id: WebhookId, below = '') => {
    // An id may come from a file or a command line: "." or "" would address the collection.
    if (/^\.*$/.test(id)) throw new RangeError(`${JSON.stringify(id)} is not an id of a subscription`);
    const label = { method, route: `/webhooks/{webhook_id}${below}` };
    return { label, method, target: `/webhooks/${encodeURIComponent(spellings.write(id))}${below}` } as const;
  };
  /** Checks that the answer is about the subscription asked for. Throws Unreadable. */
  const readOne = (answer: Success, id: WebhookId): Observed => {
    const webhook = readWebhook(answer.object(), 'the answer', spellings.read);
    if (webhook.id === id.toLowerCase()) return webhook;
    throw new Unreadable('it is about another subscription', false);
  };

  return {
    list: (offset) => ({
      label: { method: 'GET', route: '/webhooks' },
      method: 'GET',
      target: `/webhooks?sort=created_at&order=ASC&offset=${offset}&limit=${PAGE_SIZE}`,
      isChange: false,
      scope: 'webhooks:read',
      isRepeatable: true,
      read: (page) => readPage(page, spellings.read),
    }),

    get: (id, scope) => ({
      ...one('GET', id),
      isChange: false,
      scope,
      isRepeatable: true,
      read: (found) => readOne(found, id),
      absent: () => undefined,
    }),

    create: (body) => ({
      label: { method: 'POST', route: '/webhooks' },
      method: 'POST',
      target: '/webhooks',
      isChange: true,
      scope: 'webhooks:admin',
      body: { type: 'application/json', bytes: writeCreate(body) },
      // A create is not idempotent and has no idempotency key: a second one would deliver every event twice.
      isRepeatable: false,
      read: (created) => readWebhook(created.object(), 'the answer', spellings.read),
    }),

    update: (id, body) => ({
      ...one('PATCH', id),
      isChange: true,
      scope: 'webhooks:admin',
      body: { type: 'application/json', bytes: writeUpdate(body) },
      isRepeatable: true,
      read: (updated) => (updated.isEmpty ? 'accepted' : readOne(updated, id)),
      absent: () => 'absent',
    }),

    remove: (id) => ({
      ...one('DELETE', id),
      isChange: true,
      scope: 'webhooks:admin',
      isRepeatable: true,
      read: (gone) => (gone.isEmpty ? 'deleted' : gone),
      // A 404 after an attempt whose answer was lost means that this attempt has deleted it.
      absent: (mayBeOurs) => (mayBeOurs ? 'deleted' : 'absent'),
    }),

    test: (id) => ({
      ...one('POST', id, '/test'),
      isChange: true,
      awaitsReceiver: true,
      scope: 'webhooks:admin',
      isRepeatable: false,
      read: readTestAnswer,
    }),

    verifyKeys: () => ({
      label: { method: 'GET', route: '/auth/verify_keys' },
      method: 'GET',
      target: '/auth/verify_keys',
      isChange: false,
      scope: 'webhooks:read',
      isRepeatable: true,
      read: readVerifyKeys,
    }),
  };
}
