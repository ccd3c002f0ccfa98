/** Names files as they are opened from the current folder: what editors, terminals and GitHub can open. */
import { relative, sep } from 'node:path';

/** The path from the current folder on, where it lies below that; else the path as it is. */
export function fromHere(path: string): string {
  const way = relative('', path);
  return way.split(sep)[0] === '..' ? path : way || '.';
}
