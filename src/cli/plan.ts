/** `plan`: what a pass would change. */
import { basename, isAbsolute, join } from 'node:path';
import { Command, Option } from 'commander';
import { counted } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import type { Checkout } from '../desired/load.ts';
import type { Problem } from '../document/problems.ts';
import { formatProblems } from '../document/report.ts';
import type { Plan } from '../plan/plan.ts';
import { type PlanContext, planExitStatus } from '../plan/render/describe.ts';
import { renderText } from '../plan/render/text.ts';
import { type Observation, observe } from '../reconcile/observe.ts';
import { useColour } from '../runtime/colour.ts';
import { createLog } from '../runtime/log.ts';
import { configure } from './configure.ts';
import { fromHere } from './from-here.ts';
import { addExample } from './help.ts';
import { addSettings } from './settings-flags.ts';
import { withTenant } from './tenant.ts';

interface Options {
  readonly output: 'text' | 'json' | 'markdown';
  readonly diff?: boolean;
}

export function planCommand(): Command {
  const command = new Command('plan')
    .summary('show what would change on the tenant')
    .description(
      'Reads checkout and tenant and shows what a pass would change. Changes nothing; a read-only client is enough.',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to show it').choices(['text', 'json', 'markdown']).default('text'),
    )
    .option('--diff', 'show every change field by field, in full');
  addSettings(command, ['api', 'source', 'policy', 'schedule', 'log']);
  addExample(command, {
    example: 'webhook-reconciler plan --path webhooks --owns "url:https://hooks.example.com/*" --diff',
    exitStatus:
      '0 in sync, or nothing that the mode would change; 2 changes pending, quarantines included; 3 changes that include deletes; 1 error, also where a file has one: then the plan is not complete.',
  });
  return command.action(async ({ output, diff = false }: Options) => {
    process.exitCode = 1;
    const configured = await configure(command, ['credentials']);
    if (!configured) return;
    const { config } = configured;
    const found = await withTenant(config, await createLog(config.log), observe);
    if (!found) return;
    process.stdout.write(await render(found.plan, contextOf(found, config), output, diff));
    // As text the plan names them itself.
    if (output !== 'text') reportProblems(found, config);
    process.exitCode = countErrors(found) ? 1 : planExitStatus(found.plan);
  });
}

async function render(plan: Plan, context: PlanContext, output: Options['output'], diff: boolean): Promise<string> {
  switch (output) {
    case 'text':
      return renderText(plan, context, { color: useColour(process.stdout), diff });
    case 'json':
      return (await import('../plan/render/json.ts')).renderJson(plan, context);
    case 'markdown':
      return (await import('../plan/render/markdown.ts')).renderMarkdown(plan, context);
  }
}

/** What the plan is for: what every rendering of it says, and what `apply` asks about. */
export function contextOf({ checkout }: Observation, { api, policy, source }: Config): PlanContext {
  const { revision, errors } = checkout;
  return {
    tenant: { url: api.url, clientId: api.clientId ?? '' },
    mode: policy.mode,
    revision,
    problems: problemsHere(checkout, source.path),
    errors,
  };
}

/** The problems with files named as `validate` names them, also where the checkout is not below the current folder. */
function problemsHere({ problems, files }: Checkout, path: string): readonly Problem[] {
  if (!isAbsolute(fromHere(path))) return problems;
  const isFile = (file: string): boolean => files <= 1 && file === basename(path);
  return problems.map((problem) => ({ ...problem, file: isFile(problem.file) ? path : join(path, problem.file) }));
}

function reportProblems({ checkout }: Observation, { source }: Config): void {
  const problems = problemsHere(checkout, source.path);
  if (problems.length > 0) process.stderr.write(`${formatProblems(problems)}\n`);
}

/** Says on stderr how many errors the files have. True if there are any, so that the plan is not complete. */
export function countErrors({ checkout }: Observation): boolean {
  const { errors, files, problems } = checkout;
  if (errors === 0) return false;
  const concerned = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file)).size;
  process.stderr.write(
    `${counted(errors, 'error')} in ${concerned} of ${counted(files, 'file')}. Deletes are withheld until they are fixed.\n`,
  );
  return true;
}
