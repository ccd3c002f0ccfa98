/** Of files' names and bytes, each with its length, so that nothing can pass from one to the other unnoticed. */
import { createHash } from 'node:crypto';
import type { SourceFile } from './compile-files.ts';

/** SHA-256, in hexadecimal. */
export function contentHash(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of files)
    hash.update(`${Buffer.byteLength(name)} ${name} ${content.length} `).update(content);
  return hash.digest('hex');
}
