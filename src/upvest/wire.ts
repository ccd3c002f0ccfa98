/** Reads and writes the bodies of the API: subscriptions, pages, keys, and how ids are spelled. */
import { isObject } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import { type Success, Unreadable } from '../http/answer.ts';
import { CREATED_FIELDS, readFields, sentFields } from '../subscription/fields.ts';
import type { CreateBody, Observed, Unusable, UpdateBody, WebhookId } from '../subscription/subscription.ts';
import type { VerifyKey } from './client.ts';

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
