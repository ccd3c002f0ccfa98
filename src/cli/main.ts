/** The command `webhook-reconciler`. */
import { Command } from 'commander';
import { version } from '../version.ts';

await new Command('webhook-reconciler').version(version).parseAsync();
