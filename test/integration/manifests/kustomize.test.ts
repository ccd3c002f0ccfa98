/** The manifests as Kubernetes would get them: built by the real kustomize, held against the rules a cluster may enforce. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { Container, Manifest } from '../../support/manifests/kubernetes.ts';
import { podOffences } from '../../support/manifests/pod-offences.ts';
import {
  containerOf,
  containersOf,
  kindsOf,
  kustomize,
  oneOf,
  podOf,
  valueOf,
} from '../../support/manifests/render.ts';
import { schemaFaults } from '../../support/manifests/schema-faults.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

const folders = [
  'base',
  'overlays/sandbox',
  'overlays/live',
  'examples/sidecar',
  'examples/wait-for-first-pass',
  'examples/without-lease',
  'examples/second-tenant',
] as const;
type Folder = (typeof folders)[number];

const built = Object.fromEntries(
  await Promise.all(folders.map(async (folder) => [folder, await kustomize(folder)] as const)),
) as Readonly<Record<Folder, readonly Manifest[]>>;

/** The configuration in the ConfigMap, read as the daemon reads it. */
async function effective(manifests: readonly Manifest[]): Promise<Config> {
  const { data } = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.includes('-config-'))!;
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  try {
    writeFileSync(join(folder, 'config.yaml'), data?.['config.yaml'] ?? '');
    const loaded = await loadConfig({ env: {}, file: 'config.yaml', cwd: folder, needs: [] });
    expect(loaded).toMatchObject({ ok: true });
    return (loaded as { readonly config: Config }).config;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const imageOf = (folder: Folder): string => containerOf(podOf(built[folder]), 'webhook-reconciler').image;
const mountOf = ({ volumeMounts = [] }: Container, name: string) => volumeMounts.find((mount) => mount.name === name);

describe.each(folders)('deploy/kubernetes/%s', (folder) => {
  const manifests = built[folder];
  const pod = podOf(manifests);
  const reconciler = containerOf(pod, 'webhook-reconciler');

  it.each(manifests)(
    'its $kind $metadata.name is as the OpenAPI schema asks, with no field unknown to it',
    async (each) => {
      expect(await schemaFaults(each)).toEqual([]);
    },
  );

  it('passes the restricted Pod Security Standard, with limits and pinned versions', () => {
    expect(podOffences(pod)).toEqual([]);
  });

  it('asks /livez whether to restart it', () => {
    expect(reconciler.ports).toEqual([{ name: 'reconciler', containerPort: 8080, protocol: 'TCP' }]);
    expect(reconciler.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'reconciler' });
  });

  it('gives the daemon more time to end than the 10 s it may take', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  it('lets the heap grow no further than the memory limit allows', () => {
    const heap = Number(/--max-old-space-size=(\d+)/.exec(valueOf(reconciler, 'NODE_OPTIONS') ?? '')?.[1]);
    const limit = Number(/^(\d+)Mi$/.exec(reconciler.resources?.limits?.['memory'] ?? '')?.[1]);
    expect(limit - heap).toBeGreaterThanOrEqual(96);
  });

  it('gives it the secrets as files that its group alone may read, never as variables', () => {
    expect(pod.securityContext?.fsGroup).toBe(65_532);
    expect(JSON.stringify(pod)).not.toContain('secretKeyRef');
  });

  it('mounts nothing for the daemon that it could write to, and lets Node read nothing else', () => {
    expect(reconciler.volumeMounts?.filter(({ readOnly }) => readOnly !== true)).toEqual([]);
    const allowed = [...valueOf(reconciler, 'NODE_OPTIONS')!.matchAll(/--allow-fs-read=(\S+)/g)].map(
      ([, path]) => path,
    );
    const mounted = reconciler.volumeMounts?.map(({ mountPath }) => `${mountPath}/*`) ?? [];
    const token = '/var/run/secrets/kubernetes.io/serviceaccount/*';
    expect(new Set(allowed)).toEqual(new Set(['/app/*', '/proc/self/status', '/proc/self/fd', token, ...mounted]));
  });

  it('lets no signal open a debugger', () => {
    expect(valueOf(reconciler, 'NODE_OPTIONS')).toContain('--disable-sigusr1');
  });

  it('is configured to observe only, until somebody says otherwise', async () => {
    expect(reconciler.args).toEqual(['run', '--config', '/etc/webhook-reconciler/config.yaml']);
    expect((await effective(manifests)).policy).toMatchObject({ mode: 'observe', owns: [] });
  });

  it('finds the checkout and the secrets where the volumes are mounted', async () => {
    const { api, source } = await effective(manifests);
    const checkout = mountOf(reconciler, 'checkout')!.mountPath;
    expect(source.path === checkout || source.path.startsWith(`${checkout}/`)).toBe(true);
    const secrets = pod.volumes.flatMap(({ name, projected }) =>
      (projected?.sources ?? []).flatMap(({ secret }) =>
        (secret?.items ?? []).map(({ path }) => `${mountOf(reconciler, name)?.mountPath}/${path}`),
      ),
    );
    expect(secrets.slice(0, 2)).toEqual([api.clientSecretFile, api.privateKeyFile]);
    expect(secrets[2]).toBe('/var/run/upvest/private-key-passphrase');
  });

  it('posts Events where it has a token to do so, and tells them which pod it is', async () => {
    const hasToken = kindsOf(manifests).includes('Lease');
    expect((await effective(manifests)).kubernetes.events).toBe(hasToken);
    const paths = reconciler.env?.flatMap(({ valueFrom }) => valueFrom?.fieldRef?.fieldPath ?? []);
    expect(paths).toEqual(['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName']);
  });

  it('can reach a token of the cluster only where there is a lease, and only in its own container', () => {
    const withToken = pod.volumes.filter(({ projected }) =>
      projected?.sources.some((each) => each.serviceAccountToken),
    );
    const users = containersOf(pod).filter((each) => withToken.some(({ name }) => mountOf(each, name)));
    const expected = kindsOf(manifests).includes('Lease') ? ['webhook-reconciler'] : [];
    expect(users.map(({ name }) => name)).toEqual(expected);
    expect(withToken).toHaveLength(expected.length);
  });
});

describe('the base', () => {
  const manifests = built.base;
  const { replicas, template } = oneOf(manifests, 'Deployment').spec;
  const labels = template.metadata.labels;
  const pod = template.spec;

  it('is what a cluster needs to run two of it, and nothing else', () => {
    expect(replicas).toBe(2);
    expect(kindsOf(manifests)).toEqual([
      'ConfigMap',
      'Deployment',
      'Lease',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'ServiceAccount',
    ]);
  });

  it('has selectors that all find the pod', () => {
    const { spec: service } = oneOf(manifests, 'Service');
    const selectors = [
      service.selector,
      oneOf(manifests, 'Deployment').spec.selector.matchLabels,
      oneOf(manifests, 'PodDisruptionBudget').spec.selector.matchLabels,
      oneOf(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
      ...pod.topologySpreadConstraints!.map(({ labelSelector }) => labelSelector.matchLabels),
    ];
    for (const selector of selectors) {
      expect(Object.keys(selector)).toContain('app.kubernetes.io/instance');
      expect(labels).toMatchObject(selector);
    }
    expect(service.ports.map(({ targetPort }) => targetPort)).toEqual(['reconciler']);
  });

  it('spreads over nodes and zones, and lets a drain take one at a time', () => {
    expect(pod.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
    expect(oneOf(manifests, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  it('starts when it lives, and takes part once its first pass has ended', () => {
    const { startupProbe, readinessProbe } = containerOf(pod, 'webhook-reconciler');
    expect(startupProbe?.httpGet?.path).toBe('/livez');
    expect(readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'reconciler' });
  });

  it('lets out DNS, HTTPS and the API server', () => {
    const ports = oneOf(manifests, 'NetworkPolicy').spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port));
    expect(ports).toEqual([53, 53, 443, 6443]);
  });

  it('runs the version of this repository', () => {
    expect(imageOf('base')).toBe(`webhook-reconciler:${version}`);
  });
});

describe('the lease', () => {
  it.each(['base', 'examples/sidecar', 'examples/second-tenant'] as const)(
    'and Events are all that the role in %s allows, and the pod has that role',
    (folder) => {
      const manifests = built[folder];
      const lease = oneOf(manifests, 'Lease').metadata.name;
      const role = oneOf(manifests, 'Role');
      expect(role.rules).toEqual([
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [lease], verbs: ['get', 'update'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ]);
      expect(kindsOf(manifests).filter((kind) => kind.includes('Role'))).toEqual(['Role', 'RoleBinding']);

      const binding = oneOf(manifests, 'RoleBinding');
      expect(binding.roleRef?.name).toBe(role.metadata.name);
      expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: podOf(manifests).serviceAccountName }]);
    },
  );

  it.each(['base', 'examples/sidecar', 'examples/second-tenant'] as const)(
    'that the daemon in %s asks for is the one that is made for it, in its own namespace',
    (folder) => {
      const reconciler = containerOf(podOf(built[folder]), 'webhook-reconciler');
      expect(valueOf(reconciler, 'RECONCILER_LEASE')).toBe('$(POD_NAMESPACE)/$(LEASE_NAME)');
      expect(valueOf(reconciler, 'LEASE_NAME')).toBe(oneOf(built[folder], 'Lease').metadata.name);
      // Kubernetes expands only what stands before.
      const names = reconciler.env?.map(({ name }) => name) ?? [];
      expect(names.indexOf('RECONCILER_LEASE')).toBeGreaterThan(names.indexOf('LEASE_NAME'));
      expect(names.indexOf('RECONCILER_LEASE')).toBeGreaterThan(names.indexOf('POD_NAMESPACE'));
    },
  );

  it('is not shared by two tenants in one namespace, nor is anything else', () => {
    const namesOf = (folder: Folder) => built[folder].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const ofFirst = namesOf('base');
    expect(namesOf('examples/second-tenant').filter((name) => ofFirst.includes(name))).toEqual([]);
    const first = oneOf(built.base, 'Deployment').spec.template.metadata.labels;
    expect(oneOf(built['examples/second-tenant'], 'Service').spec.selector).not.toMatchObject(
      oneOf(built.base, 'Service').spec.selector,
    );
    expect(first).not.toMatchObject(oneOf(built['examples/second-tenant'], 'Service').spec.selector);
  });

  it('is needed for two: without it there is one replica, the old one gone before the new one starts', () => {
    const manifests = built['examples/without-lease'];
    expect(oneOf(manifests, 'Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(kindsOf(manifests).filter((kind) => /Role|Lease|Budget/.test(kind))).toEqual([]);
    expect(valueOf(containerOf(podOf(manifests), 'webhook-reconciler'), 'RECONCILER_LEASE')).toBeUndefined();
    const ports = oneOf(manifests, 'NetworkPolicy').spec.egress.flatMap(({ ports }) => ports.map(({ port }) => port));
    expect(ports).toEqual([53, 53, 443]);
  });
});

describe('beside an application', () => {
  const pod = podOf(built['examples/sidecar']);
  const reconciler = containerOf(pod, 'webhook-reconciler');

  it('the daemon is a native sidecar, started before the application and after git-sync', () => {
    expect(containersOf(pod).map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['git-sync', 'Always'],
      ['webhook-reconciler', 'Always'],
      ['application', undefined],
    ]);
  });

  it('the daemon holds the application up for no pass and never takes it out of service', () => {
    expect(reconciler.startupProbe?.httpGet?.path).toBe('/livez');
    expect(reconciler.readinessProbe).toBeUndefined();
  });

  it('the application waits for the first sync and the first pass, if wanted', () => {
    const waiting = podOf(built['examples/wait-for-first-pass']);
    const gates = containersOf(waiting).map(({ name, startupProbe }) => [name, startupProbe?.httpGet]);
    expect(gates).toEqual([
      ['git-sync', { path: '/', port: 'git-sync' }],
      ['webhook-reconciler', { path: '/readyz', port: 'reconciler' }],
      ['application', undefined],
    ]);
  });

  it('the image in the recipe is of this version', () => {
    expect(imageOf('examples/sidecar')).toBe(`registry.tenant.tld/webhook-reconciler:${version}`);
  });
});

describe.each(['examples/sidecar', 'overlays/sandbox', 'overlays/live'] as const)('git-sync in %s', (folder) => {
  const pod = podOf(built[folder]);
  const gitSync = containerOf(pod, 'git-sync');

  it('is a version 4 that knows its repository', () => {
    expect(gitSync.image).toMatch(/^registry\.k8s\.io\/git-sync\/git-sync:v4\./);
    expect(valueOf(gitSync, 'GITSYNC_REPO')).toMatch(/^https:/);
  });

  it('puts its link where the daemon reads, in a volume that both share', async () => {
    const path = mountOf(gitSync, 'checkout')?.mountPath;
    expect(mountOf(containerOf(pod, 'webhook-reconciler'), 'checkout')?.mountPath).toBe(path);
    expect(pod.volumes.find(({ name }) => name === 'checkout')).toEqual({
      name: 'checkout',
      emptyDir: { sizeLimit: '1Gi' },
    });
    expect((await effective(built[folder])).source.path).toBe(`${valueOf(gitSync, 'GITSYNC_LINK')}/webhooks`);
  });

  it('calls the daemon after every sync, and is content with its 202', () => {
    expect(valueOf(gitSync, 'GITSYNC_WEBHOOK_URL')).toBe('http://localhost:8080/-/reconcile');
    expect(valueOf(gitSync, 'GITSYNC_WEBHOOK_SUCCESS_STATUS')).toBe('202');
  });
});

describe('the overlays', () => {
  it.each([
    ['overlays/sandbox', 'https://sandbox.upvest.co'],
    ['overlays/live', 'https://api.upvest.co'],
  ] as const)('%s speaks to %s, in a namespace that enforces the restricted standard', async (folder, url) => {
    expect((await effective(built[folder])).api.url).toBe(url);
    const { name, labels } = oneOf(built[folder], 'Namespace').metadata;
    expect(labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
    const elsewhere = built[folder].filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== name);
    expect(elsewhere).toEqual([]);
    expect(imageOf(folder)).toBe(`registry.tenant.tld/webhook-reconciler:${version}`);
  });

  it('overlays/live names the hosts that deliveries may go to', async () => {
    expect((await effective(built['overlays/live'])).policy.hosts).toEqual(['hooks.tenant.tld']);
  });
});
