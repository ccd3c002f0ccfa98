/** Who may read, and who may trigger a pass: by a token, by the name a request calls us, and by where it comes from. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { withTimeout } from '../base/async.ts';
import { errorText } from '../base/errors.ts';
import { CredentialError, type ReadCredential } from '../http/credential-file.ts';
import type { Sink } from '../runtime/happening.ts';

/**
 * What an endpoint asks of a request. `nothing`: its answer tells nothing. `name`: by a name that is ours. `reading`: with
 * the token of `server.tokenFile`; without one, by a name that is ours. `trigger`: see `mayTrigger`.
 */
export type Access = 'nothing' | 'name' | 'reading' | 'trigger';

/** The tokens there are, by setting. */
export interface Tokens {
  readonly reading?: ReadCredential | undefined;
  readonly trigger?: ReadCredential | undefined;
}

/** The answer to a request that is not admitted. */
export interface Denial {
  readonly status: 401 | 403 | 500;
  readonly error: string;
}

const READ_LIMIT_MS = 5_000;

const WRONG_NAME: Denial = {
  status: 403,
  error:
    'not by this name (Host): use an address, localhost, a name of the cluster (one label, *.svc, *.cluster.local) or of the host, or set server.tokenFile',
};
const NO_TOKEN: Denial = { status: 401, error: 'the bearer token of server.tokenFile is needed' };
const NO_TRIGGER: Denial = {
  status: 403,
  error: 'not allowed to trigger a pass: call from loopback, or with the bearer token of server.triggerTokenFile',
};

/** Why a request is not admitted; undefined: it is. Rejects where a token cannot be read. */
export async function denial(request: IncomingMessage, access: Access, tokens: Tokens): Promise<Denial | undefined> {
  switch (access) {
    case 'nothing':
      return undefined;
    case 'name':
      return callsUsByName(request) || (await mayRead(request, tokens)) ? undefined : WRONG_NAME;
    case 'reading':
      if (!tokens.reading) return callsUsByName(request) ? undefined : WRONG_NAME;
      return (await mayRead(request, tokens)) ? undefined : NO_TOKEN;
    case 'trigger':
      return await mayTrigger(request, tokens);
  }
}

async function mayRead(request: IncomingMessage, { reading }: Tokens): Promise<boolean> {
  // Looked at once a second at the most, so that nobody's requests keep the file system busy.
  return reading !== undefined && (await shows(request, reading(), 'the token of server.tokenFile'));
}

/** With the trigger token; where there is none, from this host itself, and with the token for reading where there is one. */
async function mayTrigger(request: IncomingMessage, tokens: Tokens): Promise<Denial | undefined> {
  // A page in somebody's browser is on this host too; browsers say where a POST comes from, tools do not.
  if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) return NO_TRIGGER;
  if (tokens.trigger) {
    return (await shows(request, tokens.trigger(true), 'the trigger token')) ? undefined : NO_TRIGGER;
  }
  if (!isFromHere(request)) return NO_TRIGGER;
  return !tokens.reading || (await mayRead(request, tokens)) ? undefined : NO_TOKEN;
}

