import type { Given } from './given.ts';
import { bad } from './kind.ts';
import type { Setting } from './setting.ts';
import { ALL_SETTINGS, type SettingKey } from './settings.ts';

/** What the command line gave, by setting: one text, or for flags that may be repeated, each of them. */
export type FlagValues = { readonly [K in SettingKey]?: string | readonly string[] };

export function fromFlags(flags: FlagValues, cwd: string): readonly Given[] {
  return ALL_SETTINGS.flatMap(([key, setting]) => {
    const value = flags[key];
    if (value === undefined || setting.flag === undefined) return [];
    return [{ key, level: 'flag', place: setting.flag.name, ...read(setting, [value].flat(), cwd) } as const];
  });
}

function read({ kind }: Setting<unknown>, texts: readonly string[], cwd: string): Pick<Given, 'read' | 'text'> {
  // An unset shell variable: --client-id "$ID" must not mean "no client id given".
  if (texts.includes('')) return { read: bad('is empty: give a value, or leave the flag out') };
  if (kind.fromRepeated) return { read: kind.fromRepeated(texts) };
  const text = texts.at(-1) ?? '';
  return { text, read: kind.fromText(text, cwd) };
}
