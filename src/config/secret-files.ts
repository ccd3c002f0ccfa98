/** Whether the files that are to hold secrets are there. What is in them is not looked at here. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { ConfigProblem } from './config-problem.ts';
import type { Given } from './given.ts';

/** The mistake, or nothing. */
export async function checkSecretFile({ key, place, text, read }: Given): Promise<readonly ConfigProblem[]> {
  if (!read.ok) return [];
  const path = String(read.value);
  // What was given may be the secret itself: then it must not be seen.
  const name = looksLikePath(text ?? '') ? path : 'the file named here (not shown, it may be the secret itself)';
  const problem = (message: string): ConfigProblem[] => [
    { severity: 'error', place, field: key, message: `${name} ${message}` },
  ];
  try {
    if (!(await stat(path)).isFile()) return problem('is not a file: give the path of the file itself');
    await access(path, constants.R_OK);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return problem('does not exist: is the Secret mounted there?');
    if (code === 'EACCES') return problem(`may not be read by user ${process.getuid?.() ?? ''}: see its permissions`);
    return problem(`cannot be read (${code ?? 'unknown error'})`);
  }
}

/** Whether a text given for the path of a secret is surely a path, so that it may be shown. */
export function looksLikePath(text: string): boolean {
  return /^(\.{0,2}\/|[A-Za-z]:\\)|\.[A-Za-z]{2,5}$/.test(text);
}
