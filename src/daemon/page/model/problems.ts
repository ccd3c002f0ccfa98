/** What is wrong in the files, and what should be looked at beside that. */
import type { ProblemStatus, StatusDocument } from '../../status-document.ts';

export interface Problems {
  readonly errors: readonly ProblemStatus[];
  /** Of files, with their place. */
  readonly fileWarnings: readonly ProblemStatus[];
  /** Of the tenant, its receivers and the plan. */
  readonly warnings: readonly string[];
  /** How many errors are not among those that were kept. */
  readonly moreErrors: number;
}

type Told = Pick<StatusDocument, 'problems' | 'warnings' | 'checkoutErrors'>;

export function problemsIn({ problems, warnings, checkoutErrors }: Told): Problems {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const fileWarnings = problems.filter(({ severity }) => severity === 'warning');
  // The document has what is wrong in files among the warnings as well, as text.
  const ofFiles = new Set(
    problems.map(({ file, line, column, field, message }) => `${file}:${line}:${column} ${field} ${message}`),
  );
  return {
    errors,
    fileWarnings,
    warnings: warnings.filter((warning) => !ofFiles.has(warning)),
    moreErrors: Math.max(0, checkoutErrors - errors.length),
  };
}

export function hasErrors({ errors, moreErrors }: Problems): boolean {
  return errors.length + moreErrors > 0;
}

export function hasWarnings({ fileWarnings, warnings }: Problems): boolean {
  return fileWarnings.length + warnings.length > 0;
}
