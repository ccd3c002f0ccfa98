/** Problems as GitHub workflow commands, which show up at their lines in a pull request. */
import { byPlace } from './format.ts';
import type { Problem } from './problem.ts';
import { printable } from '../printable.ts';

/** One `::error …::` or `::warning …::` a line; `file` as the problem has it, relative to the repository. */
export function formatGithub(problems: readonly Problem[]): string {
  return [...problems]
    .sort(byPlace)
    .map(({ severity, file, line, column, field, message, rule }) => {
      const at = `file=${property(file)},line=${line},col=${column},title=${property(rule)}`;
      return `::${severity} ${at}::${data(field === '' ? message : `${field}: ${message}`)}`;
    })
    .join('\n');
}

// The escapes of the runner's own toolkit; what else would not be seen as what it is comes after them.
function data(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
