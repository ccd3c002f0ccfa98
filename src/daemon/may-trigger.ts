/** Who may trigger a pass: whoever shows the token, or without one, whoever calls from this host. */
import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';

export async function mayTrigger(request: IncomingMessage, tokenFile: string | undefined): Promise<boolean> {
  // A page in somebody's browser is on this host too; browsers say where a POST comes from, tools do not.
  if (request.headers.origin !== undefined) return false;
  if (tokenFile === undefined) return isLoopback(request.socket.remoteAddress);
  // Read for each call: calls are rare, and Kubernetes rotates mounted Secrets.
  const token = Buffer.from((await readFile(tokenFile, 'utf8')).trim());
  const given = Buffer.from(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  return token.length > 0 && token.length === given.length && timingSafeEqual(token, given);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d+){3})$/.test(address);
}
