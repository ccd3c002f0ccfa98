/** A value that somebody gave for a setting, and where. */
import { printable } from '../base/text.ts';
import type { Read } from './setting.ts';
import type { SettingKey } from './settings.ts';

/** From the strongest to the weakest. */
export const LEVELS = ['flag', 'environment', 'file', 'default'] as const;
export type Level = (typeof LEVELS)[number];

export interface SourceValue {
  readonly key: SettingKey;
  readonly level: Level;
  /** As people look it up: `--mode`, `UPVEST_TIMEOUT`, `config.yaml:3:5`. */
  readonly place: string;
  /** As it was written, where that is text. */
  readonly text?: string;
  /** Faults that are reported already are left out. */
  readonly read: Read<unknown>;
}

/** A mistake in the configuration, and a list of them as text. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  /** Where to mend it: `config.yaml:3:5`, `UPVEST_TIMEOUT` or `--mode`. */
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

/** Of a column; one long place must not push everything off the screen. */
function widthOf(texts: readonly string[]): number {
  return Math.min(48, Math.max(0, ...texts.map(({ length }) => length)));
}
