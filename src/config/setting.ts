/** What a setting may hold: how it is read from text and from the file, and how the file would have it. */

/** A mistake inside a value. `at`: the members that lead to it, empty for the value as a whole. */
export interface Fault {
  readonly at: readonly (string | number)[];
  /** The offending value and the rule in words, and what to write instead. */
  readonly message: string;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** `base`: the absolute folder that relative paths start from. */
export interface Kind<T> {
  /** From an environment variable or a flag; never empty. */
  fromText(text: string, base: string): Read<T>;
  /** From a flag that may be given several times; without it, a flag is given once. */
  fromRepeated?(texts: readonly string[]): Read<T>;
  /**
   * From the configuration file: what a schema cannot say is checked here. The schema has accepted the value; of a
   * list, parts may still break it, which the caller knows, so that what is said of them does not matter.
   */
  fromFile(value: unknown, base: string): Read<T>;
  /** As the file would have it: `fromFile(toFile(value))` is the same value. */
  toFile(value: T): unknown;
  /** Where values from several places are joined instead of the upper one counting alone. */
  join?(lower: T, upper: T): T;
}

/** A kind that is written the same everywhere. */
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

/** All of them, or the faults of all of them, each with its index before it. */
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
  /** What help and documentation say instead, where the value alone would not tell. */
  readonly defaultInWords?: string;
  /** `false`: a secret itself, which only the environment may hold. */
  readonly inFile?: false;
  /** The setting that gives the same thing in another way: whichever comes from higher up counts. */
  readonly insteadOf?: string;
  /** It names a file with a secret, which has to exist where the command needs it. */
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
