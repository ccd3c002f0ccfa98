/** Whether a file's content is that of a blob. */
import { createHash } from 'node:crypto';

/** Where git turns line ends on the way into the worktree, the commit has the plain ones. */
export function isBlob(content: Uint8Array, id: string): boolean {
  if (blobId(content, id.length) === id) return true;
  const text = Buffer.from(content).toString('latin1');
  return text.includes('\r\n') && blobId(Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), id.length) === id;
}

/** `digits`: 40 of SHA-1, 64 of SHA-256. */
function blobId(content: Uint8Array, digits: number): string {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}
