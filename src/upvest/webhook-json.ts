/** Subscriptions as they go over the wire, both ways. */
import { oneLine } from '../http/one-line.ts';
import { isObject, Unreadable } from '../http/success.ts';
import type { CreateBody, DeliveryConfig, Observed, UpdateBody } from '../subscription.ts';

/**
 * Tolerant: members the API may add are left out, a missing or `null` one reads as empty (`enabled` as false, times as '').
 * Without `id`, `title` or `url` it is no subscription: throws Unreadable, `place` says where.
 */
export function readWebhook(value: unknown, place: string): Observed {
  if (!isObject(value)) throw new Unreadable(`${place} is no object`, false);
  const required = (name: 'id' | 'title' | 'url') => {
    const member = value[name];
    if (typeof member === 'string' && member !== '' && (name !== 'id' || isUsable(member))) return member;
    const id = typeof value['id'] === 'string' ? ` (id ${oneLine(value['id'], 40)})` : '';
    throw new Unreadable(`${place}${name === 'id' ? '' : id} has no ${name}`, false);
  };
  const excluded = strings(value['exclude_type']);
  return {
    id: required('id'),
    created_at: text(value['created_at']),
    updated_at: text(value['updated_at']),
    title: required('title'),
    url: required('url'),
    type: strings(value['type']) ?? [],
    ...(excluded && { exclude_type: excluded }),
    enabled: value['enabled'] === true,
    config: readConfig(value['config']),
  };
}

/** It is to stand in a path, where dots alone are steps and half a character cannot be written. */
function isUsable(id: string): boolean {
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
