/** The command `webhook-reconciler`. */
import { Command } from 'commander';
import { version } from '../version.ts';
import { applyCommand } from './apply.ts';
import { configCommand } from './config.ts';
import { demoCommand } from './demo.ts';
import { keysCommand } from './keys.ts';
import { planCommand } from './plan.ts';
import { runCommand } from './run.ts';
import { sandboxCommand } from './sandbox.ts';
import { schemaCommand } from './schema.ts';
import { testCommand } from './test.ts';
import { validateCommand } from './validate.ts';

const program = new Command('webhook-reconciler')
  .description('Keeps the webhook subscriptions of an Upvest tenant equal to YAML files in a git checkout.')
  .version(version)
  .addHelpText(
    'after',
    '\nExample:\n  webhook-reconciler demo                     see it work, nothing to configure\n  webhook-reconciler plan --path webhooks     see what would change on a tenant\n  webhook-reconciler help plan                all settings of a command',
  )
  .showHelpAfterError('(--help shows what there is)');
for (const command of [
  runCommand(),
  planCommand(),
  applyCommand(),
  validateCommand(),
  testCommand(),
  keysCommand(),
  configCommand(),
  schemaCommand(),
  sandboxCommand(),
  demoCommand(),
]) {
  program.addCommand(command.showHelpAfterError('(--help shows what there is)'));
}
await program.parseAsync();
