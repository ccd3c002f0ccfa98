/** What every command does first: load the configuration, or report every error in it. */
import type { Command } from 'commander';
import { counted } from '../base/text.ts';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { Need } from '../config/requirements.ts';
import { type ConfigProblem, formatConfigProblems } from '../config/source-value.ts';
import { givenFlags } from './settings-flags.ts';

type Configured = Extract<LoadedConfig, { ok: true }>;

/** Reports errors and warnings. `undefined`: the configuration has errors, so nothing may be done. */
export async function configure(
  command: Command,
  needs: readonly Need[],
  report: Report = onStderr,
): Promise<Configured | undefined> {
  const loaded = await loadConfig({
    ...givenFlags(command),
    env: process.env,
    cwd: process.cwd(),
    needs,
    isTerminal: process.stderr.isTTY,
  });
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (problems.length > 0) report(problems);
  return loaded.ok ? loaded : undefined;
}

export type Report = (problems: readonly ConfigProblem[]) => void;

/** Reports on stderr: there is no log yet, because its settings are part of the configuration. */
export function onStderr(problems: readonly ConfigProblem[], undone = 'Nothing was sent.'): void {
  process.stderr.write(`${formatConfigProblems(problems)}\n`);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return;
  process.stderr.write(`${counted(errors, 'error')} in the configuration. ${undone}\n`);
}