async function shows(request: IncomingMessage, read: ReturnType<ReadCredential>, what: string): Promise<boolean> {
  const late = () => new Error(`${what} could not be read within ${READ_LIMIT_MS / 1000} s`);
  const token = (await withTimeout(read, READ_LIMIT_MS, late)).reveal().trim();
  const [, given = ''] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  // Node reads headers as Latin-1; the file is UTF-8. Digests, so that not even the length shows in the time it takes.
  return token !== '' && timingSafeEqual(digest(Buffer.from(token)), digest(Buffer.from(given, 'latin1')));
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/**
 * Headers that proxies, meshes and CDNs tell by for whom they speak, known by a word of their names: `X-Forwarded-For`,
 * `CF-Connecting-IP`, `X-Envoy-External-Address`, `X-Azure-ClientIP`. No tool that calls from here has use for any.
 */
const FORWARDED =
  /(?:^|[-_])(?:forwarded|via|proxy|envoy|cf|cdn|fastly|original|remote|[a-z]*ip|addr|address)(?:[-_]|$)/;

function isFromHere(request: IncomingMessage): boolean {
  // A proxy on this host (a mesh's sidecar) speaks for somebody who is elsewhere.
  const isForwarded = Object.keys(request.headers).some((name) => FORWARDED.test(name));
  return isOwnAddress(request.socket.remoteAddress) && !isForwarded && callsUsByName(request);
}

/** Stricter than loopback, which is all of 127.0.0.0/8: what a mesh lets in from elsewhere comes from 127.0.0.6. */
function isOwnAddress(address: string | undefined): boolean {
  return address !== undefined && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(address);
}

/** A tool that speaks HTTP/1.0 may give no name; a browser always does. */
function callsUsByName({ headersDistinct, url = '' }: IncomingMessage): boolean {
  const hosts = headersDistinct['host'] ?? [];
  // A whole URL may stand in place of the path, and its host then counts above the header: neither may be another's.
  const inTarget = url.startsWith('/') ? undefined : URL.parse(url)?.host;
  return hosts.length <= 1 && [...hosts, ...(inTarget === undefined ? [] : [inTarget])].every(isOurName);
}

/**
 * Not a name that somebody else may have pointed at this host (DNS rebinding): an address, `localhost`, or a name that
 * only a cluster or the machine itself gives, such as `reconciler` and `reconciler.payments.svc.cluster.local`.
 */
function isOurName(host: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  if (isIP(name) !== 0 || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
  if (name === hostname().toLowerCase()) return true;
  return /^[a-z0-9_-]+(?:\.(?:[a-z0-9_-]+\.)*(?:localhost|svc|cluster\.local|internal))?$/.test(name);
}

const NAMES = { reading: 'the token of server.tokenFile', trigger: 'the trigger token' } as const;

/** Reports what is not admitted, and why a token cannot be read: once each, for no caller must fill the log. */
export class Admission {
  readonly #emit: Sink;
  readonly #refused = new Set<string>();
  readonly #unreadable = new Set<string>();

  constructor(emit: Sink) {
    this.#emit = emit;
  }

  /** As `denial`. Where a token cannot be read nobody is admitted, and what is the matter is for the log alone. */
  async denial(request: IncomingMessage, access: Access, tokens: Tokens): Promise<Denial | undefined> {
    const isTrigger = access === 'trigger' && tokens.trigger !== undefined;
    const what = NAMES[isTrigger ? 'trigger' : 'reading'];
    try {
      const denied = await denial(request, access, this.#noticing(tokens));
      if (denied) this.#noteRefusal(request, access, denied);
      return denied;
    } catch (error) {
      const detail = errorText(error);
      if (!this.#unreadable.has(what)) this.#emit({ kind: 'token-unreadable', token: what, why: detail });
      this.#unreadable.add(what);
      // The path of the file is nobody else's business.
      const said = error instanceof CredentialError ? `${what} cannot be read: see the log` : detail;
      return { status: 500, error: said };
    }
  }

  /** A token is readable again once it was read: a request that needs none says nothing about it. */
  #noticing({ reading, trigger }: Tokens): Tokens {
    const noticing = (read: ReadCredential, what: string): ReadCredential => {
      return async (afresh) => {
        const token = await read(afresh);
        this.#unreadable.delete(what);
        return token;
      };
    };
    return {
      reading: reading && noticing(reading, NAMES.reading),
      trigger: trigger && noticing(trigger, NAMES.trigger),
    };
  }

  #noteRefusal({ headers, socket }: IncomingMessage, access: Access, { error }: Denial): void {
    const isTrigger = access === 'trigger';
    const kind = isTrigger ? access : error;
    if (this.#refused.has(kind)) return;
    this.#refused.add(kind);
    const { host, origin } = headers;
    this.#emit({ kind: 'access-denied', isTrigger, from: socket.remoteAddress, host, origin, why: error });
  }
}
