/** The settings table as flags and help of a command, and the values that a command line gives. */
import { type Command, Option } from 'commander';
import type { FlagValues } from '../config/from-process.ts';
import type { Flag, Setting } from '../config/setting.ts';
import { ALL_SETTINGS, type Group, groupOf, type SettingKey } from '../config/settings.ts';
import { addSections, addText, type Section } from './help.ts';

/** Adds `--config`, the flags of these groups or single settings, and sections of help on the settings without a flag. */
export function addSettings(command: Command, selection: readonly (Group | SettingKey)[]): Command {
  const rows = ALL_SETTINGS.filter(([key]) => selection.includes(key) || selection.includes(groupOf(key)));
  command.addOption(
    new Option('--config <file>', 'YAML file with settings; flags and environment take precedence over it').helpGroup(
      HEADING,
    ),
  );
  for (const [, setting] of rows) {
    if (setting.flag !== undefined) command.addOption(optionFor(setting, setting.flag));
  }
  addSections(command, sectionsOnTheRest(rows));
  return addText(
    command,
    'A flag takes precedence over its variable, and a variable over the file. `webhook-reconciler config` shows the result.',
  );
}

/** The settings given on the parsed command line. */
export function givenFlags(command: Command): { readonly flags: FlagValues; readonly file: string | undefined } {
  const flags = ALL_SETTINGS.flatMap(([key, { flag }]) => {
    const option = command.options.find(({ long }) => long === flag?.name);
    const value: unknown = option && command.getOptionValue(option.attributeName());
    return value === undefined ? [] : [[key, value] as const];
  });
  const file: unknown = command.getOptionValue('config');
  return { flags: Object.fromEntries(flags) as FlagValues, file: typeof file === 'string' ? file : undefined };
}

const HEADING = 'Settings:';

function optionFor(setting: Setting<unknown>, { name, placeholder }: Flag): Option {
  const isRepeatable = setting.kind.fromRepeated !== undefined;
  const about = isRepeatable ? `${setting.about}; may be repeated` : setting.about;
  const option = new Option(`${name} <${placeholder}>`, `${about} ${notes(setting)}`).helpGroup(HEADING);
  return isRepeatable
    ? option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value])
    : option;
}

/** `(default: 4, env: UPVEST_CONCURRENCY)`, or nothing where a setting has neither. */
function notes({ env, default: value, defaultInWords = value }: Setting<unknown>, isVariableKnown = false): string {
  const parts = [
    defaultInWords === undefined ? [] : `default: ${defaultInWords}`,
    env === undefined || isVariableKnown ? [] : `env: ${env}`,
  ].flat();
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

/** The settings that have no flag. */
function sectionsOnTheRest(rows: readonly (readonly [SettingKey, Setting<unknown>])[]): Section[] {
  const withoutFlag = rows.filter(([, { flag }]) => flag === undefined);
  const variables = withoutFlag.flatMap(([, row]): [string, string][] =>
    row.env === undefined ? [] : [[row.env, `${row.about} ${notes(row, true)}`.trim()]],
  );
  const keys = withoutFlag.flatMap(([key, row]): [string, string][] =>
    row.env === undefined ? [[key, `${row.about} ${notes(row)}`.trim()]] : [],
  );
  return [
    { heading: 'Settings of the environment:', items: variables },
    { heading: 'Settings of the --config file alone:', items: keys },
  ];
}
