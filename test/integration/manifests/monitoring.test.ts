/** Alerts and dashboard, held against the metrics that the daemon has, by the grammar of Prometheus. */
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../src/daemon/metrics.ts';
import { kustomize, oneOf, podOf } from '../../support/manifests/render.ts';
import { readPromql } from '../../support/manifests/promql.ts';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets: readonly { readonly expr: string }[];
}

const live = await kustomize('overlays/live');
const alerts = oneOf(live, 'PrometheusRule').spec.groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(oneOf(live, 'ConfigMap', 'webhook-reconciler-dashboard').data!['dashboard.json']!) as {
  readonly panels: readonly Panel[];
};
const panels = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

const exposition = await new Metrics(() => ({
  leads: true,
  tenant: { url: 'https://api.tld', clientId: 'a' },
  showsSubscriptions: true,
})).text();
/** As Prometheus stores them: a histogram is three. */
const exposed = new Set(
  [...exposition.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);
const labelsOfScrape = ['namespace', 'pod', 'container', 'app_kubernetes_io_name', 'app_kubernetes_io_instance', 'le'];
const labelsOfOurs = [
  'state',
  'guard',
  'status',
  'result',
  'action',
  'origin',
  'reason',
  'route',
  'revision',
  'version',
  'node',
];

/** Grafana puts these in before it asks. */
const forPrometheus = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '5m').replaceAll('$namespace', '.*');

describe.each([...alerts.map(({ alert, expr }) => [alert, expr] as const), ...panels])('%s', (_name, expr) => {
  const query = readPromql(forPrometheus(expr));

  it('is PromQL', () => {
    expect(query.errors).toEqual([]);
  });

  it('asks for metrics and labels that there are', () => {
    expect(query.metrics.filter((metric) => !exposed.has(metric))).toEqual([]);
    expect(query.metrics).not.toEqual([]);
    expect(query.labels.filter((label) => ![...labelsOfScrape, ...labelsOfOurs].includes(label))).toEqual([]);
  });
});

describe('the alerts', () => {
  it('say what is wrong, what it means and where to read on', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations.summary).toMatch(/\S/);
      expect(annotations.description).toMatch(/\S/);
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});

describe('the dashboard', () => {
  it('has panels that do not lie on each other', () => {
    const cells = dashboard.panels.flatMap(({ id, gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => ({ id, cell: `${x + (n % w)}/${y + Math.floor(n / w)}` })),
    );
    expect(new Set(cells.map(({ cell }) => cell)).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

describe('the scraping', () => {
  it('finds the pod by its label and the port by its name', () => {
    const { selector, podMetricsEndpoints } = oneOf(live, 'PodMonitor').spec as unknown as {
      readonly selector: { readonly matchExpressions: readonly { key: string; operator: string }[] };
      readonly podMetricsEndpoints: readonly { port: string; path: string }[];
    };
    expect(selector.matchExpressions).toEqual([{ key: 'webhook-reconciler', operator: 'Exists' }]);
    const { template } = oneOf(live, 'Deployment').spec;
    expect(Object.keys(template.metadata.labels)).toContain('webhook-reconciler');
    expect(podMetricsEndpoints.map(({ port, path }) => [port, path])).toEqual([['reconciler', '/metrics']]);
    expect(podOf(live).containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name))).toContain('reconciler');
  });
});
