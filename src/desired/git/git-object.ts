/** What git stores, inflated. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { type InputType, inflate as inflateCallback } from 'node:zlib';

export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly content: Buffer;
}

/** Enough for a folder of a hundred thousand names; of blobs a mebibyte is of use. What is larger is not read. */
export const MAX_OBJECT_BYTES = 4 * 1_048_576;

const inflateWhole = promisify<InputType, { maxOutputLength: number }, Buffer>(inflateCallback);

/** What stands behind the deflated bytes is ignored. Throws a RangeError for what comes to more than `maxBytes`. */
export async function inflate(deflated: Uint8Array, maxBytes: number): Promise<Buffer> {
  return inflateWhole(deflated, { maxOutputLength: Math.max(1, maxBytes) });
}

/** `digits`: 40 of SHA-1, 64 of SHA-256. */
export function objectId(type: GitObject['type'], content: Uint8Array, digits: number): string {
  return createHash(digits === 40 ? 'sha1' : 'sha256')
    .update(`${type} ${content.length}\0`)
    .update(content)
    .digest('hex');
}
