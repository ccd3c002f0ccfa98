/** The manifests as Kubernetes would get them: built by the real kustomize, held against the rules a cluster may enforce. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { schemaFaults } from '../support/manifests/schema-faults.ts';
import { run } from '../support/manifests/tool.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly fsGroup?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: { readonly sizeLimit?: string };
  readonly projected?: {
    readonly defaultMode?: number;
    readonly sources: readonly {
      readonly secret?: { readonly name: string; readonly items: readonly { path: string }[] };
    }[];
  };
}

interface Pod {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly automountServiceAccountToken?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly strategy?: { readonly type: string };
    readonly selector: Readonly<Record<string, unknown>>;
    readonly template: { readonly metadata: { readonly labels: Readonly<Record<string, string>> }; readonly spec: Pod };
    readonly ports?: readonly { readonly targetPort: string }[];
  };
}

/** `kubectl kustomize` needs no cluster. */
async function build(folder: string): Promise<readonly Manifest[]> {
  const stdout = await run('kubectl', 'kustomize', join(root, 'deploy/kubernetes', folder));
  // Kubernetes reads YAML 1.1, in which 0400 is octal.
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Manifest);
}

const oneOf = (manifests: readonly Manifest[], kind: string): Manifest => {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  return found[0]!;
};

