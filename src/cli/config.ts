/** `config`: the effective configuration and where each value came from. */
import { Command, Option } from 'commander';
import { describeConfig, DESCRIPTION_FORMATS, type DescriptionFormat } from '../config/describe-config.ts';
import { configure } from './configure.ts';
import { addExample } from './help.ts';
import { addSettings } from './settings-flags.ts';

export function configCommand(): Command {
  const command = new Command('config')
    .summary('show the effective configuration and where it comes from')
    .description(
      'Shows every setting, its value and the flag, variable, line of the file or default it comes from. Secrets are masked. Reads no credentials and sends nothing.',
    )
    .addOption(
      new Option('-o, --output <format>', 'how to show it; yaml can be used as a --config file')
        .choices(DESCRIPTION_FORMATS)
        .default('text'),
    );
  addSettings(command, ['api', 'source', 'policy', 'schedule', 'server', 'lease', 'kubernetes', 'log']);
  addExample(command, {
    example: 'webhook-reconciler config --config reconciler.yaml --mode observe',
    exitStatus: '0, or 1 if the configuration has errors.',
  });
  return command.action(async ({ output }: { readonly output: DescriptionFormat }) => {
    const loaded = await configure(command, []);
    if (loaded) process.stdout.write(describeConfig(loaded.origins, output));
    else process.exitCode = 1;
  });
}
