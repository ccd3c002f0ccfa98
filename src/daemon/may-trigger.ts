/** Who may trigger a pass: whoever shows the token, or without one, whoever calls from this host. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { ReadCredential } from '../http/credential-file.ts';
import { inTime } from '../in-time.ts';

const READ_LIMIT_MS = 5_000;

export async function mayTrigger(request: IncomingMessage, readToken: ReadCredential | undefined): Promise<boolean> {
  // A page in somebody's browser is on this host too; browsers say where a POST comes from, tools do not.
  if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) return false;
  if (readToken === undefined) return isFromHere(request);
  const late = () => new Error(`the trigger token could not be read within ${READ_LIMIT_MS / 1000} s`);
  const secret = await inTime(readToken(true), READ_LIMIT_MS, late);
  const token = Buffer.from(secret.reveal().trim());
  const given = Buffer.from(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  return token.length > 0 && token.length === given.length && timingSafeEqual(token, given);
}

function isFromHere({ socket, headers, headersDistinct }: IncomingMessage): boolean {
  // A proxy on this host (a mesh's sidecar) speaks for somebody who is elsewhere.
  const isForwarded = Object.keys(headers).some((name) => /^(?:x-forwarded-.*|forwarded|via|x-real-ip)$/.test(name));
  const hosts = headersDistinct['host'] ?? [];
  return isLoopback(socket.remoteAddress) && !isForwarded && hosts.length <= 1 && hosts.every(isOurName);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d+){3})$/.test(address);
}

/**
 * Not a name that somebody else may have pointed at this host (DNS rebinding): an address, `localhost`, or a name that
 * only a cluster or a machine itself gives, such as `reconciler` and `reconciler.payments.svc.cluster.local`.
 */
function isOurName(host: string): boolean {
  const name = host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  if (isIP(name) !== 0 || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true;
  return /^[a-z0-9_-]+(?:\.(?:[a-z0-9_-]+\.)*(?:localhost|svc|local|internal))?$/.test(name);
}
