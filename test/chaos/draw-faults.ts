/** Faults as they come in a bad month, each kind the sandbox can play that a client can be expected to survive. */
import type { Effect, FaultRule } from '../../src/sandbox/faults/fault.ts';
import type { Random } from './random.ts';
import { drawSubscription, drawTheirTitle, drawTitle, drawUrl } from './world.ts';

/** When every schedule begins, epoch milliseconds. */
export const BEGIN = Date.parse('2026-11-24T08:00:00Z');

const READS = ['GET /webhooks', 'GET /webhooks/{webhook_id}'] as const;
const WRITES = ['POST /webhooks', 'PATCH /webhooks/{webhook_id}', 'DELETE /webhooks/{webhook_id}'] as const;

/**
 * Left out is what nobody could survive: an answer that is wrong and contradicts itself nowhere (a complete listing of
 * a part of the tenant, a refusal of what was carried out, a 404 for what exists).
 */
export function drawFaults(random: Random): readonly FaultRule[] {
  const rules = random.times(random.between(0, 4), () => drawFault(random));
  // Two lies on one page could add up to a listing that is wrong and consistent.
  return random.chance(0.3) ? [...rules, { ...hits(random), on: 'GET /webhooks', effect: drawLie(random) }] : rules;
}

function drawFault(random: Random): FaultRule {
  const on = random.pick(['*', 'POST /auth/token', ...READS, ...WRITES, ...WRITES]);
  if (random.chance(0.1)) return drawRefusal(random);
  if (random.chance(0.2)) {
    return { ...hits(random), on: random.pick([...READS, 'POST /webhooks', 'PATCH *']), effect: drawMeddling(random) };
  }
  return { ...hits(random), on, effect: drawEffect(random, on) };
}

/** One subscription is refused for good, or fails for good. */
function drawRefusal(random: Random): FaultRule {
  const status = random.pick([400, 409, 412, 422, 423, 500]);
  return {
    on: random.pick(['POST /webhooks', 'PATCH *', 'DELETE *']),
    title: drawTitle(random),
    times: 'always',
    effect: { kind: 'answer', status, body: drawErrorBody(random) },
  };
}

/** Whether the answer to a create may never come, or say nothing of what was created. */
export function mayLoseCreates({ on, effect }: FaultRule): boolean {
  if (!['*', 'POST /webhooks'].includes(on)) return false;
  return [effect].flat().some((one) => {
    if (one.kind === 'answer') return one.status < 400 || one.status >= 500 || one.status === 408 || one.carriedOut;
    return one.kind !== 'meanwhile' && one.kind !== 'expire-tokens';
  });
}

function hits(random: Random): Pick<FaultRule, 'nth' | 'times' | 'probability'> {
  return {
    nth: random.between(1, 3),
    times: random.pick([1, 1, 2, 3, 'always']),
    probability: random.pick([1, 1, 0.5]),
  };
}

function drawEffect(random: Random, on: string): Effect {
  const carriedOut = random.chance(0.5);
  return random.pick<() => Effect>([
    () => ({ kind: 'answer', status: random.pick([500, 502, 503, 504]), body: drawErrorBody(random), carriedOut }),
    () => ({ kind: 'answer', status: random.pick([500, 503]), retryAfter: drawRetryAfter(random), carriedOut }),
    () => ({
      kind: 'answer',
      status: random.pick([400, 401, 403, 408, 409, 412, 422, 423]),
      body: drawErrorBody(random),
    }),
    () => ({ kind: 'answer', status: 401, body: random.pick([NONCE_SEEN, TOO_OLD]) }),
    () => ({ kind: 'answer', status: 429, ...(random.chance(0.7) && { retryAfter: drawRetryAfter(random) }) }),
    () => (GONE.has(on) ? { kind: 'answer', status: 404 } : { kind: 'expire-tokens' }),
    () => ({ ...drawSuccess(random, on), carriedOut: carriedOut || !READS_OR_CREATE.has(on) }),
    () => ({ kind: 'cut', carriedOut }),
    () => ({ kind: 'cut', carriedOut }),
    () => ({ kind: 'delay', ms: 'never', carriedOut }),
    () => ({ kind: 'delay', ms: random.pick([5, 2_000, 9_000, 60_000]), carriedOut }),
    () => ({ kind: 'trickle', bytes: random.pick([1, 64]), everyMs: random.pick([1, 100, 1_000]) }),
    () => ({ kind: 'truncate', connection: random.pick(['cut', 'kept']) }),
    () => ({ kind: 'headers', set: { 'content-type': random.pick(['text/html', 'application/octet-stream']) } }),
    () => ({ kind: 'headers', set: { date: random.pick(['Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday']) } }),
    () => ({ kind: 'expire-tokens' }),
    () =>
      on === 'GET /webhooks' ? drawUnusable(random) : { kind: 'cached', ageSeconds: random.pick([0, 120, 4_000]) },
    () => ({ kind: 'cached', ageSeconds: random.pick([5, 300]) }),
    () => ({ kind: 'members', ...drawMembers(random) }),
  ])();
}

