/** What the API server stores: objects by name, each with the version of its last write. */
import { randomUUID } from 'node:crypto';
import { broken, LEASES } from './rules.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  notFound,
  type Refusal,
  type Resource,
  STALE,
} from './status.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly uid: string } & Readonly<
    Record<string, unknown>
  >;
  readonly spec?: unknown;
  readonly [member: string]: unknown;
}

export interface Written {
  readonly status: number;
  readonly before: KubernetesObject | undefined;
  /** Undefined: it was deleted. */
  readonly after: KubernetesObject | undefined;
}

export type Result =
  | { readonly ok: true; readonly written: Written }
  | { readonly ok: false; readonly refusal: Refusal };

type Members = Readonly<Record<string, unknown>>;

export class Objects {
  readonly #stored = new Map<string, KubernetesObject>();
  #version = 1000;

  get(resource: Resource, namespace: string, name: string): KubernetesObject | undefined {
    return this.#stored.get(keyOf(resource, namespace, name));
  }

  list(resource: Resource, namespace: string): KubernetesObject[] {
    const prefix = keyOf(resource, namespace, '');
    return [...this.#stored].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  /** The version of the whole, as lists have it. */
  get version(): string {
    return String(this.#version);
  }

  create(resource: Resource, namespace: string, given: unknown): Result {
    const read = readObject(resource, namespace, given);
    if (!read.ok) return read;
    const { object } = read;
    const { name, resourceVersion } = object.metadata;
    if (resourceVersion !== '')
      return refused(badRequest('resourceVersion should not be set on objects to be created'));
    if (this.get(resource, namespace, name)) return refused(alreadyExists(resource, name));
    return this.#store(resource, namespace, 201, undefined, object);
  }

  update(resource: Resource, namespace: string, name: string, given: unknown): Result {
    const read = readObject(resource, namespace, given);
    if (!read.ok) return read;
    const { object } = read;
    const { uid, resourceVersion } = object.metadata;
    if (object.metadata.name !== name)
      return refused(
        badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`),
      );
    const before = this.get(resource, namespace, name);
    if (uid !== '' && uid !== (before?.metadata.uid ?? '')) {
      const key = `/registry/${resource.plural}/${namespace}/${name}`;
      const why = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before?.metadata.uid ?? ''}`;
      return refused(conflict(resource, name, why));
    }
    // A PUT of a Lease that is not there makes it; both kinds are alike in that.
    if (!before) return this.#store(resource, namespace, 201, undefined, object);
    if (resourceVersion === '' && resource === LEASES)
      return refused(
        invalid(resource, name, ['metadata.resourceVersion: Invalid value: 0x0: must be specified for an update']),
      );
    if (resourceVersion !== '' && resourceVersion !== before.metadata.resourceVersion)
      return refused(conflict(resource, name, STALE));
    return this.#store(resource, namespace, 200, before, object);
  }

  /** A JSON merge patch (RFC 7396). */
  patch(resource: Resource, namespace: string, name: string, patch: unknown): Result {
    const before = this.get(resource, namespace, name);
    if (!before) return refused(notFound(resource, name));
    const version = ((patch as Members)?.['metadata'] as Members | undefined)?.['resourceVersion'];
    if (version !== undefined && version !== before.metadata.resourceVersion)
      return refused(conflict(resource, name, STALE));
    const read = readObject(resource, namespace, merge(before, patch));
    return read.ok ? this.#store(resource, namespace, 200, before, read.object) : read;
  }

  delete(resource: Resource, namespace: string, name: string): Result {
    const before = this.get(resource, namespace, name);
    if (!before) return refused(notFound(resource, name));
    this.#version += 1;
    this.#stored.delete(keyOf(resource, namespace, name));
    return { ok: true, written: { status: 200, before, after: undefined } };
  }

  #store(
    resource: Resource,
    namespace: string,
    status: number,
    before: KubernetesObject | undefined,
    object: KubernetesObject,
  ): Result {
    const refusal = broken(resource, object, namespace);
    if (refusal) return refused(refusal);
    this.#version += 1;
    const after: KubernetesObject = {
      ...object,
      kind: resource.kind,
      apiVersion: resource.group ? `${resource.group}/v1` : 'v1',
      metadata: {
        ...object.metadata,
        namespace,
        uid: before?.metadata.uid ?? randomUUID(),
        resourceVersion: this.version,
        creationTimestamp: before?.metadata['creationTimestamp'] ?? `${new Date().toISOString().slice(0, 19)}Z`,
      },
    };
    this.#stored.set(keyOf(resource, namespace, object.metadata.name), after);
    return { ok: true, written: { status, before, after } };
  }
}

function refused(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal };
}

function keyOf({ group, plural }: Resource, namespace: string, name: string): string {
  return `${group}/${plural}/${namespace}/${name}`;
}

function readObject(
  { kind, group }: Resource,
  namespace: string,
  given: unknown,
): { readonly ok: true; readonly object: KubernetesObject } | { readonly ok: false; readonly refusal: Refusal } {
  if (given === null || typeof given !== 'object')
    return refused(badRequest('couldn\u2019t get version/kind; json parse error'));
  const object = given as Members;
  const apiVersion = group ? `${group}/v1` : 'v1';
  if (object['kind'] !== kind || object['apiVersion'] !== apiVersion)
    return refused(
      badRequest(
        `${kind} in version "v1" cannot be handled as a ${kind}: no kind "${String(object['kind'])}" is registered for version "${String(object['apiVersion'])}"`,
      ),
    );
  const metadata = (object['metadata'] ?? {}) as Members;
  if (metadata['namespace'] !== undefined && metadata['namespace'] !== namespace)
    return refused(badRequest('the namespace of the provided object does not match the namespace sent on the request'));
  const { name = '', uid = '', resourceVersion = '' } = metadata as Record<string, string>;
  return { ok: true, object: { ...object, metadata: { ...metadata, name, uid, resourceVersion } } as KubernetesObject };
}

function merge(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {};
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}
