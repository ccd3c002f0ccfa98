/** `validate`: the checkout's files, offline. */
import { Command, Option } from 'commander';
import { counted, printableJson } from '../base/text.ts';
import { version } from '../base/version.ts';
import type { Config } from '../config/config.ts';
import { type Validated, validatePaths } from '../desired/validate.ts';
import { formatGithub, formatProblems, formatSarif } from '../document/report.ts';
import { configure, onStderr } from './configure.ts';
import { addExample } from './help.ts';
import { fromHere } from './from-here.ts';
import { addSettings } from './settings-flags.ts';

type Format = 'text' | 'json' | 'github' | 'sarif';

interface Options {
  readonly output: Format;
  readonly strict?: true;
}

export function validateCommand(): Command {
  const command = new Command('validate')
    .summary('check the files of a checkout, offline')
    .description(
      'Checks the files of a checkout: syntax, schema, rules across files. Needs no credentials and no network.',
    )
    .argument('[path...]', 'folders or files to check instead of source.path')
    .addOption(
      new Option('-o, --output <format>', 'how to report').choices(['text', 'json', 'github', 'sarif']).default('text'),
    )
    .option('--strict', 'warnings count as errors');
  addSettings(command, ['source', 'policy.owns', 'policy.hosts', 'policy.allowEmpty']);
  addExample(command, {
    example: 'webhook-reconciler validate webhooks --set HOOK_HOST=hooks.example.com -o github',
    exitStatus:
      '0 valid; 1 invalid (with --strict by a warning too), an error in the configuration, or a folder without any YAML and no policy.allowEmpty.',
  });
  return command.action(async (paths: readonly string[], options: Options) => {
    process.exitCode = 1;
    const configured = await configure(command, [], (problems) => onStderr(problems, 'No file was checked.'));
    if (!configured) return;
    const { config } = configured;
    process.exitCode = (await validate(paths, options, config)) ? 0 : 1;
  });
}

async function validate(paths: readonly string[], { output, strict }: Options, config: Config): Promise<boolean> {
  const { path, substitute } = config.source;
  const given = paths.length > 0 ? paths : [fromHere(path)];
  const { owns, hosts, allowEmpty } = config.policy;
  const found = await validatePaths(given, { substitute, owns, hosts, allowEmpty });
  const { problems, errors, warnings, files, subscriptions } = found;
  const isValid = errors + (strict ? warnings : 0) === 0;
  const report = {
    text: () => [formatProblems(problems), summary(found)].filter(Boolean).join('\n\n'),
    json: () => printableJson(JSON.stringify({ valid: isValid, files, subscriptions, problems }, undefined, 2)),
    github: () => formatGithub(problems),
    sarif: () => formatSarif(problems, { version }),
  }[output]();
  if (report) process.stdout.write(`${report}\n`);
  return isValid;
}

function summary({ problems, errors, warnings, files, unchecked, subscriptions }: Validated): string {
  const counts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  if (counts.length === 0) return `${counted(files, 'file')}, ${counted(subscriptions, 'subscription')}: valid.`;
  const concerned = new Set(problems.map(({ file }) => file)).size;
  if (files === 0) return `${counts.join(' and ')}. No file was checked.`;
  return `${counts.join(' and ')} in ${concerned} of ${counted(files + unchecked, 'file')}.`;
}
