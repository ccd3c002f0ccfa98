/** docs/operations.md has a place for whatever somebody may be woken up by. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../src/daemon/metrics.ts';
import { GUARDS } from '../../src/plan/plan.ts';
import { STATE_NAMES } from '../../src/reconcile/report.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const runbook = read('docs/operations.md');
const exposition = await new Metrics(() => ({
  leads: true,
  tenant: { url: 'https://api.tld', clientId: 'a' },
  showsSubscriptions: true,
})).text();

/** The names that begin a row of the table below a heading. */
function rowsBelow(heading: string, document = runbook): string[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');

describe('the runbook', () => {
  it('has a row for every state of a subscription', () => {
    expect(rowsBelow('States').sort()).toEqual([...STATE_NAMES].sort());
  });

  it('has a row for every guard', () => {
    const guards = [...exposition.matchAll(/deletes_withheld\{guard="([^"]+)"\}/g)].map(([, guard = '']) => guard);
    expect(rowsBelow('Guards').sort()).toEqual(guards.sort());
  });

  it('has a row for every Event', () => {
    const announcer = read('src/daemon/announcer.ts');
    const reasons = [...announcer.matchAll(/#(?:warn|normal|stand)\('([^']+)'/g)].map(([, reason = '']) => reason);
    expect(rowsBelow('Events').sort()).toEqual([...new Set(reasons)].sort());
  });

  it('has a row for every turn that the log says', () => {
    const messages = [...read('src/runtime/log-transitions.ts').matchAll(/log\.\w+\([^']*'([a-z ]+)'/g)];
    const turns = messages.map(([, message = '']) => message).filter((message) => !message.startsWith('more '));
    expect(turns).toHaveLength(8);
    expect(rowsBelow('Log')).toEqual(expect.arrayContaining(turns));
  });

  it('has a row for every metric', () => {
    const metrics = [...exposition.matchAll(/^# TYPE (webhook_reconciler_\S+)/gm)].map(([, metric = '']) => metric);
    expect(rowsBelow('Metrics').sort()).toEqual(metrics.sort());
  });

  it('has a heading for every alert, to which the alert points', () => {
    const { spec } = parse(read('deploy/kubernetes/components/monitoring/alerts.yaml')) as {
      spec: { groups: readonly { rules: readonly { alert: string }[] }[] };
    };
    const alerts = spec.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(headings.filter((heading) => heading.startsWith('WebhookReconciler'))).toEqual(alerts);
  });

  it('has no link that leads nowhere', () => {
    const anchors = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !headings.map(anchorOf).includes(anchor ?? ''))).toEqual([]);
  });

  it('has the recipe of the sidecar as it is tested', () => {
    const recipe = read('deploy/kubernetes/examples/sidecar/kustomization.yaml').replace(/^(#.*\n)+/, '');
    expect(runbook).toContain(`\`\`\`yaml\n${recipe}\`\`\`\n`);
  });
});

describe('every guard', () => {
  it.each([
    ['README.md', 'What it may do'],
    ['docs/pass-rules.md', '4. Guards'],
  ])('has a row in %s', (document, heading) => {
    expect(rowsBelow(heading, read(document)).sort()).toEqual([...GUARDS].sort());
  });
});

describe('the README', () => {
  it('lists every state of a subscription', () => {
    const [, list = ''] = /^States of a subscription: (.*?)\n\n/ms.exec(read('README.md')) ?? [];
    expect([...list.matchAll(/`(\w+)`/g)].map(([, state = '']) => state).sort()).toEqual([...STATE_NAMES].sort());
  });
});
