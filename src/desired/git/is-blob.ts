/** Whether a file's content is that of a blob. */
import { objectId } from './git-object.ts';

/** Where git turns line ends on the way into the worktree, the commit has the plain ones. */
export function isBlob(content: Uint8Array, id: string): boolean {
  if (objectId('blob', content, id.length) === id) return true;
  const text = Buffer.from(content).toString('latin1');
  return (
    text.includes('\r\n') && objectId('blob', Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1'), id.length) === id
  );
}
