/** `schema`: the JSON Schemas of the files this program reads, for editors and pipelines. */
import { Argument, Command } from 'commander';
import config from '../../schemas/config.schema.json' with { type: 'json' };
import subscriptions from '../../schemas/subscriptions.schema.json' with { type: 'json' };
import { addExample } from './help.ts';

const SCHEMAS = { subscriptions, config };

export function schemaCommand(): Command {
  const command = new Command('schema')
    .summary('print the JSON Schema of subscription files or of the configuration')
    .description('Prints a JSON Schema (2020-12), for completion and checks in editors.')
    .addArgument(new Argument('[which]', 'of which files').choices(Object.keys(SCHEMAS)).default('subscriptions'))
    .action((which: keyof typeof SCHEMAS) => {
      process.stdout.write(`${JSON.stringify(SCHEMAS[which], null, 2)}\n`);
    });
  return addExample(command, {
    example:
      'webhook-reconciler schema > subscriptions.schema.json\n# then, on the first line of a file beside it:\n# yaml-language-server: $schema=subscriptions.schema.json',
    exitStatus: '0.',
  });
}
