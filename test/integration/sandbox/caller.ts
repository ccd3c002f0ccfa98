/** Calls a sandbox as one of its clients and signs each request. It shares no code with the client or the sandbox. */
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { SandboxCredentials } from '../../../src/sandbox/api/clients.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { type Received, send } from './send.ts';

/** How a request of a test differs from a correct one. */
export interface Deviation {
  /** Headers set before signing; undefined leaves a header out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Changes made after signing, as an attacker on the way would make them. */
  readonly tampered?: { readonly headers?: Record<string, string>; readonly target?: string; readonly method?: string };
  /** Components that are sent but not covered. */
  readonly uncovered?: readonly string[];
  readonly extraComponents?: readonly string[];
  readonly keyId?: string;
  readonly privateKeyPem?: string;
  /** Unix seconds. */
  readonly created?: number;
  /** Undefined leaves it out. */
  readonly lifetimeSeconds?: number | undefined;
  readonly nonce?: string;
  readonly signal?: AbortSignal;
}

export class Caller {
  readonly #url: string;
  readonly #credentials: SandboxCredentials;
  #token: string | undefined;

  /** Without `token` no token is sent. */
  constructor(url: string, credentials: SandboxCredentials, token: string | undefined) {
    this.#url = url;
    this.#credentials = credentials;
    this.#token = token;
  }

  /** Gets a token with all scopes of the client. */
  static of(sandbox: Sandbox, credentials = sandbox.credentials): Caller {
    return new Caller(sandbox.url, credentials, sandbox.addToken({ clientId: credentials.clientId }));
  }

  with(token: string | undefined): Caller {
    return new Caller(this.#url, this.#credentials, token);
  }

  get(target: string, deviation?: Deviation) {
    return this.call('GET', target, undefined, deviation);
  }

  /** A `body` that is an object becomes JSON; text and bytes are sent as they are. */
  post(target: string, body?: unknown, deviation?: Deviation) {
    return this.call('POST', target, body, deviation);
  }

  patch(target: string, body: unknown, deviation?: Deviation) {
    return this.call('PATCH', target, body, deviation);
  }

  delete(target: string, deviation?: Deviation) {
    return this.call('DELETE', target, undefined, deviation);
  }

  token(form: Record<string, string> = {}, deviation: Deviation = {}): Promise<Received> {
    const { clientId, clientSecret } = this.#credentials;
    const fields = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials', ...form };
    const body = new URLSearchParams({ scope: 'webhooks:read', ...fields }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...deviation.headers };
    return this.with(undefined).post('/auth/token', body, { ...deviation, headers });
  }

  call(method: string, target: string, body?: unknown, deviation: Deviation = {}): Promise<Received> {
    const bytes = body === undefined ? undefined : bytesOf(body);
    const signed = this.#sign(method, target, bytes, deviation);
    const { tampered = {}, signal } = deviation;
    return send(this.#url, {
      method: tampered.method ?? method,
      target: tampered.target ?? target,
      headers: { ...signed, ...tampered.headers },
      body: bytes,
      ...(signal ? { signal } : {}),
    });
  }

  #sign(method: string, target: string, body: Buffer | undefined, deviation: Deviation): Record<string, string> {
    const [path = '/', query] = target.split(/(?=\?)/);
    const headers = present({
      'upvest-client-id': this.#credentials.clientId,
      'upvest-signature-version': '15',
      accept: 'application/json',
      authorization: this.#token === undefined ? undefined : `Bearer ${this.#token}`,
      ...(body
        ? {
            'content-type': 'application/json',
            'content-length': String(body.length),
            'content-digest': `sha-512=:${createHash('sha512').update(body).digest('base64')}:`,
          }
        : {}),
      ...deviation.headers,
    });
    const values: Record<string, string> = {
      '@method': method,
      '@path': path,
      ...(query ? { '@query': query } : {}),
      ...headers,
    };
    const components = [...Object.keys(values), ...(deviation.extraComponents ?? [])].filter(
      (name) => name !== 'upvest-signature-version' && !deviation.uncovered?.includes(name),
    );
    const params = this.#params(components, deviation);
    const lines = components.map((name) => `"${name}": ${values[name] ?? ''}`);
    const base = [...lines, `"@signature-params": ${params}`].join('\n');
    const key = createPrivateKey(deviation.privateKeyPem ?? this.#credentials.privateKeyPem);
    const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha512', Buffer.from(base), key);
    return { ...headers, 'signature-input': `sig1=${params}`, signature: `sig1=:${signature.toString('base64')}:` };
  }

  #params(components: readonly string[], deviation: Deviation): string {
    const {
      created = Math.floor(Date.now() / 1000),
      keyId = this.#credentials.keyId,
      nonce = randomUUID(),
    } = deviation;
    const lifetime = 'lifetimeSeconds' in deviation ? deviation.lifetimeSeconds : 60;
    const expires = lifetime === undefined ? '' : `;expires=${created + lifetime}`;
    const list = components.map((name) => `"${name}"`).join(' ');
    return `(${list});keyid="${keyId}";created=${created}${expires};nonce="${nonce}"`;
  }
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
