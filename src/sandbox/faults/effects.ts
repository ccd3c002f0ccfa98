/** Applies faults before a request is carried out, and to its answer afterwards. */
import type { ServerResponse } from 'node:http';
import { type Page, pageOf } from '../api/listing.ts';
import { htmlReply, problemReply, Refusal, type Reply } from '../api/reply.ts';
import { sameId } from '../api/store.ts';
import { changesOf, type Subscription } from '../api/subscription.ts';
import type { Parts } from '../parts.ts';
import { fromSeed } from '../state/seed.ts';
import type { Effect, Picked } from './fault.ts';
import { waitFor } from './wire.ts';

interface Arrival {
  readonly requestId: string;
  readonly tenant: string;
  /** The subscription that the path names, else empty. */
  readonly targetId: string;
  readonly response: ServerResponse;
  readonly closing: AbortSignal;
}

/**
 * Applies the faults of arrival. Gives `cut` where the connection is to be reset, an answer that replaces carrying the
 * request out, or undefined where the request goes on.
 */
export async function onArrival(
  effects: readonly Effect[],
  arrival: Arrival,
  parts: Parts,
): Promise<Reply | 'cut' | undefined> {
  let instead: Reply | undefined;
  for (const effect of effects) {
    if (effect.kind === 'expire-tokens') parts.tokens.expireAll();
    else if (effect.kind === 'meanwhile') meanwhile(effect, arrival, parts);
    else if (effect.kind === 'delay' && effect.carriedOut === false) {
      await waitFor(effect.ms, arrival.response, { sleep: parts.sleep, closing: arrival.closing });
    } else if (isHeld(effect)) await parts.sleep(effect.ms, arrival.closing).catch(() => undefined);
    else if (effect.kind === 'cut' && !effect.carriedOut) return 'cut';
    else if (effect.kind === 'answer' && !effect.carriedOut) instead ??= scriptedReply(effect, arrival.requestId);
  }
  return instead;
}

/** Whether the request is carried out late, even if the client has gone. */
export function isHeld(effect: Effect): effect is Extract<Effect, { kind: 'delay' }> {
  return effect.kind === 'delay' && effect.carriedOut === 'regardless';
}

function scriptedReply(effect: Extract<Effect, { kind: 'answer' }>, requestId: string): Reply {
  const { status, body = status >= 400 ? 'problem' : 'none', retryAfter } = effect;
  const headers = {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...effect.headers,
  };
  if (body === 'problem') return problemReply(new Refusal(status, undefined, { headers }), requestId);
  if (body === 'html') return htmlReply(status, headers);
  if (body === 'none') return { status, headers };
  return { status, contentType: body.contentType, body: body.text, headers };
}

function meanwhile(
  effect: Extract<Effect, { kind: 'meanwhile' }>,
  { tenant, targetId }: Arrival,
  { store }: Parts,
): void {
  const find = (pick: Picked) => picked(store.list(tenant), pick, targetId);
  if (effect.create) store.create(tenant, fromSeed(effect.create), 'control');
  const edited = effect.edit && find(effect.edit.pick);
  if (edited) store.update(tenant, edited.id, changesOf(effect.edit.changes, edited), 'control');
  const deleted = effect.delete && find(effect.delete);
  if (deleted) store.delete(tenant, deleted.id, 'control');
}

function picked(all: readonly Subscription[], pick: Picked, targetId: string): Subscription | undefined {
  if (pick === 'oldest') return all[0];
  if (pick === 'newest') return all.at(-1);
  if (pick === 'target') return all.find(({ id }) => id === targetId);
  return all.find((one) => ('id' in pick ? one.id === pick.id : one.title === pick.title));
}

interface Answering {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What an honest listing would show. */
  readonly all: () => Subscription[];
}

/** Applies the faults that change an answer after the request was carried out. */
export function rewrite(effects: readonly Effect[], reply: Reply, { requestId, now, all }: Answering): Reply {
  let result = reply;
  for (const effect of effects) {
    if (effect.kind === 'answer' && effect.carriedOut)
      result = isLie(effect, result) ? result : scriptedReply(effect, requestId);
    else if (effect.kind === 'headers') result = withHeaders(result, effect);
    else if (effect.kind === 'cached') result = asCached(result, effect.ageSeconds, now);
    else if (effect.kind === 'truncate' && effect.connection === 'kept') result = { ...result, ...half(result) };
    else if (effect.kind === 'listing') result = lie(result, effect, all);
    else if (effect.kind === 'items') result = withItems(result, effect);
    else if (effect.kind === 'members') result = withMembers(result, effect);
  }
  return result;
}

