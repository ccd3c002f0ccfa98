/** Reads and writes the bodies of the API: subscriptions, pages, keys, test answers, and how ids are spelled. */
import { STATUS_CODES } from 'node:http';
import { isObject, parseBounded } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import { type Success, Unreadable } from '../http/answer.ts';
import { CREATED_FIELDS, readFields, sentFields } from '../subscription/fields.ts';
import type { CreateBody, Observed, Unusable, UpdateBody, WebhookId } from '../subscription/subscription.ts';

/**
 * Unknown members are left out. A missing or `null` member reads as empty (`enabled` as false, times as ''). Without
 * `id`, `title` or `url` it throws Unreadable, and `place` says where. `read`: see Spellings.
 */
export function readWebhook(value: unknown, place: string, read?: ReadId): Observed {
  const item = readItem(value, place, read);
  if (isUsable(item)) return item;
  throw new Unreadable(`${place} (id ${oneLine(item.id, 40)}) has no ${missing(item)}`, false);
}

type ReadId = (spelled: string) => WebhookId;

/**
 * The same for an item of a listing, which may lack title or url. Throws Unreadable only where its id is not usable.
 */
function readItem(
  value: unknown,
  place: string,
  read: ReadId = (spelled) => spelled.toLowerCase(),
): Observed | Unusable {
  if (!isObject(value)) throw new Unreadable(`${place} is not an object`, false);
  const { id: spelled, title, url } = value;
  if (!isSomething(spelled) || !isPathSegment(spelled)) throw new Unreadable(`${place} has no id`, false);
  const id = read(spelled);
  if (!isSomething(title) || !isSomething(url)) {
    return { id, ...(isSomething(title) && { title }), ...(isSomething(url) && { url }) };
  }
  const others = { id, created_at: text(value['created_at']), updated_at: text(value['updated_at']) };
  return readFields(value, others) as Observed;
}

export function isUsable(item: Observed | Unusable): item is Observed {
  return 'enabled' in item;
}

/** Names the missing members without which a subscription cannot be matched. */
export function missing({ title, url }: Unusable): string {
  return [title === undefined && 'title', url === undefined && 'url'].filter(Boolean).join(' and no ');
}

function isSomething(member: unknown): member is string {
  return typeof member === 'string' && member !== '';
}

/** An id becomes a segment of a path, where dots alone are steps and an unpaired surrogate cannot be encoded. */
function isPathSegment(id: string): boolean {
  return id.isWellFormed() && !/^\.+$/.test(id);
}

/** The body has only members that the API accepts, because it refuses unknown ones. */
export function writeCreate(body: CreateBody): Buffer {
  return json(sentFields(body, CREATED_FIELDS));
}

