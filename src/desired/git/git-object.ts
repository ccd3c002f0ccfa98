/** What git stores, inflated. */
import { promisify } from 'node:util';
import { type InputType, inflate as inflateCallback } from 'node:zlib';

export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly content: Buffer;
}

/** Commits and folders are small; what is larger is not worth the memory. */
const MAX_OBJECT_BYTES = 16 * 1_048_576;

const inflateWhole = promisify<InputType, { maxOutputLength: number }, Buffer>(inflateCallback);

/** What stands behind the deflated bytes is ignored. Throws a RangeError for what grows beyond any use. */
export async function inflate(deflated: Uint8Array): Promise<Buffer> {
  return inflateWhole(deflated, { maxOutputLength: MAX_OBJECT_BYTES });
}