/** The configuration in the ConfigMap, read as the daemon reads it. */
async function effective({ data }: Manifest): Promise<Config> {
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

const reconcilerOf = (pod: Pod): Container => pod.containers.find(({ name }) => name === 'webhook-reconciler')!;

/** What the Pod Security Standard `restricted` would refuse, and what we ask for besides. */
function offences(pod: Pod): string[] {
  const { securityContext: own = {} } = pod;
  const ofPod = [
    own.runAsNonRoot !== true && 'may run as root',
    own.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile',
    (pod.hostNetwork || pod.hostPID || pod.hostIPC) && 'shares namespaces of the host',
    pod.automountServiceAccountToken !== false && 'mounts a token of the Kubernetes API',
    ...pod.volumes
      .filter(({ configMap, emptyDir, projected }) => !configMap && !emptyDir && !projected)
      .map(({ name }) => `volume ${name} is of a kind that is not allowed`),
    ...pod.volumes.filter(({ emptyDir }) => emptyDir && !emptyDir.sizeLimit).map(({ name }) => `${name} has no limit`),
  ];
  const ofContainers = [...(pod.initContainers ?? []), ...pod.containers].flatMap((container) => {
    const { name, image, resources, ports = [], securityContext: context = {} } = container;
    const has = (of: 'requests' | 'limits') => resources?.[of]?.['cpu'] && resources[of]['memory'];
    return [
      context.allowPrivilegeEscalation !== false && 'may gain privileges',
      context.privileged && 'is privileged',
      context.readOnlyRootFilesystem !== true && 'may write to its root',
      !context.capabilities?.drop?.includes('ALL') && 'keeps capabilities',
      context.capabilities?.add && 'adds capabilities',
      (context.runAsUser ?? own.runAsUser ?? 0) < 10_000 && 'has no user of its own',
      ports.some(({ hostPort }) => hostPort !== undefined) && 'takes a port of the host',
      !has('requests') && 'has no requests',
      !has('limits') && 'has no limits',
      !/:v?\d+\.\d+\.\d+$/.test(image) && `has no pinned version: ${image}`,
    ].flatMap((offence) => (offence ? [`${name} ${offence}`] : []));
  });
  return [...ofPod.filter((offence) => typeof offence === 'string'), ...ofContainers];
}

describe.each(['.', 'base', 'examples/sidecar'])('deploy/kubernetes/%s', async (folder) => {
  const manifests = await build(folder);
  const deployment = oneOf(manifests, 'Deployment');
  const pod = deployment.spec.template.spec;
  const reconciler = reconcilerOf(pod);

  it.each(manifests)(
    'its $kind is as the OpenAPI schema of Kubernetes asks, with no field unknown to it',
    async (manifest) => {
      expect(await schemaFaults(manifest)).toEqual([]);
    },
  );

  it('passes the restricted Pod Security Standard, with limits and pinned versions', () => {
    expect(offences(pod)).toEqual([]);
  });

  it('never has two daemons at once: there is no lease yet', () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  it('runs the version of this repository', () => {
    expect(reconciler.image).toBe(`webhook-reconciler:${version}`);
  });

  it('asks /livez whether to restart it and /readyz whether to count on it', () => {
    const port = reconciler.ports?.[0]?.name;
    expect(reconciler.ports).toEqual([{ name: port, containerPort: 8080, protocol: 'TCP' }]);
    expect(reconciler.startupProbe?.httpGet).toEqual({ path: '/livez', port });
    expect(reconciler.livenessProbe?.httpGet).toEqual({ path: '/livez', port });
    expect(reconciler.readinessProbe?.httpGet).toEqual({ path: '/readyz', port });
  });

  it('gives the daemon more time to end than the 10 s it may take', () => {
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  it('gives it the secrets as files that its group alone may read', () => {
    const volume = pod.volumes.find(({ projected }) => projected);
    expect(volume?.projected?.defaultMode).toBe(0o400);
    expect(pod.securityContext?.fsGroup).toBe(pod.securityContext?.runAsUser);
    expect(JSON.stringify(reconciler)).not.toContain('secretKeyRef');
  });

  it('mounts nothing for the daemon that it could write to', () => {
    expect(reconciler.volumeMounts?.filter(({ readOnly }) => readOnly !== true)).toEqual([]);
  });

  it('is configured to observe only, until somebody says otherwise', async () => {
    const configMap = oneOf(manifests, 'ConfigMap');
    expect(pod.volumes.map((volume) => volume.configMap?.name)).toContain(configMap.metadata.name);
    expect(reconciler.args).toEqual(['run', '--config', '/etc/webhook-reconciler/config.yaml']);

    const { policy } = await effective(configMap);
    expect(policy).toMatchObject({ mode: 'observe', owns: [] });
  });

  it('finds the checkout and the secrets where the volumes are mounted', async () => {
    const { api, source } = await effective(oneOf(manifests, 'ConfigMap'));
    expect(reconciler.volumeMounts?.some(({ mountPath }) => source.path.startsWith(mountPath))).toBe(true);
    const mounted = pod.volumes.flatMap(({ name, projected }) => {
      const folder = reconciler.volumeMounts?.find((mount) => mount.name === name)?.mountPath;
      const items = projected?.sources.flatMap(({ secret }) => secret?.items ?? []) ?? [];
      return items.map(({ path }) => `${folder}/${path}`);
    });
    expect(mounted).toEqual([api.clientSecretFile, api.privateKeyFile, api.privateKeyPassphraseFile]);
  });
});

describe('the base', async () => {
  const manifests = await build('base');

  it('has a service that finds the pod and its port', () => {
    const { template } = oneOf(manifests, 'Deployment').spec;
    const service = oneOf(manifests, 'Service').spec;
    expect(template.metadata.labels).toMatchObject(service.selector);
    expect(service.ports?.map(({ targetPort }) => targetPort)).toEqual([reconcilerOf(template.spec).ports?.[0]?.name]);
  });

  it('has an account of its own, without a token', () => {
    const account = oneOf(manifests, 'ServiceAccount');
    expect(account.automountServiceAccountToken).toBe(false);
    expect(oneOf(manifests, 'Deployment').spec.template.spec.serviceAccountName).toBe(account.metadata.name);
  });
});

describe('git-sync in the sidecar example', async () => {
  const pod = oneOf(await build('examples/sidecar'), 'Deployment').spec.template.spec;
  const gitSync = pod.containers.find(({ name }) => name === 'git-sync')!;
  const flag = (name: string) => gitSync.args?.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

  it('is a version 4', () => {
    expect(gitSync.image).toMatch(/^registry\.k8s\.io\/git-sync\/git-sync:v4\./);
  });

  it('puts its link where the daemon reads, in a volume that both share', () => {
    const shared = pod.volumes.find(({ emptyDir, name }) => emptyDir && name === 'git')?.name;
    const pathOf = (container: Container) => container.volumeMounts?.find(({ name }) => name === shared)?.mountPath;
    expect(pathOf(reconcilerOf(pod))).toBe(pathOf(gitSync));
    expect(flag('link')).toBe(`${pathOf(gitSync)}/current`);
  });

  it('calls the daemon after every sync, and is content with its 202', () => {
    const port = reconcilerOf(pod).ports?.[0]?.containerPort;
    expect(flag('webhook-url')).toBe(`http://localhost:${port}/-/reconcile`);
    expect(flag('webhook-success-status')).toBe('202');
  });
});