export function writeUpdate(body: UpdateBody): Buffer {
  return json(sentFields(body));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Serialised once: these bytes are digested, signed and sent. */
function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/**
 * Reads a page of a listing. Throws Unreadable. `read`: see Spellings. The echo of sort and order is not checked
 * (docs/upvest-api.md, 4.3).
 */
export function readPage(answer: Success, read?: Parameters<typeof readItem>[2]): Page {
  const { meta, data } = answer.object();
  if (!Array.isArray(data)) throw new Unreadable('there is no list of subscriptions (data) in it', false);
  const { count, total_count } = isObject(meta) ? meta : {};
  return {
    items: data.map((item, index) => readItem(item, `data[${index}]`, read)),
    count: wholeNumber(count),
    totalCount: wholeNumber(total_count),
  };
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/**
 * Keys without `kid` or `kty` are left out, and so are members that are not the public part of a key. Throws
 * Unreadable.
 */
export function readVerifyKeys(answer: Success): readonly VerifyKey[] {
  const { keys } = answer.object();
  if (!Array.isArray(keys)) throw new Unreadable('there is no list of keys in it', false);
  return keys
    .filter(isObject)
    .flatMap(({ kid, kty, crv, x, y }) =>
      typeof kid === 'string' && typeof kty === 'string' ? [{ kid, kty, ...texts({ crv, x, y }) }] : [],
    );
}

function texts(members: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/**
 * Spellings that are remembered, far more than any tenant has. The bound keeps an API that invents ids from filling the
 * memory.
 */
const MOST = 100_000;

export class Spellings {
  /** Spellings that are not in lower case. Hardly any tenant has one. */
  readonly #others = new Map<WebhookId, string>();

  /** Remembers how the API spells an id. Returns the id in lower case. */
  readonly read = (spelled: string): WebhookId => {
    const id = spelled.toLowerCase();
    this.#others.delete(id);
    if (spelled === id) return id;
    this.#others.set(id, spelled);
    for (const oldest of this.#others.keys()) {
      if (this.#others.size <= MOST) break;
      this.#others.delete(oldest);
    }
    return id;
  };

  /** The id as the API last spelled it. */
  write(id: WebhookId): string {
    const small = id.toLowerCase();
    return this.#others.get(small) ?? small;
  }
}

/** Every item with a usable id counts, whatever else it lacks. */
export type Item = Observed | Unusable;

export interface Page {
  readonly items: readonly Item[];
  /** From the `meta` of the page; undefined where it has none. */
  readonly count: number | undefined;
  readonly totalCount: number | undefined;
}

/**
 * `ok`: the receiver answered 2xx. `refused`: it answered with another status. `redirects`: with a redirect, which is
 * not followed. `tls`: no secure connection. `unreachable`: no connection or no answer. `unknown`: nobody said.
 * The value says how to fix it.
 */
export const RECEIVER_FIXES = {
  ok: '',
  refused: 'fix the receiver, its own log says why',
  unreachable: 'check the url, DNS, the firewall, and whether the receiver is running',
  redirects: 'write the address it redirects to as the url, since Upvest follows none',
  tls: 'fix the certificate of the receiver, or the client certificate it asks for',
  unknown: 'send one with the command "test"',
} as const;
export type ReceiverState = keyof typeof RECEIVER_FIXES;
export const RECEIVER_STATES = Object.keys(RECEIVER_FIXES) as readonly ReceiverState[];

export interface TestAnswer {
  readonly state: ReceiverState;
  /** One line, without urls and bodies: a receiver may repeat secrets there. */
  readonly detail: string;
  /** The whole answer of the API, for whoever asked for the test. Absent: it was empty. */
  readonly body?: unknown;
}

/** Without a body, the test delivery was accepted and no more is known. Throws Unreadable for an encoded
 * body alone: the delivery has been made. */
export function readTestAnswer(answer: Success): TestAnswer {
  if (answer.isEmpty) return { state: 'unknown', detail: 'the API does not say what the receiver answered' };
  const text = answer.text();
  const body = parsed(text);
  return { ...receiverIn(body), body };
}

function parsed(text: string): unknown {
  try {
    return parseBounded(text);
  } catch {
    return text;
  }
}

function receiverIn(body: unknown): Pick<TestAnswer, 'state' | 'detail'> {
  const { status, headers, error } = (isObject(body) && isObject(body['response']) && body['response']) || {};
  if (typeof error === 'string' && error.trim() !== '') return { state: failure(error), detail: withoutUrls(error) };
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 599) {
    return { state: 'unknown', detail: 'the answer of the API does not say what the receiver answered' };
  }
  const detail = `answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (status >= 200 && status < 300) return { state: 'ok', detail: status === 200 ? detail : `${detail}${NOT_200}` };
  if (status < 300 || status >= 400 || status === 304) return { state: 'refused', detail };
  return { state: 'redirects', detail: `${detail}${hostOf(headers)}` };
}

/** Two pages of the documentation disagree about what counts as received. */
const NOT_200 = '; one page of the documentation counts 200 alone as received';

/** The API's error is a text for people, so that only its words can be gone by. */
function failure(error: string): ReceiverState {
  return /\b(tls|ssl|x509|certificates?|handshake|eproto|wrong version number)\b/i.test(error.slice(0, MOST_CHARACTERS))
    ? 'tls'
    : 'unreachable';
}

const MOST_CHARACTERS = 1_000;

/** The host alone: the path and the query of a redirect may hold a secret. */
function hostOf(headers: unknown): string {
  if (!isObject(headers)) return '';
  const [, to] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'location') ?? [];
  const url = typeof to === 'string' ? URL.parse(to.slice(0, MOST_CHARACTERS)) : null;
  return url?.host ? ` to a url at ${oneLine(url.host, 100)}` : '';
}

/** A url in an error is the subscription's own, and may hold a secret in its path, its query or its user info. */
function withoutUrls(error: string): string {
  const words = oneLine(error).split(' ');
  return words.map((word) => (/:[/\\]{2}|[?@]./.test(word) ? '(url)' : word)).join(' ');
}

/** A public key of Upvest for verifying deliveries (JWK, EC P-521). */
export interface VerifyKey {
  readonly kid: string;
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}
