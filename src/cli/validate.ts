/** `validate`: the checkout's files, offline. */
import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Config } from '../config/config.ts';
import type { Checkout } from '../desired/checkout.ts';
import { loadCheckout } from '../desired/load-checkout.ts';
import { formatProblems } from '../document/format.ts';
import { formatGithub } from '../document/format-github.ts';
import { formatSarif } from '../document/format-sarif.ts';
import type { Problem } from '../document/problem.ts';
import { version } from '../version.ts';
import { configure } from './configure.ts';
import { addSettings } from './settings-flags.ts';

type Format = 'text' | 'json' | 'github' | 'sarif';

interface Options {
  readonly output: Format;
  readonly strict?: true;
}

export function validateCommand(): Command {
  const command = new Command('validate')
    .summary('check the files of a checkout, offline')
    .description('Checks the files of a checkout: syntax, schema, rules across files. Needs no credentials and no network.')
    .argument('[path...]', 'folders or files to check instead of source.path')
    .addOption(
      new Option('-o, --output <format>', 'how to report').choices(['text', 'json', 'github', 'sarif']).default('text'),
    )
    .option('--strict', 'warnings count as errors')
    .addHelpText('after', '\nExample:\n  webhook-reconciler validate webhooks --set HOOK_HOST=hooks.example.com -o github\n\nExit status: 0 valid, 1 invalid.');
  addSettings(command, ['source', 'policy.owns']);
  return command.action(async (paths: readonly string[], options: Options) => {
    const configured = await configure(command, []);
    if (!configured) return;
    const { config } = configured;
    process.exitCode = (await validate(paths, options, config)) ? 0 : 1;
  });
}

async function validate(paths: readonly string[], { output, strict }: Options, config: Config): Promise<boolean> {
  const given = paths.length > 0 ? paths.map((path) => resolve(path)) : [config.source.path];
  const checkouts: Checkout[] = [];
  const problems: Problem[] = [];
  for (const path of given) {
    const loaded = await loadCheckout({ path, substitute: config.source.substitute, owns: config.policy.owns });
    if (!loaded.ok) {
      process.stderr.write(`error: ${loaded.message}\n`);
      return false;
    }
    checkouts.push(loaded.checkout);
    problems.push(...loaded.checkout.problems.map((problem) => ({ ...problem, file: fromHere(path, problem.file) })));
  }
  const files = sum(checkouts, (checkout) => checkout.files);
  const subscriptions = sum(checkouts, (checkout) => checkout.desired.length);
  const isValid = !problems.some(({ severity }) => severity === 'error' || strict);
  const report = {
    text: () => [formatProblems(problems), summary(problems, files, subscriptions)].filter(Boolean).join('\n\n'),
    json: () => JSON.stringify({ valid: isValid, files, subscriptions, problems }, undefined, 2),
    github: () => formatGithub(problems),
    sarif: () => formatSarif(problems, { version }),
  }[output]();
  if (report) process.stdout.write(`${report}\n`);
  return isValid;
}

/** As somebody standing in the current folder would name it: what editors, terminals and GitHub can open. */
function fromHere(path: string, file: string): string {
  const name = relative(process.cwd(), path.endsWith(`/${file}`) || path === file ? path : resolve(path, file));
  return name.startsWith('..') ? resolve(name) : name;
}

function summary(problems: readonly Problem[], files: number, subscriptions: number): string {
  const counts = (['error', 'warning'] as const)
    .map((severity) => [problems.filter((problem) => problem.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => counted(count, severity));
  if (counts.length === 0) return `${counted(files, 'file')}, ${counted(subscriptions, 'subscription')}: valid.`;
  const concerned = new Set(problems.map(({ file }) => file)).size;
  return `${counts.join(' and ')} in ${concerned} of ${counted(files, 'file')}.`;
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
