/** What `source.path` names right now, every link followed. */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findRepository, type Repository } from './git/repository.ts';
import { asNotReadable, NotReadableError } from './not-readable-error.ts';

export interface Location {
  /** As given. */
  readonly path: string;
  readonly real: string;
  readonly isFile: boolean;
  readonly repository?: Repository;
  /** What links inside must not lead out of: the worktree, or the folder itself where there is no git. */
  readonly root: string;
}

/** Throws NotReadableError: missing, or refused for what it is or by the system. */
export async function locate(path: string): Promise<Location> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new NotReadableError('refused', `${path} is neither a folder nor a file: set source.path to one`);
    }
    const isFile = stats.isFile();
    const folder = isFile ? dirname(real) : real;
    const repository = await findRepository(folder);
    return { path, real, isFile, ...(repository && { repository }), root: repository?.root ?? folder };
  } catch (error) {
    throw asNotReadable(path, error);
  }
}
