/** `plan`: what a pass would change. */
import { Command, Option } from 'commander';
import { counted } from '../base/text.ts';
import { formatProblems } from '../document/report.ts';
import { planExitStatus } from '../plan/render/describe.ts';
import { renderText } from '../plan/render/text.ts';
import { type Observation, observe } from '../reconcile/observe.ts';
import { useColour } from '../runtime/colour.ts';
import { createLog } from '../runtime/log.ts';
import { configure } from './configure.ts';
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
    exitStatus: '0 in sync, 2 changes pending, 3 changes that include deletes, 1 error.',
  });
  return command.action(async ({ output, diff = false }: Options) => {
    process.exitCode = 1;
    const configured = await configure(command, ['credentials']);
    if (!configured) return;
    const { config } = configured;
    const found = await withTenant(config, await createLog(config.log), observe);
    if (!found) return;
    process.stdout.write(await render(found, output, diff));
    process.exitCode = explainProblems(found) ? 1 : planExitStatus(found.plan);
  });
}

async function render(
  { plan, checkout: { revision } }: Observation,
  output: Options['output'],
  diff: boolean,
): Promise<string> {
  switch (output) {
    case 'text':
      return renderText(plan, revision, { color: useColour(process.stdout), diff });
    case 'json':
      return (await import('../plan/render/json.ts')).renderJson(plan, revision);
    case 'markdown':
      return (await import('../plan/render/markdown.ts')).renderMarkdown(plan, revision);
  }
}

/** Reports the problems of the checkout's files on stderr. True if one is an error, so that the plan is not complete. */
export function explainProblems({ checkout }: Observation): boolean {
  const { problems, errors, files } = checkout;
  if (problems.length > 0) process.stderr.write(`${formatProblems(problems)}\n`);
  if (errors === 0) return false;
  const concerned = new Set(problems.filter(({ severity }) => severity === 'error').map(({ file }) => file)).size;
  process.stderr.write(
    `${counted(errors, 'error')} in ${concerned} of ${counted(files, 'file')}. Deletes are withheld until they are fixed.\n`,
  );
  return true;
}
