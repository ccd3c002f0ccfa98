/**
 * Decides who may read and who may trigger a pass: by token, by the Host a request names, and by where it comes from.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { withTimeout } from '../../base/async.ts';
import { errorText } from '../../base/errors.ts';
import { CredentialError, type ReadCredential } from '../../http/credential-file.ts';
import type { Sink } from '../../runtime/happening.ts';
import type { SnapshotEvent } from '../status-document.ts';

/**
 * What an endpoint requires of a request. `nothing`: the answer holds nothing worth protecting. `name`: a Host that is
 * ours. `reading`: the token of `server.tokenFile`, or a Host that is ours where no token is configured. `following`: the
 * same, and neither a page of another origin, which could not read the answer but would occupy it, nor one that a browser
 * opens as a page. `trigger`: see `mayTrigger`.
 */
export type Access = 'nothing' | 'name' | 'reading' | 'following' | 'trigger';

/** The configured tokens. */
export interface Tokens {
  readonly reading?: ReadCredential | undefined;
  readonly trigger?: ReadCredential | undefined;
}

/** The answer to a request that is not admitted. */
export interface Denial {
  readonly status: 401 | 403 | 500;
  readonly error: string;
  /**
   * For programs: what about the request is not accepted. `origin`: that of the page which sends it; `host`: its Host;
   * `token`: one is needed; `not-loopback`: it comes from another host; `navigation`: a browser would open the answer as a
   * page. Absent: it is not the request.
   */
  readonly reason?: 'origin' | 'host' | 'token' | 'not-loopback' | 'navigation';
}

const READ_LIMIT_MS = 5_000;

const WRONG_NAME: Denial = {
  status: 403,
  reason: 'host',
  error:
    'the Host of the request is not accepted: use an address, localhost, a name of the cluster (one label, *.svc, *.cluster.local) or of the host, or set server.tokenFile',
};
const NO_TOKEN: Denial = { status: 401, reason: 'token', error: 'the bearer token of server.tokenFile is needed' };
const NO_TRIGGER: Denial = {
  status: 403,
  reason: 'not-loopback',
  error: 'not allowed to trigger a pass: call from loopback, or with the bearer token of server.triggerTokenFile',
};
const NO_TRIGGER_TOKEN: Denial = {
  status: 403,
  reason: 'token',
  error: 'not allowed to trigger a pass: the bearer token of server.triggerTokenFile is needed',
};
const OTHER_SITE: Denial = {
  status: 403,
  reason: 'origin',
  error: 'not allowed: the request comes from a web page of another origin',
};
const OTHER_HOST: Denial = {
  status: 403,
  reason: 'origin',
  error:
    'not allowed: the Origin of the request names another host than its Host. The web page is not of this daemon, or a proxy in between changes Host: it has to pass on the Host that the browser sends, with its port',
};
const A_PAGE: Denial = {
  status: 403,
  reason: 'navigation',
  error: 'not allowed: this is a stream of events and no page, and has no end. Open / instead, or ask with curl -N',
};

/** Why a request is not admitted; undefined if it is. Rejects if a token cannot be read. */
export async function denial(request: IncomingMessage, access: Access, tokens: Tokens): Promise<Denial | undefined> {
  switch (access) {
    case 'nothing':
      return undefined;
    case 'name':
      return callsUsByName(request) || (await mayRead(request, tokens)) ? undefined : WRONG_NAME;
    case 'following':
      if (isNavigation(request)) return A_PAGE;
      return otherOrigin(request, ['same-origin', 'none']) ?? (await denial(request, 'reading', tokens));
    case 'reading':
      if (!tokens.reading) return callsUsByName(request) ? undefined : WRONG_NAME;
      return (await mayRead(request, tokens)) ? undefined : NO_TOKEN;
    case 'trigger':
      return await mayTrigger(request, tokens);
  }
}

/** Destinations of requests whose answers a browser shows. */
const SHOWN: ReadonlySet<unknown> = new Set(['document', 'iframe', 'frame', 'embed', 'object']);

/**
 * A link or a frame of any other page can make a browser send one, which names no Origin. Browsers that do not send
 * Sec-Fetch headers are told by the others.
 */
function isNavigation({ headers }: IncomingMessage): boolean {
  const { accept = '', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  return (
    mode === 'navigate' ||
    SHOWN.has(destination) ||
    headers['upgrade-insecure-requests'] !== undefined ||
    /\btext\/html\b/i.test(accept)
  );
}

async function mayRead(request: IncomingMessage, { reading }: Tokens): Promise<boolean> {
  // The file is read once a second at most, so that requests cannot keep the file system busy.
  return reading !== undefined && (await shows(request, reading(), 'the token of server.tokenFile'));
}

/**
 * A pass is triggered with the trigger token. Where none is configured, the request must come from this host, and show
 * the token for reading if there is one. In a browser, the page must be ours.
 */
async function mayTrigger(request: IncomingMessage, tokens: Tokens): Promise<Denial | undefined> {
  const other = otherOrigin(request, ['same-origin']);
  if (other) return other;
  if (tokens.trigger) {
    return (await shows(request, tokens.trigger(true), 'the trigger token')) ? undefined : NO_TRIGGER_TOKEN;
  }
  if (!isFromHere(request)) return NO_TRIGGER;
  return !tokens.reading || (await mayRead(request, tokens)) ? undefined : NO_TOKEN;
}

/**
 * The denial where a browser says that a page of another origin, or none that it names, sends the request. Any page in a browser
 * on this host calls from loopback too; browsers send one of the two headers with a POST, tools do not. `sites`: what
 * Sec-Fetch-Site may be. It does not help against a page whose name was pointed here (DNS rebinding): that is of the
 * origin that its Host names.
 */
function otherOrigin(
  { headers, headersDistinct, url = '' }: IncomingMessage,
  sites: readonly string[],
): Denial | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && !(typeof site === 'string' && sites.includes(site))) return OTHER_SITE;
  if (origin === undefined) return undefined;
  const hosts = hostsOf({ headersDistinct, url });
  const [, named = ''] = /^https?:\/\/(.+)$/.exec(origin) ?? [];
  const isOther = hosts.length === 0 || hosts.some((host) => host.toLowerCase() !== named.toLowerCase());
  return isOther ? OTHER_HOST : undefined;
}

