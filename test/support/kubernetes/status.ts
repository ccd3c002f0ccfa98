/** Refusals as the API server words them. */

export interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Resource {
  /** `''` for core. */
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

/** `leases.coordination.k8s.io`, `events`. */
const qualified = ({ group, plural }: Resource): string => (group ? `${plural}.${group}` : plural);

export function failure(code: number, reason: string, message: string, details?: object): Refusal {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  };
  return { status: code, body };
}

const about = (resource: Resource, name: string) => ({
  name,
  ...(resource.group && { group: resource.group }),
  kind: resource.plural,
});

export const unauthorized = (): Refusal => failure(401, 'Unauthorized', 'Unauthorized');

export const forbidden = (user: string, verb: string, resource: Resource, namespace: string, name: string): Refusal =>
  failure(
    403,
    'Forbidden',
    `${qualified(resource)}${name && ` "${name}"`} is forbidden: User "${user}" cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" in the namespace "${namespace}"`,
    about(resource, name),
  );

export const notFound = (resource: Resource, name: string): Refusal =>
  failure(404, 'NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name));

export const noSuchPath = (): Refusal => ({
  status: 404,
  body: '404 page not found\n',
  headers: { 'content-type': 'text/plain; charset=utf-8' },
});

export const alreadyExists = (resource: Resource, name: string): Refusal =>
  failure(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, about(resource, name));

export const conflict = (resource: Resource, name: string, why: string): Refusal =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    about(resource, name),
  );

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export const badRequest = (message: string): Refusal => failure(400, 'BadRequest', message);

export const invalid = ({ kind, group }: Resource, name: string, causes: readonly string[]): Refusal => {
  const listed = causes.length === 1 ? causes[0] : `[${causes.join(', ')}]`;
  return failure(422, 'Invalid', `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${listed}`, {
    name,
    ...(group && { group }),
    kind,
  });
};

export const gone = (): Refusal => failure(410, 'Expired', 'The provided resource version is too old.');

/** API Priority and Fairness. */
export const tooManyRequests = (retryAfterSeconds: number): Refusal => ({
  status: 429,
  body: 'Too many requests, please try again later.\n',
  headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(retryAfterSeconds) },
});

export const unavailable = (): Refusal =>
  failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');

export const internalError = (): Refusal =>
  failure(500, 'InternalError', 'Internal error occurred: etcdserver: leader changed');
