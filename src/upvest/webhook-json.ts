/** Subscriptions as they go over the wire, both ways. */
import { oneLine } from '../http/one-line.ts';
import { isObject, Unreadable } from '../http/success.ts';
import type { CreateBody, DeliveryConfig, Observed, Unusable, UpdateBody, WebhookId } from '../subscription.ts';

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
export function readItem(
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
  const excluded = strings(value['exclude_type']);
  return {
    id,
    created_at: text(value['created_at']),
    updated_at: text(value['updated_at']),
    title,
    url,
    type: strings(value['type']) ?? [],
    ...(excluded && { exclude_type: excluded }),
    enabled: value['enabled'] === true,
    config: readConfig(value['config']),
  };
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

/** Only what the API takes: it refuses unknown members. An empty `type` is left out, since what it would mean is not documented. */
export function writeCreate({ title, url, type, exclude_type, config }: CreateBody): Buffer {
  return json({ title, url, type: someOf(type), exclude_type, config: someConfig(config) });
}

export function writeUpdate({ title, url, enabled, type, exclude_type, config }: UpdateBody): Buffer {
  return json({ title, url, enabled, type: someOf(type), exclude_type, config: someConfig(config) });
}

function readConfig(value: unknown): DeliveryConfig {
  if (!isObject(value)) return {};
  const { delay, max_package_size } = value;
  return {
    ...(typeof delay === 'string' && { delay }),
    ...(typeof max_package_size === 'number' && { max_package_size }),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function someOf(list: readonly string[] | undefined): readonly string[] | undefined {
  return list?.length ? list : undefined;
}

function someConfig({ delay, max_package_size }: DeliveryConfig = {}): object | undefined {
  return delay === undefined && max_package_size === undefined ? undefined : { delay, max_package_size };
}

/** Members that are undefined vanish. Serialised once: these bytes are digested, signed and sent. */
function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
