/** What the API server checks of a Lease and of an Event before it stores them. */
import { badRequest, invalid, type Refusal, type Resource } from './status.ts';
import type { KubernetesObject } from './objects.ts';

export const LEASES: Resource = { group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases' };
export const EVENTS: Resource = { group: '', kind: 'Event', plural: 'events' };

/** Go's layout has six digits: neither three nor nine parse. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

type Members = Readonly<Record<string, unknown>>;

export function broken(resource: Resource, object: KubernetesObject, namespace: string): Refusal | undefined {
  const unreadable = resource === LEASES ? unreadableLease(object) : unreadableEvent(object);
  if (unreadable) {
    const { kind } = resource;
    return badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${unreadable}`);
  }
  const name = object.metadata.name;
  const causes = [...nameCauses(name), ...(resource === LEASES ? leaseCauses(object) : eventCauses(object, namespace))];
  return causes.length > 0 ? invalid(resource, name, causes) : undefined;
}

function nameCauses(name: string): string[] {
  if (name === '') return ['metadata.name: Required value: name or generateName is required'];
  if (SUBDOMAIN.test(name) && name.length <= 253) return [];
  return [
    `metadata.name: Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
  ];
}

function unreadableLease({ spec }: KubernetesObject): string | undefined {
  const { acquireTime, renewTime, leaseDurationSeconds, leaseTransitions, holderIdentity } = (spec ?? {}) as Members;
  for (const time of [acquireTime, renewTime]) {
    if (isSet(time) && !(typeof time === 'string' && MICRO_TIME.test(time)))
      return `parsing time ${JSON.stringify(JSON.stringify(time))} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`;
  }
  for (const [name, number] of Object.entries({ leaseDurationSeconds, leaseTransitions })) {
    if (isSet(number) && !(Number.isInteger(number) && Math.abs(number as number) <= 2_147_483_647))
      return `json: cannot unmarshal ${typeof number} into Go struct field LeaseSpec.spec.${name} of type int32`;
  }
  if (isSet(holderIdentity) && typeof holderIdentity !== 'string')
    return 'json: cannot unmarshal into Go struct field LeaseSpec.spec.holderIdentity of type string';
  return undefined;
}

function leaseCauses({ spec }: KubernetesObject): string[] {
  const { leaseDurationSeconds, leaseTransitions } = (spec ?? {}) as Members;
  const causes: string[] = [];
  if (typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0)
    causes.push(`spec.leaseDurationSeconds: Invalid value: ${leaseDurationSeconds}: must be greater than 0`);
  if (typeof leaseTransitions === 'number' && leaseTransitions < 0)
    causes.push(`spec.leaseTransitions: Invalid value: ${leaseTransitions}: must be greater than or equal to 0`);
  return causes;
}

function unreadableEvent(event: KubernetesObject): string | undefined {
  for (const name of ['firstTimestamp', 'lastTimestamp']) {
    const time = event[name];
    if (isSet(time) && !(typeof time === 'string' && TIME.test(time)))
      return `parsing time ${JSON.stringify(JSON.stringify(time))} as "2006-01-02T15:04:05Z07:00": cannot parse`;
  }
  if (isSet(event['count']) && !Number.isInteger(event['count']))
    return 'json: cannot unmarshal into Go struct field Event.count of type int32';
  for (const name of ['reason', 'message', 'type', 'reportingComponent', 'reportingInstance']) {
    if (isSet(event[name]) && typeof event[name] !== 'string')
      return `json: cannot unmarshal into Go struct field Event.${name} of type string`;
  }
  return undefined;
}

/** Of Events without `eventTime`, which is what client-go's recorder makes for core/v1. */
function eventCauses(event: KubernetesObject, namespace: string): string[] {
  const involved = (event['involvedObject'] ?? {}) as Members;
  if (involved['namespace'] === namespace || (!involved['namespace'] && namespace === 'default')) return [];
  return [
    `involvedObject.namespace: Invalid value: ${JSON.stringify(involved['namespace'] ?? '')}: does not match event.namespace`,
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
