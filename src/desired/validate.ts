/**
 * The checks of a load for an author who is editing: over any number of paths, whatever operation of git is under way.
 */
import { join } from 'node:path';
import { readCommitted } from '../checkout/git/commit.ts';
import type { WorktreeFile } from '../checkout/git/dirty.ts';
import { Lacking } from '../checkout/lacking.ts';
import { NotReadableError } from '../checkout/not-readable.ts';
import { conflictMarkerLine, readFiles } from '../checkout/read-files.ts';
import { takeSnapshot } from '../checkout/snapshot.ts';
import { compileHosts } from '../config/delivery-hosts.ts';
import { type Problem, Problems } from '../document/problems.ts';
import { compileFiles } from './compile.ts';
import { hasEntriesOncePerBlob, isOwnedBy, type LoadOptions } from './load.ts';

export interface Validated {
  /** By place, as in a checkout; files are named by the given path and the path below it. */
  readonly problems: readonly Problem[];
  /** How many errors there are, reported or only counted. */
  readonly errors: number;
  readonly warnings: number;
  readonly files: number;
  /** Files and folders that could not be checked; each has a problem. */
  readonly unchecked: number;
  /** Entries without an error of their own, tombstones not counted. */
  readonly subscriptions: number;
}

export type ValidateOptions = Omit<LoadOptions, 'path'> & {
  /** `policy.allowEmpty`: a folder without any YAML file is not an error. */
  readonly allowEmpty?: boolean;
};

/** Rules between files apply to all paths together. A path that cannot be read is reported like any other problem. */
export async function validatePaths(
  paths: readonly string[],
  { substitute, owns, hosts = [], allowEmpty = false }: ValidateOptions,
): Promise<Validated> {
  const problems = new Problems();
  const files = new Map<string, WorktreeFile & { readonly lacking: Lacking }>();
  for (const path of paths) {
    try {
      const { location, head, found } = await takeSnapshot(path);
      const nameHere = (name: string): string => (location.isFile ? path : join(path, name));
      const contents = await readFiles(path, found.files);
      const lacking = new Lacking(location, await readCommitted(location.repository, head));
      const notCheckedOut = await lacking.notCheckedOut(contents.files);
      for (const some of [found.problems, contents.problems, notCheckedOut, lacking.notCompared()])
        problems.addAll(some, (problem) => ({ ...problem, file: nameHere(problem.file) }));
      if (found.files.length + found.problems.errors + notCheckedOut.errors === 0 && !allowEmpty)
        problems.add(wholeFile(path, 'no-files', NO_FILES));
      // A file given twice, or with its folder, is checked once, so that its titles are not duplicates.
      for (const { name, real, content } of contents.files)
        if (!files.has(real)) files.set(real, { name: nameHere(name), real, content, lacking });
    } catch (error) {
      if (!(error instanceof NotReadableError)) throw error;
      problems.add(wholeFile(path, error.reason, error.message));
    }
  }
  const whole = [...files.values()].filter(({ name, content }) => {
    const line = conflictMarkerLine(content);
    if (line !== undefined)
      problems.add({ ...wholeFile(name, 'conflict-marker', 'conflict markers of a merge: resolve it'), line });
    return line === undefined;
  });
  const checked = new Set([...files.values()].map(({ name }) => name));
  const unchecked = new Set(
    problems
      .byPlace()
      .map(({ file }) => file)
      .filter((file) => !checked.has(file)),
  );
  const compiled = await compileFiles(whole, {
    substitute,
    isOwned: isOwnedBy(owns),
    isWithinHosts: compileHosts(hosts),
  });
  problems.addAll(compiled.problems);
  const hasEntries = hasEntriesOncePerBlob();
  const empty = new Set(compiled.withoutEntries);
  for (const file of whole) if (empty.has(file.name)) problems.addAll(await file.lacking.emptied([file], hasEntries));
  return {
    problems: problems.byPlace(),
    errors: problems.errors,
    warnings: problems.warnings,
    files: files.size,
    unchecked: unchecked.size,
    subscriptions: compiled.desired.length,
  };
}

const NO_FILES =
  'no *.yaml or *.yml file is below this folder: point source.path at the folder of the subscriptions, ' +
  'or set policy.allowEmpty (RECONCILER_ALLOW_EMPTY=true) where none are wanted';

function wholeFile(file: string, rule: string, message: string): Problem {
  return { severity: 'error', file, line: 1, column: 1, field: '', message, rule };
}
