/** One request from its first byte to the end of its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isHeld, onArrival, rewrite } from '../faults/effects.ts';
import type { Effect, Faults } from '../faults/fault.ts';
import { cut, encode, sendReply } from '../faults/wire.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './authorise.ts';
import { DEFAULT_TENANT } from './clients.ts';
import { answer, destination, type Destination } from './endpoints.ts';
import { htmlReply, problemReply, Refusal, type Reply } from './reply.ts';
import { type Incoming, readIncoming, type RequestLog, type RequestRecord } from './request.ts';

export interface ExchangeParts {
  readonly parts: Parts;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly closing: AbortSignal;
}

export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  world: ExchangeParts,
): Promise<void> {
  const { parts, requests, closing } = world;
  const startedAt = performance.now();
  const incoming = await readIncoming(request);
  const where = destination(incoming.path);
  const record = requests.add(newRecord(incoming, where, parts.now()));
  tidyUp(parts);
  const tenant = parts.clients.get(record.clientId ?? '')?.tenant ?? DEFAULT_TENANT;
  const effects = [...world.faults.take(occasion(record, incoming, where.id, tenant, parts))];
  record.faults = effects.map(({ kind }) => kind);
  const finish = (outcome: RequestRecord['outcome'], status?: number) => {
    record.outcome = outcome;
    if (status !== undefined) record.status = status;
    logRequest(record, performance.now() - startedAt, parts);
  };

  const { requestId } = incoming;
  const arrival = { requestId, tenant, targetId: where.id, response, closing };
  const before = await onArrival(effects, arrival, parts);
  const isAbandoned = response.closed && (closing.aborted || !effects.some(isHeld));
  if (before === 'cut' || isAbandoned) {
    finish(before === 'cut' ? 'cut' : 'abandoned');
    cut(response);
    return;
  }
  const carriedOut = before ?? (await carryOut(incoming, where, record, parts));
  effects.push(...switchedEffects(where, incoming, carriedOut, parts));
  const answering = { requestId, now: parts.now(), all: () => parts.view.list(tenant) };
  const reply = encode(rewrite(effects, carriedOut, answering), parts.switches());
  response.setHeader('upvest-request-id', requestId);
  response.setHeader('date', dateOf(requests.records.length, parts));
  await sendReply(reply, response, effects, { sleep: parts.sleep, closing }, (outcome) => {
    finish(outcome, outcome === 'answered' ? reply.status : undefined);
  });
}

/** Removes the subscriptions that vanish by themselves, as the switches say. */
function tidyUp({ store, deliverer, switches, now }: Parts): void {
  const { removeFailingAfterSeconds, vanishAfterSeconds } = switches();
  if (removeFailingAfterSeconds > 0) deliverer.removeFailing(removeFailingAfterSeconds);
  if (vanishAfterSeconds > 0) store.vanish(now() - vanishAfterSeconds * 1000);
}

/** The `Date` header: the sandbox's clock, by which clients judge their own, unless a switch says that it is off. */
function dateOf(nth: number, { now, switches }: Parts): string {
  const { dateOffsetSeconds, offClocks } = switches();
  const isOff = offClocks === 'all' || nth % 2 === 0;
  return new Date(now() + (isOff ? dateOffsetSeconds * 1000 : 0)).toUTCString();
}

function newRecord(incoming: Incoming, where: Destination, at: number): RequestRecord {
  const clientId = incoming.header('upvest-client-id');
  return {
    requestId: incoming.requestId,
    at,
    method: incoming.method,
    path: `${incoming.path}${incoming.query ?? ''}`,
    route: where.route,
    ...(clientId === undefined ? {} : { clientId }),
    outcome: 'waiting',
    faults: [],
  };
}

async function carryOut(incoming: Incoming, where: Destination, record: RequestRecord, parts: Parts): Promise<Reply> {
  const onCaller = ({ scopes }: Caller) => {
    if (scopes.length > 0) record.scope = scopes.join(' ');
  };
  const result = await answer(incoming, where, parts, onCaller).catch((error: unknown) => {
    return new Refusal(500, undefined, {
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  });
  if (!(result instanceof Refusal)) return result;
  const why = result.why ?? result.detail;
  if (why !== undefined) record.why = why;
  if (parts.switches().errorBodies === 'html') return htmlReply(result.status, result.headers);
  return problemReply(result, incoming.requestId);
}

/** The switch `createAnswer` acts like a fault rule that cuts the answers of creates. */
function switchedEffects({ route }: Destination, { method }: Incoming, { status }: Reply, parts: Parts): Effect[] {
  const isCreate = route === '/webhooks' && method === 'POST' && status === 201;
  return isCreate && parts.switches().createAnswer === 'cut' ? [{ kind: 'cut', carriedOut: true }] : [];
}

function occasion(record: RequestRecord, { body }: Incoming, id: string, tenant: string, { store }: Parts) {
  const { method, route, clientId } = record;
  const titles = () => [sentTitle(body), store.get(tenant, id)?.title].filter((title) => title !== undefined);
  return { method, route, clientId, titles };
}

function sentTitle(body: Buffer): string | undefined {
  try {
    const { title } = JSON.parse(body.toString('utf8')) as { title?: unknown };
    return typeof title === 'string' ? title : undefined;
  } catch {
    return undefined;
  }
}

function logRequest(record: RequestRecord, tookMs: number, { log }: Parts): void {
  const { method, path, status, outcome, why, requestId, faults } = record;
  const result = status === undefined ? outcome : String(status);
  const fault = faults.length > 0 ? ` [fault: ${faults.join(', ')}]` : '';
  const reason = why ? `: ${why}` : '';
  const level = status !== undefined && status >= 400 ? 'warn' : 'info';
  log(level, `${method} ${path} ${result} ${tookMs.toFixed(1)} ms (${requestId})${fault}${reason}`);
}
