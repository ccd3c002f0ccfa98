/** Writes problems sorted by place: as text for people, for GitHub Actions, and as SARIF. */
import { printable, printableJson } from '../base/text.ts';
import { byPlace, type Problem } from './problems.ts';

/** Widest column. One long path must not push everything off the screen. */
const MAX_COLUMN = 48;

/** One line a problem, `file:line:column  field  message`, without a newline at the end. Empty for no problems. */
export function formatProblems(problems: readonly Problem[]): string {
  const rows = [...problems].sort(byPlace).map((problem) => ({
    place: printable(`${problem.file}:${problem.line}:${problem.column}`),
    field: printable(problem.field),
    // The message may name other files, and a file name may hold control characters.
    message: printable(`${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}`),
  }));
  const places = width(rows.map(({ place }) => place));
  const fields = width(rows.map(({ field }) => field));
  return rows
    .map(({ place, field, message }) =>
      fields === 0
        ? `${place.padEnd(places)}  ${message}`
        : `${place.padEnd(places)}  ${field.padEnd(fields)}  ${message}`,
    )
    .join('\n');
}

function width(column: readonly string[]): number {
  return Math.min(
    MAX_COLUMN,
    column.reduce((widest, { length }) => Math.max(widest, length), 0),
  );
}

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

// These are the escapes of GitHub's own toolkit. `printable` then escapes all other control characters.
function data(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Problems as SARIF 2.1.0, the form code scanning services read. */
export function formatSarif(problems: readonly Problem[], tool: { readonly version: string }): string {
  const rules = [...new Set(problems.map(({ rule }) => rule))].sort();
  const results = [...problems].sort(byPlace).map(({ severity, file, line, column, field, message, rule }) => ({
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: severity,
    message: { text: field === '' ? message : `${field}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.toWellFormed().split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  }));
  const driver = { name: 'webhook-reconciler', version: tool.version, rules: rules.map((id) => ({ id })) };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return printableJson(JSON.stringify(log, undefined, 2));
}
