/** Decides which of several values for a setting counts. */
import { MASK } from '../base/secret.ts';
import { looksLikePath } from './requirements.ts';
import type { Read, Setting } from './setting.ts';
import { ALL_SETTINGS, type SettingKey } from './settings.ts';
import { type SourceValue, type Level, LEVELS } from './source-value.ts';

/** The effective value of a setting, and where it came from. */
export interface Effective {
  readonly key: SettingKey;
  /** Undefined where it is not set and has no default. */
  readonly value: unknown;
  /** The value as the file would have it. A value that is or may be a secret is masked. */
  readonly shown: unknown;
  readonly level: Level;
  /** `--mode`, `UPVEST_TIMEOUT`, `config.yaml:3:5`, `default` or `not set`; several, with commas, for joined values. */
  readonly place: string;
}

/** The given values, strongest first, without those that a rival from a stronger level replaces. */
export function dropOverridden(given: readonly SourceValue[]): readonly SourceValue[] {
  const strongest = (key: string | undefined) =>
    Math.min(...given.filter((each) => each.key === key).map(({ level }) => LEVELS.indexOf(level)));
  const isOverridden = ({ key }: SourceValue) =>
    RIVALS.some(([a, b]) => (key === a && strongest(b) < strongest(a)) || (key === b && strongest(a) < strongest(b)));
  return given
    .filter((each) => !isOverridden(each))
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** Pairs of settings that give the same thing: a secret, and the file that holds it. */
export const RIVALS: readonly (readonly [SettingKey, SettingKey])[] = ALL_SETTINGS.flatMap(([key, { insteadOf }]) =>
  insteadOf === undefined ? [] : [[insteadOf as SettingKey, key] as const],
);

/** Every setting, in the order of the table. `inForce` comes from `dropOverridden`, and all its values are readable. */
export function effectiveValues(inForce: readonly SourceValue[], cwd: string): readonly Effective[] {
  return ALL_SETTINGS.map(([key, setting]) => effective(key, setting, inForce, cwd));
}

function effective(
  key: SettingKey,
  setting: Setting<unknown>,
  inForce: readonly SourceValue[],
  cwd: string,
): Effective {
  const { kind, default: text } = setting;
  const [upper, ...lower] = inForce.filter((each) => each.key === key);
  if (upper === undefined) {
    const value = text === undefined ? undefined : valueOf(kind.fromText(text, cwd));
    const place = text === undefined && setting.defaultInWords === undefined ? 'not set' : 'default';
    return { key, level: 'default', place, value, shown: value === undefined ? undefined : kind.toFile(value) };
  }
  const used = kind.join ? [upper, ...lower] : [upper];
  const value = used.map(({ read }) => valueOf(read)).reduceRight((below, above) => kind.join?.(below, above) ?? above);
  const isDoubtful = setting.isSecretFile === true && !looksLikePath(upper.text ?? '');
  return {
    key,
    level: upper.level,
    place: used.map(({ place }) => place).join(', '),
    value,
    shown: isDoubtful ? MASK : kind.toFile(value),
  };
}

function valueOf(read: Read<unknown>): unknown {
  if (!read.ok) throw new TypeError('a value that cannot be read must not count');
  return read.value;
}
