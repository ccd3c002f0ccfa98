/** Subscriptions put on a tenant without the API, by the program or from a YAML file: with old titles, any times. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import type { NewSubscription } from '../api/check-subscription.ts';
import { DEFAULT_CONFIG, type Subscription, type SubscriptionEdit } from '../api/subscription.ts';
import { SandboxInputError } from '../input-error.ts';

/** Only `title` and `url` are required. Unlike in the API, `enabled` may be given, and only the types are checked. */
export interface SeedEntry {
  readonly title: string;
  readonly url: string;
  readonly id?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly type?: readonly string[];
  readonly exclude_type?: readonly string[];
  readonly enabled?: boolean;
  readonly config?: Partial<Subscription['config']>;
}

export function fromSeed(entry: SeedEntry): NewSubscription & Partial<Subscription> {
  const { type = ['ALL'], enabled = false, config, ...rest } = entry;
  return { ...rest, type, enabled, config: { ...DEFAULT_CONFIG, ...config } };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const MEMBERS: Readonly<Record<string, readonly [check: (value: unknown) => boolean, rule: string]>> = {
  title: [isText, 'a string'],
  url: [(value) => typeof value === 'string' && URL.canParse(value), 'a url'],
  id: [isText, 'a string'],
  created_at: [isTime, 'a time, 2026-09-01T12:00:00Z'],
  updated_at: [isTime, 'a time, 2026-09-01T12:00:00Z'],
  type: [isTexts, 'a list of strings'],
  exclude_type: [isTexts, 'a list of strings'],
  enabled: [(value) => typeof value === 'boolean', 'true or false'],
  config: [isConfig, 'an object of delay (a string) and max_package_size (a number)'],
};

/** Reads one entry or a list from JSON or YAML. Throws a SandboxInputError that names the entry and the member. */
export function readSeed(given: unknown): readonly SeedEntry[] {
  return (Array.isArray(given) ? given : [given]).map((entry, i) => {
    for (const name of ['title', 'url']) {
      if (!isObject(entry) || entry[name] === undefined) {
        throw new SandboxInputError(`subscription ${i + 1}: ${name} is missing`);
      }
    }
    checkMembers(entry, `subscription ${i + 1}: `);
    return entry as SeedEntry;
  });
}

/** Reads the changes that another client makes to a subscription. Throws SandboxInputError. */
export function readEdit(given: unknown): SubscriptionEdit {
  if (!isObject(given)) throw new SandboxInputError('changes are an object of fields and values');
  if (given['id'] !== undefined) throw new SandboxInputError('id is for ever');
  checkMembers(given, '');
  return given;
}

function checkMembers(entry: unknown, where: string): void {
  for (const [name, value] of Object.entries(entry as object)) {
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (!member) throw new SandboxInputError(`${where}${name} is not a field of a subscription`);
    if (!member[0](value)) throw new SandboxInputError(`${where}${name} must be ${member[1]}`);
  }
}

function isConfig(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { delay, max_package_size, ...rest } = value;
  const fits = (v: unknown, type: string) => v === undefined || typeof v === type;
  return fits(delay, 'string') && fits(max_package_size, 'number') && Object.keys(rest).length === 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws a SandboxInputError that names the file and its error. */
export async function readSeedFile(file: string): Promise<readonly SeedEntry[]> {
  const value = await readYaml(file);
  const list = isObject(value) && Object.keys(value).length === 1 ? value['subscriptions'] : value;
  if (!Array.isArray(list))
    throw new SandboxInputError(`${file} is not a list of subscriptions: write - {title: …, url: …}`);
  try {
    return readSeed(list);
  } catch (error) {
    throw new SandboxInputError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function readYaml(file: string): Promise<unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new SandboxInputError(`the seed ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const document = parseDocument(text);
  const [first] = document.errors;
  if (first) throw new SandboxInputError(`${file}: ${first.message}`, { cause: first });
  return document.toJS();
}
