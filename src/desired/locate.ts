/** What `source.path` names right now, every link followed. */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findRepository, type Repository } from './git/repository.ts';
import { errorCode, NotReadableError } from './not-readable-error.ts';

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

function asNotReadable(path: string, error: unknown): unknown {
  if (error instanceof NotReadableError) return error;
  const code = errorCode(error);
  if (code === undefined) return error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new NotReadableError(
        'missing',
        `${path} does not exist: check source.path, and whether the checkout has been made and is mounted here`,
        { cause: error },
      );
    case 'ELOOP':
      return new NotReadableError('refused', `${path} is a link that leads back to itself: point it at the checkout`, {
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
      return new NotReadableError('refused', `${path} may not be read: let the user this runs as read it`, {
        cause: error,
      });
    case 'ERR_ACCESS_DENIED':
      return new NotReadableError(
        'refused',
        `${path} may not be read: Node's permission model is on and does not allow it; add --allow-fs-read=${path} to NODE_OPTIONS`,
        { cause: error },
      );
    default:
      return new NotReadableError('refused', `${path} cannot be read (${code}): mend that, or change source.path`, {
        cause: error,
      });
  }
}
