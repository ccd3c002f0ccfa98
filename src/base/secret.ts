/** A value that must never be shown. Every conversion to text gives a mask; only `reveal()` gives the value. */
import { inspect } from 'node:util';
import { isObject } from './json.ts';

/** What is shown in place of a secret. */
export const MASK = '[secret]';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends or decrypts with it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/**
 * Masks secrets as they are and as they are encoded in a form or a path. Parse JSON first: it can escape any character.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return mask(text, secrets.flatMap(spellings));
}

/** Masks secrets in every text and every member name of a parsed JSON value. `parseBounded` bounds its depth. */
export function maskInValue(value: unknown, secrets: readonly string[]): unknown {
  return maskAll(value, secrets.flatMap(spellings));
}

function maskAll(value: unknown, spelled: readonly string[]): unknown {
  if (typeof value === 'string') return mask(value, spelled);
  if (Array.isArray(value)) return value.map((member: unknown) => maskAll(member, spelled));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [mask(name, spelled), maskAll(member, spelled)] as const,
  );
  return Object.fromEntries(members);
}

function mask(text: string, spelled: readonly string[]): string {
  return spelled.reduce((masked, spelling) => masked.replaceAll(spelling, MASK), text);
}

function spellings(secret: string): readonly string[] {
  if (secret === '') return [];
  const inForm = new URLSearchParams([['', secret]]).toString().slice('='.length);
  const inPath = encodeURIComponent(secret.toWellFormed());
  return [secret, ...[inForm, inPath].flatMap((encoded) => [encoded, encoded.replaceAll(/%../g, lower)])];
}

function lower(escape: string): string {
  return escape.toLowerCase();
}
