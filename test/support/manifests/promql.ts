/** Reads PromQL with the grammar of Prometheus itself. */
import { parser } from '@prometheus-io/lezer-promql';

export interface Query {
  /** Where the grammar does not know what to make of it: what stands there. */
  readonly errors: readonly string[];
  readonly metrics: readonly string[];
  /** Of matchers and groupings. */
  readonly labels: readonly string[];
}

export function readPromql(expr: string): Query {
  const errors: string[] = [];
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      const text = expr.slice(from, to);
      if (type.isError) errors.push(`"${text}" at ${from}`);
      if (type.name === 'Identifier') metrics.push(text);
      if (type.name === 'LabelName') labels.push(text);
    },
  });
  return { errors, metrics, labels };
}
