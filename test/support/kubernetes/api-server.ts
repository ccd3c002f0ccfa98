/**
 * A double of the Kubernetes API server for Leases and core/v1 Events, over real HTTPS (or HTTP) on loopback: versions,
 * conflicts, checks and refusals as the real one has them, and faults on demand. Users come by token or by certificate.
 */
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { certificate } from './certificates.ts';
import { type KubernetesObject, Objects, type Result } from './objects.ts';
import { EVENTS, LEASES } from './rules.ts';
import { badRequest, forbidden, noSuchPath, notFound, type Refusal, type Resource, unauthorized } from './status.ts';

export interface Arrival {
  /** Counts from 1, in order of arrival. */
  readonly number: number;
  readonly user: string;
  readonly method: string;
  readonly path: string;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An accepted change of an object. */
export interface Write {
  /** Milliseconds on the clock of this process that nobody sets: when it counted, and when its request had come. */
  readonly at: number;
  readonly arrivedAt: number;
  readonly user: string;
  readonly verb: 'create' | 'update' | 'patch' | 'delete';
  readonly kind: string;
  readonly name: string;
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
}

/**
 * What befalls a request. `refuse`: it is answered so, and not carried out. `delay`: carried out only then.
 * `hang`: neither carried out nor answered. `lost`: carried out, and never answered. `reset`: the connection breaks before.
 * `garbled`: carried out, and answered with something that is no JSON.
 */
export type Fault =
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'delay'; readonly until: Promise<unknown> }
  | { readonly kind: 'hang' | 'lost' | 'reset' | 'garbled' };

/** Asked for every request of a known user, before it is carried out. */
export type Fate = (arrival: Arrival) => Fault | undefined;

export interface ApiServerOptions {
  /** Without: HTTP. `other`: by an authority of another cluster. `named`: by its name alone, not its address. */
  readonly tls?: 'server' | 'other-server' | 'named-server' | false;
  readonly host?: string;
}

