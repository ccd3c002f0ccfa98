/** Whether a committed file asks for anything, by the parser that reads the checkout. */
import { parseInSteps } from '../document/parse.ts';
import { formOf } from './form.ts';
import { readObject } from './git/object-store.ts';
import { inSlices } from './in-slices.ts';
import { MAX_FILE_BYTES, MAX_FILES } from './limits.ts';

/** True as well where it cannot be told. */
export type HasEntries = (commonDir: string, blobId: string) => Promise<boolean>;

/** Reads each blob once: an id stands for its content. */
export function hasEntriesOncePerBlob(): HasEntries {
  const known = new Map<string, boolean>();
  return async (commonDir, id) => {
    const answer = known.get(id) ?? (await hasEntries(commonDir, id));
    if (known.size >= MAX_FILES) known.clear();
    known.set(id, answer);
    return answer;
  };
}

async function hasEntries(commonDir: string, id: string): Promise<boolean> {
  const blob = await readObject(commonDir, id);
  if (blob?.type !== 'blob' || blob.content.length > MAX_FILE_BYTES) return true;
  const { documents, problems } = await inSlices(parseInSteps(id, blob.content));
  return problems.length > 0 || documents.some(({ value }) => formOf(value).values.length > 0);
}
