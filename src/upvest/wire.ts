/** Subscriptions as they go over the wire, both ways. */
import { isObject, parseBounded } from '../base/json.ts';
import { oneLine } from '../base/text.ts';
import { type Success, Unreadable } from '../http/answer.ts';
import { CREATED_FIELDS, readFields, sentFields } from '../subscription/fields.ts';
import type { CreateBody, Observed, Unusable, UpdateBody, WebhookId } from '../subscription/subscription.ts';
import type { TestAnswer, VerifyKey } from './client.ts';

/**
 * Tolerant: members the API may add are left out, a missing or `null` one reads as empty (`enabled` as false, times as '').
 * Without `id`, `title` or `url` it is no subscription: throws Unreadable, `place` says where. `read`: see Spellings.
 */
export function readWebhook(value: unknown, place: string, read?: ReadId): Observed {
  const item = readItem(value, place, read);
  if (isUsable(item)) return item;
  throw new Unreadable(`${place} (id ${oneLine(item.id, 40)}) has no ${missing(item)}`, false);
}

type ReadId = (spelled: string) => WebhookId;

/** The same of an item in a list, which may lack title or url: throws Unreadable only where not even its id can be used. */
function readItem(
  value: unknown,
  place: string,
  read: ReadId = (spelled) => spelled.toLowerCase(),
): Observed | Unusable {
  if (!isObject(value)) throw new Unreadable(`${place} is no object`, false);
  const { id: spelled, title, url } = value;
  if (!isSomething(spelled) || !isPathSegment(spelled)) throw new Unreadable(`${place} has no id`, false);
  const id = read(spelled);
  if (!isSomething(title) || !isSomething(url)) {
    return { id, ...(isSomething(title) && { title }), ...(isSomething(url) && { url }) };
  }
  const fields = readFields(value) as Omit<Observed, 'id' | 'created_at' | 'updated_at'>;
  return { id, created_at: text(value['created_at']), updated_at: text(value['updated_at']), ...fields };
}

export function isUsable(item: Observed | Unusable): item is Observed {
  return 'enabled' in item;
}

/** Of what is needed to know a subscription again. */
export function missing({ title, url }: Unusable): string {
  return [title === undefined && 'title', url === undefined && 'url'].filter(Boolean).join(' and no ');
}

function isSomething(member: unknown): member is string {
  return typeof member === 'string' && member !== '';
}

/** It is to stand in a path, where dots alone are steps and half a character cannot be written. */
function isPathSegment(id: string): boolean {
  return id.isWellFormed() && !/^\.+$/.test(id);
}

/** Only what the API takes: it refuses unknown members. */
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
 * Throws Unreadable. `read`: see Spellings. The echo of sort and order is not checked (docs/upvest-api.md, 4.3).
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

/** Keys without `kid` or `kty` are left out, and so is everything of a key that is not its public part. Throws Unreadable. */
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

/** Without a body the test delivery was accepted, no more is known; with one it is what the receiver answered (docs/upvest-api.md, 4.2). */
export function readTestAnswer(answer: Success): TestAnswer {
  if (answer.isEmpty) return undefined;
  const text = answer.text();
  try {
    return parseBounded(text);
  } catch {
    // Whatever it says is worth showing: the delivery has been made.
    return text;
  }
}

/** Far beyond any tenant: what an API that invents ids makes us remember is bounded. */
const MOST = 100_000;

export class Spellings {
  /** Only of those that are not in lower case, which is all but nobody's. */
  readonly #others = new Map<WebhookId, string>();

  /** Takes in how the API spells an id. Gives it as we have it. */
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

  /** As the API last spelled it. */
  write(id: WebhookId): string {
    const small = id.toLowerCase();
    return this.#others.get(small) ?? small;
  }
}

/** What has a usable id counts, whatever else it shows. */
export type Item = Observed | Unusable;

export interface Page {
  readonly items: readonly Item[];
  /** As the page's `meta` says; undefined where it does not. */
  readonly count: number | undefined;
  readonly totalCount: number | undefined;
}
