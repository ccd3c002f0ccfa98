/** What every command does first: work out the configuration, or say everything that is wrong with it. */
import type { Command } from 'commander';
import { counted } from '../base/text.ts';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { Need } from '../config/requirements.ts';
import { type ConfigProblem, formatConfigProblems } from '../config/source-value.ts';
import { givenFlags } from './settings-flags.ts';

type Configured = Extract<LoadedConfig, { ok: true }>;

/** `undefined`: there are mistakes, all of which have been told; nothing may be done. Warnings are told too. */
export async function configure(
  command: Command,
  needs: readonly Need[],
  tell: Tell = onStderr,
): Promise<Configured | undefined> {
  const loaded = await loadConfig({
    ...givenFlags(command),
    env: process.env,
    cwd: process.cwd(),
    needs,
    isTerminal: process.stderr.isTTY,
  });
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) tell(problems);
  return loaded.ok ? loaded : undefined;
}

export type Tell = (problems: readonly ConfigProblem[]) => void;

/** For whoever has just started something: there is no log yet, since it has settings of its own. */
export function onStderr(problems: readonly ConfigProblem[]): void {
  process.stderr.write(`${formatConfigProblems(problems)}\n`);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  process.stderr.write(`${counted(errors, 'error')} in the configuration. Nothing was sent.\n`);
}
