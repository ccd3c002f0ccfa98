/** `keys`: the keys with which Upvest signs deliveries. */
import { Command } from 'commander';
import { printableJson } from '../base/text.ts';
import { createLog } from '../runtime/log.ts';
import { configure } from './configure.ts';
import { addExample } from './help.ts';
import { addSettings } from './settings-flags.ts';
import { withTenant } from './tenant.ts';

export function keysCommand(): Command {
  const command = new Command('keys')
    .summary("print the tenant's verification keys")
    .description('Prints the public keys with which deliveries to this tenant are signed, as a JSON Web Key Set.');
  addSettings(command, ['api', 'log']);
  addExample(command, {
    example: 'webhook-reconciler keys > jwks.json',
    exitStatus: '0, or 1 on an error.',
  });
  return command.action(async () => {
    process.exitCode = 1;
    const configured = await configure(command, ['credentials']);
    if (!configured) return;
    const { config } = configured;
    const keys = await withTenant(config, await createLog(config.log), async ({ client }, signal) =>
      client.verifyKeys(signal),
    );
    if (!keys) return;
    process.stdout.write(`${printableJson(JSON.stringify({ keys }, undefined, 2))}\n`);
    process.exitCode = 0;
  });
}
