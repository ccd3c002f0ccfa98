/** The commit a worktree stands at, and by which name. */
import { join } from 'node:path';
import { readWhole } from './open-file.ts';

export interface Head {
  /** 40 hexadecimal digits, or 64 in a SHA-256 repository. */
  readonly id: string;
  /** Absent where HEAD is detached. */
  readonly ref?: string;
}

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** As in git itself: more links between names than this are a loop. */
const MAX_LINKS = 5;

/** Undefined where there is no commit yet, or where branches are kept in a form this cannot read (reftable). */
export async function readHead(gitDir: string, commonDir: string): Promise<Head | undefined> {
  const head = await readLine(join(gitDir, 'HEAD'));
  const ref = target(head);
  if (ref === undefined) return head !== undefined && ID.test(head) ? { id: head } : undefined;
  const id = await resolveRef(ref, gitDir, commonDir);
  return id === undefined ? undefined : { id, ref };
}

async function resolveRef(first: string, gitDir: string, commonDir: string): Promise<string | undefined> {
  let ref = first;
  for (let link = 0; link < MAX_LINKS; link++) {
    if (!isRefName(ref)) return undefined;
    // Twice: between the two looks git may have moved the branch from its file to packed-refs.
    const value =
      (await looseRef(ref, gitDir, commonDir)) ??
      (await packedRef(ref, commonDir)) ??
      (await looseRef(ref, gitDir, commonDir));
    if (value === undefined) return undefined;
    if (ID.test(value)) return value;
    const next = target(value);
    if (next === undefined) return undefined;
    ref = next;
  }
  return undefined;
}

async function looseRef(ref: string, gitDir: string, commonDir: string): Promise<string | undefined> {
  const own = /^refs\/(?:bisect|worktree|rewritten)\//.test(ref);
  return readLine(join(own ? gitDir : commonDir, ref));
}

async function packedRef(ref: string, commonDir: string): Promise<string | undefined> {
  const packed = await readWhole(join(commonDir, 'packed-refs')).then(String, () => '');
  // Searched, not split into lines: there may be a hundred thousand of them.
  const at = `\n${packed}`.indexOf(` ${ref}\n`);
  if (at === -1) return undefined;
  return packed.slice(packed.lastIndexOf('\n', at - 2) + 1, at - 1);
}

function target(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^ref:\s*(\S+)$/.exec(text)?.[1];
}

/** A name is used as a path: it must stay below `refs`. */
function isRefName(ref: string): boolean {
  return ref.startsWith('refs/') && !ref.split('/').some((step) => step === '' || step === '.' || step === '..');
}

async function readLine(path: string): Promise<string | undefined> {
  return readWhole(path).then(
    (text) => String(text).trim(),
    () => undefined,
  );
}