export class ApiServer implements AsyncDisposable {
  readonly objects = new Objects();
  readonly arrivals: Arrival[] = [];
  /** Every accepted change, in order. */
  readonly writes: Write[] = [];
  readonly url: string;
  /** Asked for each request; replaced at will. */
  fate: Fate = () => undefined;
  /** Whether a user may do something: all by default. */
  mayDo: (user: string, verb: string, resource: string, name: string) => boolean = () => true;
  readonly #server: Server;
  readonly #users = new Map<string, string>();
  readonly #cutOff = new Map<string, 'hang' | 'lost' | 'reset'>();
  readonly #watchers = new Set<() => void>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start({ tls = 'server', host = '127.0.0.1' }: ApiServerOptions = {}): Promise<ApiServer> {
    const handle = (request: IncomingMessage, response: ServerResponse) => void self.#answer(request, response);
    const server = tls
      ? createHttps(
          { ...certificate(tls), ca: certificate('ca').cert, requestCert: true, rejectUnauthorized: false },
          handle,
        )
      : createHttp(handle);
    // Broken handshakes and resets are what some tests are about.
    server.on('tlsClientError', () => undefined).on('clientError', (_error, socket) => void socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    const self = new ApiServer(
      server,
      `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    );
    return self;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on `token` is a credential of `user`. */
  admit(token: string, user: string): void {
    this.#users.set(token, user);
  }

  revoke(token: string): void {
    this.#users.delete(token);
  }

  /** The network between one user and the server is gone: `lost` on the way back alone, so that requests are carried out. */
  partition(user: string, how: 'hang' | 'lost' | 'reset' = 'hang'): void {
    this.#cutOff.set(user, how);
  }

  heal(user: string): void {
    this.#cutOff.delete(user);
  }

  lease(namespace: string, name: string): KubernetesObject | undefined {
    return this.objects.get(LEASES, namespace, name);
  }

  events(namespace: string): KubernetesObject[] {
    return this.objects.list(EVENTS, namespace);
  }

  /** Resolves as soon as `is` holds; looked at after every request. The limit is the test's own. */
  async until(is: (server: this) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (is(this)) resolve();
    };
    this.#watchers.add(look);
    look();
    await promise.finally(() => this.#watchers.delete(look));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const arrivedAt = performance.now();
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return;
    const user = this.#userOf(request);
    const { method = '', url = '', headers } = request;
    const number = this.arrivals.length + 1;
    const arrival = { number, user: user ?? '', method, path: url, body: parse(body), headers };
    this.arrivals.push(arrival);
    try {
      const fault = user === undefined ? undefined : this.#faultFor(arrival);
      if (fault?.kind === 'delay') await fault.until;
      if (fault?.kind === 'hang') return;
      if (fault?.kind === 'reset') return void request.socket.destroy();
      const answer =
        fault?.kind === 'refuse'
          ? fault.refusal
          : user === undefined
            ? unauthorized()
            : this.#carryOut(arrival, arrivedAt);
      if (fault?.kind === 'lost') return;
      if (fault?.kind === 'garbled') return void response.writeHead(answer.status).end('{"kind": "Lea');
      send(response, answer);
    } finally {
      for (const look of this.#watchers) look();
    }
  }

  #faultFor(arrival: Arrival): Fault | undefined {
    const cut = this.#cutOff.get(arrival.user);
    return cut ? { kind: cut } : this.fate(arrival);
  }

  #userOf({ headers, socket }: IncomingMessage): string | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined) return this.#users.get(token);
    const { authorized, getPeerCertificate } = socket as Partial<TLSSocket>;
    const name = authorized ? getPeerCertificate?.call(socket as TLSSocket).subject?.CN : undefined;
    return Array.isArray(name) ? name[0] : name;
  }

  #carryOut({ user, method, path, body }: Arrival, arrivedAt: number): Refusal {
    const found = route(path);
    if (!found) return noSuchPath();
    const { resource, namespace, name } = found;
    const verb = VERBS[method];
    if (!verb || (method === 'POST') !== (name === '' && method !== 'GET')) return noSuchPath();
    if (!this.mayDo(user, name === '' && verb === 'get' ? 'list' : verb, resource.plural, name))
      return forbidden(user, verb, resource, namespace, name);
    if (verb === 'get') return this.#read(resource, namespace, name);
    if (verb !== 'delete' && body === undefined) return badRequest('unexpected end of JSON input');
    const result: Result = {
      create: () => this.objects.create(resource, namespace, body),
      update: () => this.objects.update(resource, namespace, name, body),
      patch: () => this.objects.patch(resource, namespace, name, body),
      delete: () => this.objects.delete(resource, namespace, name),
    }[verb]();
    if (!result.ok) return result.refusal;
    const { status, before, after } = result.written;
    const stored = after ?? before;
    const written = name || String(stored?.metadata.name);
    this.writes.push({
      at: performance.now(),
      arrivedAt,
      user,
      verb,
      kind: resource.kind,
      name: written,
      before,
      after,
    });
    return { status, body: stored };
  }

  #read(resource: Resource, namespace: string, name: string): Refusal {
    if (name === '') {
      const items = this.objects.list(resource, namespace);
      const body = {
        kind: `${resource.kind}List`,
        apiVersion: 'v1',
        metadata: { resourceVersion: this.objects.version },
        items,
      };
      return { status: 200, body };
    }
    const object = this.objects.get(resource, namespace, name);
    return object ? { status: 200, body: object } : notFound(resource, name);
  }
}

const VERBS: Readonly<Record<string, 'get' | 'create' | 'update' | 'patch' | 'delete' | undefined>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function route(path: string): { resource: Resource; namespace: string; name: string } | undefined {
  const match =
    /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/?]+)\/(leases)(?:\/([^/?]+))?(?:\?.*)?$/.exec(path) ??
    /^\/api\/v1\/namespaces\/([^/?]+)\/(events)(?:\/([^/?]+))?(?:\?.*)?$/.exec(path);
  if (!match) return undefined;
  const [, namespace = '', plural, name = ''] = match;
  return { resource: plural === 'leases' ? LEASES : EVENTS, namespace, name: decodeURIComponent(name) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Refusal): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
