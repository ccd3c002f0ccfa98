/** A value that somebody gave for a setting, and where. */
import type { Read } from './kind.ts';
import type { SettingKey } from './settings.ts';

/** From the strongest to the weakest. */
export const LEVELS = ['flag', 'environment', 'file', 'default'] as const;
export type Level = (typeof LEVELS)[number];

export interface Given {
  readonly key: SettingKey;
  readonly level: Level;
  /** As people look it up: `--mode`, `UPVEST_TIMEOUT`, `config.yaml:3:5`. */
  readonly place: string;
  /** As it was written, where that is text. */
  readonly text?: string;
  /** Faults that are reported already are left out. */
  readonly read: Read<unknown>;
}
