/** The faults that strike before a request is carried out. */
import type { ServerResponse } from 'node:http';
import { changesOf } from './edit.ts';
import type { Effect, Pick } from './fault.ts';
import type { Parts } from './parts.ts';
import { htmlReply, problemReply, Refusal } from './problem.ts';
import type { Reply } from './reply.ts';
import { fromSeed } from './seed.ts';
import type { Subscription } from './subscription.ts';
import { waitFor } from './wait-for.ts';

export interface Arrival {
  readonly requestId: string;
  readonly tenant: string;
  /** The subscription the path names, else empty. */
  readonly targetId: string;
  readonly response: ServerResponse;
  readonly closing: AbortSignal;
}

/** What is left of the request: nothing (`cut`), another answer instead of carrying it out, or all of it (`undefined`). */
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

/** The request is carried out late, whether the client is still there or not. */
export function isHeld(effect: Effect): effect is Extract<Effect, { kind: 'delay' }> {
  return effect.kind === 'delay' && effect.carriedOut === 'regardless';
}

export function scriptedReply(effect: Extract<Effect, { kind: 'answer' }>, requestId: string): Reply {
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
  const find = (pick: Pick) => picked(store.list(tenant), pick, targetId);
  if (effect.create) store.create(tenant, fromSeed(effect.create), 'control');
  const edited = effect.edit && find(effect.edit.pick);
  if (edited) store.update(tenant, edited.id, changesOf(effect.edit.changes, edited), 'control');
  const deleted = effect.delete && find(effect.delete);
  if (deleted) store.delete(tenant, deleted.id, 'control');
}

function picked(all: readonly Subscription[], pick: Pick, targetId: string): Subscription | undefined {
  if (pick === 'oldest') return all[0];
  if (pick === 'newest') return all.at(-1);
  if (pick === 'target') return all.find(({ id }) => id === targetId);
  return all.find((one) => ('id' in pick ? one.id === pick.id : one.title === pick.title));
}