/**
 * Whether a scripted success would replace a refusal. It does not: no client could find out that the answer is false.
 */
function isLie({ status }: { readonly status: number }, reply: Reply): boolean {
  return status < 300 && reply.status >= 400;
}

function withHeaders(reply: Reply, { set = {}, omit = [] }: Partial<Extract<Effect, { kind: 'headers' }>>): Reply {
  const lower = Object.fromEntries(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]));
  const { 'content-type': contentType = reply.contentType, ...headers } = lower;
  const withoutHeaders = [...(reply.withoutHeaders ?? []), ...omit.map((name) => name.toLowerCase())];
  return {
    ...reply,
    ...(contentType === undefined ? {} : { contentType }),
    headers: { ...reply.headers, ...headers },
    withoutHeaders,
  };
}

function asCached(reply: Reply, ageSeconds: number, now: number): Reply {
  const date = new Date(now - ageSeconds * 1000).toUTCString();
  return withHeaders(reply, { set: { age: String(ageSeconds), date }, omit: ['upvest-request-id'] });
}

function half({ body }: Reply): { body?: string } {
  return body === undefined ? {} : { body: body.slice(0, Math.floor(body.length / 2)) };
}

function lie(reply: Reply, effect: Extract<Effect, { kind: 'listing' }>, all: () => Subscription[]): Reply {
  if (reply.status !== 200 || !reply.body) return reply;
  const page = parsed(reply.body) as Page | undefined;
  if (!Array.isArray(page?.data)) return reply;
  const { totalCount = 0, drop = 0, repeat = 0, shift = 0 } = effect;
  const { meta } = page;
  const shifted = { ...meta, offset: Math.max(0, meta.offset + shift) };
  const honest = shift === 0 ? page.data : pageOf(all(), shifted, { offsetCounts: 'items', itemsPerPage: 0 }).data;
  const twice =
    honest.length > 0 && repeat > 0 ? [...honest.slice(0, repeat), ...honest].slice(0, honest.length) : honest;
  const data = drop > 0 ? twice.slice(0, -drop) : twice;
  const lied = { meta: { ...meta, count: data.length, total_count: meta.total_count + totalCount }, data };
  return { ...reply, body: JSON.stringify(lied) };
}

type MemberChanges = Pick<Extract<Effect, { kind: 'members' }>, 'set' | 'omit'>;

function changed(one: object, { set = {}, omit = [] }: MemberChanges): object {
  return Object.fromEntries(Object.entries({ ...one, ...set }).filter(([name]) => !omit.includes(name)));
}

/** Changes the chosen items of a listing. Other answers stay. */
function withItems(reply: Reply, effect: Extract<Effect, { kind: 'items' }>): Reply {
  const page = reply.status < 300 && reply.body ? (parsed(reply.body) as Partial<Page> | undefined) : undefined;
  if (!Array.isArray(page?.data)) return reply;
  const items = page.data as readonly Subscription[];
  const byAge = items.toSorted((a, b) => Number(a.created_at > b.created_at) - Number(a.created_at < b.created_at));
  const isPicked = (one: Subscription) => {
    const { pick } = effect;
    if (pick === 'all') return true;
    if (typeof pick === 'string') return one === byAge.at(pick === 'oldest' ? 0 : -1);
    return 'id' in pick ? sameId(one.id, pick.id) : one.title === pick.title;
  };
  const data = items.map((one) => (isPicked(one) ? changed(one, effect) : one));
  return { ...reply, body: JSON.stringify({ ...page, data }) };
}

/** Changes a subscription, each item of a listing, or a token. An answer that is not JSON stays. */
function withMembers(reply: Reply, effect: Extract<Effect, { kind: 'members' }>): Reply {
  if (reply.status >= 300 || !reply.body) return reply;
  const change = (one: object) => changed(one, effect);
  const answer = parsed(reply.body);
  if (typeof answer !== 'object' || answer === null) return reply;
  const { data } = answer as { data?: unknown };
  return {
    ...reply,
    body: JSON.stringify(Array.isArray(data) ? { ...answer, data: data.map(change) } : change(answer)),
  };
}

/** Gives undefined for a body that is not JSON, for instance after another fault. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
