/** What every command does first: work out the configuration, or say everything that is wrong with it. */
import type { Command } from 'commander';
import { formatConfigProblems } from '../config/config-problem.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Need } from '../config/missing.ts';
import { givenFlags } from './settings-flags.ts';

export type Configured = Extract<LoadedConfig, { ok: true }>;

/** `undefined`: there are mistakes, all of which now stand on stderr; nothing may be done. */
export async function configure(command: Command, needs: readonly Need[]): Promise<Configured | undefined> {
  const loaded = await loadConfig({
    ...givenFlags(command),
    env: process.env,
    cwd: process.cwd(),
    needs,
    isTerminal: process.stderr.isTTY,
  });
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) process.stderr.write(`${formatConfigProblems(problems)}\n`);
  if (loaded.ok) return loaded;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  process.stderr.write(`${errors} mistake${errors === 1 ? '' : 's'} in the configuration. Nothing was sent.\n`);
  return undefined;
}
