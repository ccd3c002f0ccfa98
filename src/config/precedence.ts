/** Which of several given values counts. */
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
  /** The same as the file would have it; what is or may be a secret is masked. */
  readonly shown: unknown;
  readonly level: Level;
  /** `--mode`, `UPVEST_TIMEOUT`, `config.yaml:3:5`, `default`, `not set`; several, with commas, where values were joined. */
  readonly place: string;
}

/** What was given, strongest first, less the ways to give a setting that a stronger way makes pointless. */
export function dropOverridden(given: readonly SourceValue[]): readonly SourceValue[] {
  const strongest = (key: string | undefined) =>
    Math.min(...given.filter((each) => each.key === key).map(({ level }) => LEVELS.indexOf(level)));
  const isBeaten = ({ key }: SourceValue) =>
    RIVALS.some(([a, b]) => (key === a && strongest(b) < strongest(a)) || (key === b && strongest(a) < strongest(b)));
  return given.filter((each) => !isBeaten(each)).toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** Two ways to give the same thing: a secret and the file it is in. */
export const RIVALS: readonly (readonly [SettingKey, SettingKey])[] = ALL_SETTINGS.flatMap(([key, { insteadOf }]) =>
  insteadOf === undefined ? [] : [[insteadOf as SettingKey, key] as const],
);

/** Every setting, in the order of the table. `counting` has been through `counting`, and is readable in all parts. */
export function effectiveValues(dropOverridden: readonly SourceValue[], cwd: string): readonly Effective[] {
  return ALL_SETTINGS.map(([key, setting]) => effective(key, setting, dropOverridden, cwd));
}

function effective(
  key: SettingKey,
  setting: Setting<unknown>,
  dropOverridden: readonly SourceValue[],
  cwd: string,
): Effective {
  const { kind, default: text } = setting;
  const [upper, ...lower] = dropOverridden.filter((each) => each.key === key);
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
  if (!read.ok) throw new TypeError('an unreadable value counts');
  return read.value;
}