async function shows(request: IncomingMessage, read: ReturnType<ReadCredential>, what: string): Promise<boolean> {
  const late = () => new Error(`${what} could not be read within ${READ_LIMIT_MS / 1000} s`);
  const token = (await withTimeout(read, READ_LIMIT_MS, late)).reveal().trim();
  const [, given = ''] = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  // Node reads headers as Latin-1; the file is UTF-8. Digests are compared, so that the time taken does not reveal even
  // the length of the token.
  return token !== '' && timingSafeEqual(digest(Buffer.from(token)), digest(Buffer.from(given, 'latin1')));
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/**
 * Headers by which proxies, meshes and CDNs name the original client, recognised by a word in their names:
 * `X-Forwarded-For`, `CF-Connecting-IP`, `X-Envoy-External-Address`, `X-Azure-ClientIP`. A tool that calls from this
 * host sends none of them.
 */
const FORWARDED =
  /(?:^|[-_])(?:forwarded|via|proxy|envoy|cf|cdn|fastly|original|remote|[a-z]*ip|addr|address)(?:[-_]|$)/;

function isFromHere(request: IncomingMessage): boolean {
  // A proxy on this host (a mesh's sidecar) forwards for clients on other hosts.
  const isForwarded = Object.keys(request.headers).some((name) => FORWARDED.test(name));
  return isOwnAddress(request.socket.remoteAddress) && !isForwarded && callsUsByName(request);
}

/** Stricter than loopback (127.0.0.0/8), because a mesh delivers requests from other hosts from 127.0.0.6. */
function isOwnAddress(address: string | undefined): boolean {
  return address !== undefined && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(address);
}

/** A request without Host is accepted: a tool that speaks HTTP/1.0 may omit it, a browser never does. */
function callsUsByName(request: IncomingMessage): boolean {
  return (request.headersDistinct['host'] ?? []).length <= 1 && hostsOf(request).every(isOurName);
}

/** A whole URL may stand in place of the path, and its host then takes precedence over the header: both are checked. */
function hostsOf({ headersDistinct, url = '' }: Pick<IncomingMessage, 'headersDistinct' | 'url'>): readonly string[] {
  const inTarget = url.startsWith('/') ? undefined : URL.parse(url)?.host;
  return [...(headersDistinct['host'] ?? []), ...(inTarget === undefined ? [] : [inTarget])];
}

/**
 * An address, `localhost`, or a name that only the cluster or the machine itself assigns, such as `reconciler` and
 * `reconciler.payments.svc.cluster.local`. An attacker may have pointed any other name at this host (DNS rebinding).
 */
function isOurName(host: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  if (isIP(name) !== 0 || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
  if (name === hostname().toLowerCase()) return true;
  return /^[a-z0-9_-]+(?:\.(?:[a-z0-9_-]+\.)*(?:localhost|svc|cluster\.local|internal))?$/.test(name);
}

const NAMES = { reading: 'the token of server.tokenFile', trigger: 'the trigger token' } as const;

/** Reports denied requests and unreadable tokens once each, because no caller may fill the log. */
export class Admission {
  readonly #emit: Sink;
  readonly #refused = new Set<string>();
  readonly #unreadable = new Set<string>();

  constructor(emit: Sink) {
    this.#emit = emit;
  }

  /** As `denial`, but never rejects: if a token cannot be read the request is denied, and only the log says why. */
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
      // A CredentialError names the path of the file, which a caller must not learn.
      const said = error instanceof CredentialError ? `${what} cannot be read: see the log` : detail;
      return { status: 500, error: said };
    }
  }

  /** What a request to trigger a pass by the same caller would come to. */
  async mayReconcile(request: IncomingMessage, tokens: Tokens): Promise<SnapshotEvent['mayReconcile']> {
    try {
      const denied = await denial(request, 'trigger', this.#noticing(tokens));
      return denied === undefined ? 'yes' : denied === NO_TRIGGER_TOKEN ? 'token' : 'no';
    } catch {
      // The token cannot be read for now: whoever triggers a pass is told, and so is the log.
      return tokens.trigger ? 'token' : 'no';
    }
  }

  /**
   * Only a successful read shows that a token is readable again: a request that needs no token says nothing about it.
   */
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