/** That a change was made which was not is nothing that anybody could find out at once. */
const READS_OR_CREATE: ReadonlySet<string> = new Set([...READS, 'POST /webhooks', 'POST /auth/token']);

function drawSuccess(random: Random, on: string): Extract<Effect, { kind: 'answer' }> {
  return { kind: 'answer', status: on === 'POST /webhooks' ? 201 : 200, body: drawNonsense(random) };
}

/** Items of a listing of which one cannot say whose they are. */
function drawUnusable(random: Random): Effect {
  return {
    kind: 'items',
    pick: random.pick<Extract<Effect, { kind: 'items' }>['pick']>([
      'oldest',
      'newest',
      'all',
      { title: drawTitle(random) },
      { title: drawTheirTitle(random) },
    ]),
    ...random.pick<object>([
      { omit: ['title'] },
      { omit: ['url'] },
      { omit: ['title', 'url'] },
      { set: { title: 7, url: '' } },
      { set: { url: 'hooks.example.com' } },
    ]),
  };
}

/** What the API of another year might say: more than today, less, or nothing where there was something. */
function drawMembers(random: Random): Pick<Extract<Effect, { kind: 'members' }>, 'set' | 'omit'> {
  const names = [
    'id',
    'title',
    'url',
    'type',
    'exclude_type',
    'enabled',
    'config',
    'created_at',
    'updated_at',
  ] as const;
  const more = { labels: { team: 'payments' }, status: 'ACTIVE', expires_in: null, token_type: 'Bearer' };
  return random.pick<ReturnType<typeof drawMembers>>([
    { set: more },
    { set: { [random.pick(names)]: null } },
    { omit: [random.pick(names)] },
    { set: more, omit: ['created_at', 'updated_at', 'access_token'] },
  ]);
}

const json = (text: string) => ({ text, contentType: 'application/json' });
const refusal = (detail: string) =>
  json(JSON.stringify({ type: 'about:blank', title: 'Unauthorized', status: 401, detail }));
const NONCE_SEEN = refusal('the nonce has been used before');
const TOO_OLD = refusal('the signature has expired');

/** A 404 there means to look again; from GET by id it would be the one witness who cannot be doubted. */
const GONE: ReadonlySet<string> = new Set(['PATCH /webhooks/{webhook_id}', 'DELETE /webhooks/{webhook_id}']);

function drawErrorBody(random: Random): NonNullable<Extract<Effect, { kind: 'answer' }>['body']> {
  return random.pick<NonNullable<Extract<Effect, { kind: 'answer' }>['body']>>(['problem', 'html', 'none']);
}

function drawRetryAfter(random: Random): string | number {
  const soon = new Date(BEGIN + random.pick([-30_000, 20_000, 50_000, 90_000])).toUTCString();
  const dates = ['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', soon] as const;
  return random.pick<string | number>([0, 1, 30, 7_200, 999_999_999, '-5', 'soon', '1e9', '', ...dates]);
}

function drawNonsense(random: Random): NonNullable<Extract<Effect, { kind: 'answer' }>['body']> {
  const meta = '"meta":{"offset":0,"limit":1000,"count":1,"total_count":1}';
  return random.pick<NonNullable<Extract<Effect, { kind: 'answer' }>['body']>>([
    'none',
    'html',
    ...['', 'null', '[]', '{}', '"ok"', '{"data":', '{"id":null}', '{"data":null,"meta":null}'].map(json),
    json(`{${meta},"data":[{"id":"x"}]}`),
    json(`{${meta},"data":[{"id":"x","title":"own 1","url":null,"type":null,"enabled":"yes","config":7}]}`),
    json('\u{feff}{"access_token":"","expires_in":-1,"token_type":"mac"}'),
  ]);
}

function drawLie(random: Random): Effect {
  const amount = random.pick([1, 2]);
  return {
    kind: 'listing',
    ...random.pick<object>([
      { totalCount: amount },
      { totalCount: -amount },
      { drop: amount },
      { shift: amount },
      { repeat: 1, totalCount: 1 },
    ]),
  };
}

/** Somebody else changes the tenant between two of our requests. */
export function drawMeddling(random: Random): Extract<Effect, { kind: 'meanwhile' }> {
  const pick = random.pick<'oldest' | 'newest' | 'target' | { title: string }>([
    'oldest',
    'newest',
    'target',
    { title: drawTitle(random) },
  ]);
  return {
    kind: 'meanwhile',
    ...random.pick<object>([
      { create: drawSubscription(random) },
      { delete: pick },
      { edit: { pick, changes: { url: drawUrl(random) } } },
      { edit: { pick, changes: { title: random.pick([drawTitle(random), drawTheirTitle(random)]) } } },
      { edit: { pick, changes: { enabled: random.chance(0.5), type: ['USER'] } } },
    ]),
  };
}
