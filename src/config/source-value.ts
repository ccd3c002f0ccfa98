/** A value given for a setting and where it was given, and the problems of the configuration as text. */
import { printable } from '../base/text.ts';
import type { Read } from './setting.ts';
import type { SettingKey } from './settings.ts';

/** From the strongest to the weakest. */
export const LEVELS = ['flag', 'environment', 'file', 'default'] as const;
export type Level = (typeof LEVELS)[number];

export interface SourceValue {
  readonly key: SettingKey;
  readonly level: Level;
  /** For people: `--mode`, `UPVEST_TIMEOUT`, `config.yaml:3:5`. */
  readonly place: string;
  /** The value as it was written, if it was text. */
  readonly text?: string;
  /** Without the faults that are reported already. */
  readonly read: Read<unknown>;
}

/** An error or a warning about the configuration. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  /** Where to fix it: `config.yaml:3:5`, `UPVEST_TIMEOUT` or `--mode`. */
  readonly place: string;
  /** The setting, as the file names it; empty where it belongs to none. */
  readonly field: SettingKey | (string & {});
  /** What is wrong and what to write instead. Never shows a secret. */
  readonly message: string;
}

/** One line a problem, columns aligned, without a newline at the end. */
export function formatConfigProblems(problems: readonly ConfigProblem[]): string {
  const places = widthOf(problems.map(({ place }) => place));
  const fields = widthOf(problems.map(({ field }) => field));
  return problems
    .map(({ severity, place, field, message }) => {
      const columns = fields === 0 ? [place.padEnd(places)] : [place.padEnd(places), field.padEnd(fields)];
      return printable([...columns, severity === 'warning' ? `warning: ${message}` : message].join('  '));
    })
    .join('\n');
}

/** The width of a column. One long place must not push everything off the screen. */
function widthOf(texts: readonly string[]): number {
  return Math.min(48, Math.max(0, ...texts.map(({ length }) => length)));
}
