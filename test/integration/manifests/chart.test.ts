/** The chart, rendered and linted by the real helm, held against what kustomize makes of the base. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Manifest } from '../../support/manifests/kubernetes.ts';
import { chart, helm, kindsOf, kustomize, oneOf } from '../../support/manifests/render.ts';
import { schemaFaults } from '../../support/manifests/schema-faults.ts';
import { run } from '../../support/manifests/tool.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

const git = [
  '--set=gitSync.enabled=true',
  '--set=gitSync.repo=https://git.tenant.tld/platform/subscriptions.git',
  '--set=image.repository=registry.tenant.tld/webhook-reconciler',
  '--set=config.source.path=/checkout/current/webhooks',
];
const [plain, withoutLease, withGit, monitored, base, ofExample, sandbox] = await Promise.all([
  helm(),
  helm('--set=lease.enabled=false'),
  helm(...git),
  helm('--set=podMonitor.enabled=true'),
  kustomize('base'),
  kustomize('examples/without-lease'),
  kustomize('overlays/sandbox'),
]);

interface Bare {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec?: {
    readonly template?: {
      readonly metadata: { annotations?: object };
      readonly spec: { readonly volumes: { readonly name: string }[] };
    };
  };
}

/** What both say, without what each adds of its own: labels of helm, hashes in names, namespaces of an overlay. */
function essence(manifests: readonly Manifest[]): Record<string, unknown> {
  const kept = manifests.filter(({ kind }) => kind !== 'Namespace');
  const text = JSON.stringify(kept, (key, value: unknown) => {
    if (['helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version'].includes(key)) return undefined;
    if (key === 'checksum/config' || (key === 'namespace' && value === 'upvest-sandbox')) return undefined;
    return typeof value === 'string' ? value.replace(/^(webhook-reconciler-config)-[a-z0-9]{10}$/, '$1') : value;
  });
  const objects = JSON.parse(text) as Bare[];
  for (const { data, spec } of objects) {
    if (data) data['config.yaml'] = JSON.stringify(parse(data['config.yaml'] ?? ''), sorted);
    if (spec?.template) {
      // Only the checksum was in it. The order of volumes says nothing.
      delete spec.template.metadata.annotations;
      spec.template.spec.volumes.sort((one, other) => one.name.localeCompare(other.name));
    }
  }
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
}

/** Helm writes the keys of a mapping in the order of the alphabet. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)));
}

describe('the chart', () => {
  it('makes the same objects as the base', () => {
    expect(essence(plain)).toEqual(essence(base));
  });

  it('makes the same objects as the base without its lease', () => {
    expect(essence(withoutLease)).toEqual(essence(ofExample));
  });

  it('makes the same objects as the overlay that takes the subscriptions from git', () => {
    expect(essence(withGit)).toEqual(essence(sandbox));
  });

  it.each([...plain, oneOf(monitored, 'PodMonitor')])('its $kind is as the OpenAPI schema asks', async (manifest) => {
    expect(await schemaFaults(manifest)).toEqual([]);
  });

  it('has metrics scraped where that is wanted, and only there', () => {
    expect(kindsOf(plain)).not.toContain('PodMonitor');
    expect(oneOf(monitored, 'PodMonitor').spec.selector.matchLabels).toEqual(
      oneOf(monitored, 'Deployment').spec.selector.matchLabels,
    );
  });

  it('runs the image of a digest where one is given', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const pinned = JSON.stringify(oneOf(await helm(`--set=image.digest=${digest}`), 'Deployment'));
    expect(pinned).toContain(`"webhook-reconciler:${version}@${digest}"`);
  });

  it('passes on the hosts that deliveries may go to', async () => {
    const { data } = oneOf(await helm('--set=config.policy.hosts={hooks.tenant.tld}'), 'ConfigMap');
    expect(parse(data?.['config.yaml'] ?? '')).toMatchObject({ policy: { hosts: ['hooks.tenant.tld'] } });
  });

  it('passes its own linter, strictly', async () => {
    expect(await run('helm', 'lint', '--strict', chart)).toContain('0 chart(s) failed');
  });

  it('has the version of this repository', () => {
    const meta = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as Record<string, string>;
    expect([meta['version'], meta['appVersion']]).toEqual([version, version]);
  });
});

describe('the chart refuses', () => {
  it('values and settings that it does not know, all at once', async () => {
    const refusal = helm(
      '--set=replica=3',
      '--set=config.policy.mod=sync',
      '--set=config.schedule.resync=10s',
      '--set=image.tag=latest',
      '--set=image.digest=latest',
    );
    await expect(refusal).rejects.toThrow(/'replica' not allowed/);
    await expect(refusal).rejects.toThrow(/'mod' not allowed/);
    await expect(refusal).rejects.toThrow(/'\/image\/tag'/);
    await expect(refusal).rejects.toThrow(/'\/image\/digest'/);
  });

  it('a checkout that git-sync does not fill', async () => {
    const refusal = helm(...git, '--set=config.source.path=/checkout');
    await expect(refusal).rejects.toThrow('config.source.path has to begin with /checkout/current');
  });
});
