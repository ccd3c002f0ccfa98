/** Problems as SARIF 2.1.0, the form code scanning services read. */
import { byPlace } from './format.ts';
import type { Problem } from './problem.ts';
import { printableJson } from '../printable.ts';

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
