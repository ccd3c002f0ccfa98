/** The manifests as a cluster would get them, from the real kustomize and the real helm. */
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Container, Manifest, Pod } from './kubernetes.ts';
import { run } from './tool.ts';

const deploy = join(import.meta.dirname, '../../../deploy');
export const chart = join(deploy, 'helm/webhook-reconciler');

/** What `kubectl apply -k deploy/kubernetes/<folder>` would send. It needs no cluster. */
export async function kustomize(folder: string): Promise<readonly Manifest[]> {
  return read(await run('kubectl', 'kustomize', join(deploy, 'kubernetes', folder)));
}

/** What `helm install webhook-reconciler` would send. */
export async function helm(...args: readonly string[]): Promise<readonly Manifest[]> {
  return read(await run('helm', 'template', 'webhook-reconciler', chart, ...args));
}

/** The one object of that kind, and of that name where there are several. */
export function oneOf(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter((each) => each.kind === kind && (name ?? each.metadata.name) === each.metadata.name);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}, not one`);
  return found[0]!;
}

export function kindsOf(manifests: readonly Manifest[]): string[] {
  return manifests.map(({ kind }) => kind).sort();
}

export function podOf(manifests: readonly Manifest[]): Pod {
  return oneOf(manifests, 'Deployment').spec.template.spec;
}

/** In the order in which they are started. */
export function containersOf({ initContainers = [], containers }: Pod): readonly Container[] {
  return [...initContainers, ...containers];
}

export function containerOf(pod: Pod, name: string): Container {
  const found = containersOf(pod).find((container) => container.name === name);
  if (!found) throw new Error(`the pod has no container ${name}`);
  return found;
}

export function valueOf({ env = [] }: Container, name: string): string | undefined {
  return env.find((each) => each.name === name)?.value;
}

function read(text: string): readonly Manifest[] {
  // Kubernetes reads YAML 1.1, in which 0400 is octal.
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}
