/** Most passes find the checkout as the pass before them did: parsing it again would be most of their work. */
import type { Compile, Compiled } from './compile-files.ts';
import { contentHash } from './content-hash.ts';

/** Goes by the bytes, which are always read: times and sizes of files may lie. Only the last result is kept. */
export function oncePerContent(compile: Compile): Compile {
  let last: { readonly hash: string; readonly compiled: Compiled } | undefined;
  return async (files) => {
    const hash = contentHash(files);
    if (last?.hash === hash) return last.compiled;
    // Two results at a time would be paid for in every pod.
    last = undefined;
    const compiled = await compile(files);
    last = { hash, compiled };
    return compiled;
  };
}
