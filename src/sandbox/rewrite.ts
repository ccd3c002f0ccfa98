/** The faults that change an answer after the request was carried out. */
import { scriptedReply } from './arrival.ts';
import type { Effect } from './fault.ts';
import { type Page, pageOf } from './listing.ts';
import type { Reply } from './reply.ts';
import type { Subscription } from './subscription.ts';

/** `all`: what a listing shows, for those that lie. */
export function rewrite(effects: readonly Effect[], reply: Reply, requestId: string, all: () => Subscription[]): Reply {
  let changed = reply;
  for (const effect of effects) {
    if (effect.kind === 'answer' && effect.carriedOut) changed = scriptedReply(effect, requestId);
    else if (effect.kind === 'headers') changed = withHeaders(changed, effect.set);
    else if (effect.kind === 'truncate' && effect.connection === 'kept') changed = { ...changed, ...half(changed) };
    else if (effect.kind === 'listing') changed = lie(changed, effect, all);
    else if (effect.kind === 'members') changed = withMembers(changed, effect);
  }
  return changed;
}

function withHeaders(reply: Reply, set: Readonly<Record<string, string>>): Reply {
  const lower = Object.fromEntries(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value]));
  const { 'content-type': contentType = reply.contentType, ...headers } = lower;
  return { ...reply, ...(contentType === undefined ? {} : { contentType }), headers: { ...reply.headers, ...headers } };
}

function half({ body }: Reply): { body?: string } {
  return body === undefined ? {} : { body: body.slice(0, Math.floor(body.length / 2)) };
}

function lie(reply: Reply, effect: Extract<Effect, { kind: 'listing' }>, all: () => Subscription[]): Reply {
  if (reply.status !== 200 || !reply.body) return reply;
  const told = parsed(reply.body) as Page | undefined;
  if (!Array.isArray(told?.data)) return reply;
  const { totalCount = 0, drop = 0, repeat = 0, shift = 0 } = effect;
  const { meta } = told;
  const shifted = { ...meta, offset: Math.max(0, meta.offset + shift) };
  const honest = shift === 0 ? told.data : pageOf(all(), shifted, { offsetCounts: 'items', itemsPerPage: 0 }).data;
  const twice =
    honest.length > 0 && repeat > 0 ? [...honest.slice(0, repeat), ...honest].slice(0, honest.length) : honest;
  const data = drop > 0 ? twice.slice(0, -drop) : twice;
  const lied = { meta: { ...meta, count: data.length, total_count: meta.total_count + totalCount }, data };
  return { ...reply, body: JSON.stringify(lied) };
}

/** Of a subscription, of each of a listing, or of a token. What is not JSON stays. */
function withMembers(reply: Reply, { set = {}, omit = [] }: Extract<Effect, { kind: 'members' }>): Reply {
  if (reply.status >= 300 || !reply.body) return reply;
  const change = (one: object) =>
    Object.fromEntries(Object.entries({ ...one, ...set }).filter(([name]) => !omit.includes(name)));
  const told = parsed(reply.body);
  if (typeof told !== 'object' || told === null) return reply;
  const { data } = told as { data?: unknown };
  return {
    ...reply,
    body: JSON.stringify(Array.isArray(data) ? { ...told, data: data.map(change) } : change(told)),
  };
}

/** `undefined` for what another fault has left no JSON of. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
