/** `test`: has Upvest send a test delivery. */
import { Command } from 'commander';
import { printable, printableJson, quoted, suggest } from '../base/text.ts';
import { createLog } from '../runtime/log.ts';
import type { Observed } from '../subscription/subscription.ts';
import { RECEIVER_FIXES, type TestAnswer } from '../upvest/wire.ts';
import { configure } from './configure.ts';
import { addExample } from './help.ts';
import { addSettings } from './settings-flags.ts';
import { withTenant } from './tenant.ts';

export function testCommand(): Command {
  const command = new Command('test')
    .summary('have Upvest send a test delivery to a subscription')
    .description('Asks Upvest to send a test delivery to the subscription, and shows what its receiver answered.')
    .argument('<title or id>', 'the exact title, or the id, of a subscription on the tenant');
  addSettings(command, ['api', 'log']);
  addExample(command, {
    example: 'webhook-reconciler test "User webhook"',
    exitStatus:
      '0 the receiver answered 2xx, or the older API accepted the delivery and says no more; 2 the receiver did not; 1 error.',
  });
  return command.action(async (name: string) => {
    process.exitCode = 1;
    const configured = await configure(command, ['credentials']);
    if (!configured) return;
    const { config } = configured;
    await withTenant(config, await createLog(config.log), async ({ client }, signal) => {
      const found = named(name, (await client.listWebhooks(signal)).items);
      if (!found) return;
      const { value } = await client.testWebhook(found.id, signal);
      const { said, exitCode } = verdict(value);
      process.stdout.write(`${said} (a test delivery for ${quoted(found.title)} to ${printable(found.url)})\n`);
      if (value.body !== undefined)
        process.stdout.write(`${printableJson(JSON.stringify(value.body, undefined, 2))}\n`);
      process.exitCode = exitCode;
    });
  });
}

function verdict({ state, detail, body }: TestAnswer): { readonly said: string; readonly exitCode: number } {
  if (state === 'ok') return { said: `Delivered: the receiver ${detail}`, exitCode: 0 };
  if (state !== 'unknown')
    return { said: `Not delivered, ${state}: ${detail}. To fix it: ${RECEIVER_FIXES[state]}`, exitCode: 2 };
  return body === undefined
    ? { said: `Accepted, not proven: ${detail}`, exitCode: 0 }
    : { said: `Unknown: ${detail}`, exitCode: 1 };
}

function named(name: string, subscriptions: readonly Observed[]): Observed | undefined {
  const matching = subscriptions.filter(({ id, title }) => id === name.toLowerCase() || title === name);
  if (matching.length === 1) return matching[0];
  const why =
    matching.length === 0
      ? `no subscription on the tenant has the title or id "${name}"${whatThereIs(name, subscriptions)}`
      : `${matching.length} subscriptions have the title "${name}": give one of the ids ${matching.map(({ id }) => id).join(', ')}`;
  process.stderr.write(`error: ${printable(why)}\n`);
  return undefined;
}

/** At most so many titles are named, because a tenant may have thousands. */
const NAMED = 10;

function whatThereIs(name: string, subscriptions: readonly Observed[]): string {
  const titles = [...new Set(subscriptions.map(({ title }) => title))];
  const near = suggest(name, titles);
  if (near !== undefined) return `, did you mean ${quoted(near)}?`;
  if (titles.length === 0) return ': there are none at all';
  const more = titles.length > NAMED ? ` and ${titles.length - NAMED} more` : '';
  return `: there are ${titles.slice(0, NAMED).map(quoted).join(', ')}${more}`;
}
