/**
 * The kinds of values that settings hold (how each is read and written), and the shape of a row of the settings table.
 */

/** An error inside a value. `at` is the path to it within the value; it is empty for the value as a whole. */
export interface Fault {
  readonly at: readonly (string | number)[];
  /** The value, the rule it breaks, and what to write instead. */
  readonly message: string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** `base` is the absolute folder that relative paths start from. */
export interface Kind<T> {
  /** From an environment variable or a flag; never empty. */
  fromText(text: string, base: string): Read<T>;
  /** From a flag that may be repeated. Kinds without this method take a flag once. */
  fromRepeated?(texts: readonly string[]): Read<T>;
  /**
   * From the configuration file. The schema has checked the value before, and this method checks what a schema cannot
   * say. Items of a list may still break the schema: the caller ignores the faults of such items.
   */
  fromFile(value: unknown, base: string): Read<T>;
  /** The value as the file would have it: `fromFile(toFile(value))` gives the same value. */
  toFile(value: T): unknown;
  /** Joins values from several places. Without this method only the strongest value counts. */
  join?(lower: T, upper: T): T;
}

/** A kind that is written in the same way everywhere. */
export function textual<T>(
  fromText: (text: string, base: string) => Read<T>,
  toFile: (value: T) => unknown = (value) => value,
): Kind<T> {
  return { fromText, fromFile: (value, base) => fromText(String(value), base), toFile };
}

export function good<T>(value: T): Read<T> {
  return { ok: true, value };
}

export function bad(message: string, at: Fault['at'] = []): Read<never> {
  return { ok: false, faults: [{ at, message }] };
}

/** All values or, if any failed, all faults, each with the index of its value before its path. */
export function every<T>(reads: readonly Read<T>[]): Read<readonly T[]> {
  const faults = reads.flatMap((read, index) =>
    read.ok ? [] : read.faults.map(({ at, message }) => ({ at: [index, ...at], message })),
  );
  return faults.length > 0 ? { ok: false, faults } : good(reads.flatMap((read) => (read.ok ? [read.value] : [])));
}

/** One row of the settings table. */
export interface Setting<T> {
  readonly kind: Kind<T>;
  /** One line, without a full stop: the help text, the schema's description and the documentation. */
  readonly about: string;
  readonly env?: string;
  readonly flag?: Flag;
  /** As it would be written in the environment. */
  readonly default?: string;
  /** What help and documentation say instead, where the default alone would not explain itself. */
  readonly defaultInWords?: string;
  /** `false` marks a secret, which only the environment may hold. */
  readonly inFile?: false;
  /** The setting that gives the same thing in another way. The one from the stronger level counts. */
  readonly insteadOf?: string;
  /** Marks the path of a file with a secret, which must exist where the command needs it. */
  readonly isSecretFile?: true;
}

export interface Flag {
  readonly name: `--${string}`;
  readonly placeholder: string;
}

export function row<T>(setting: Setting<T> & { readonly default: string }): Setting<T> & { readonly default: string };
export function row<T>(setting: Setting<T>): Setting<T>;
export function row<T>(setting: Setting<T>): Setting<T> {
  return setting;
}
