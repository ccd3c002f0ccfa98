/** The error that a checkout as a whole cannot be read now; `checkoutLoader` catches it and returns it as a value. */
import { ReconcilerError, systemCode } from '../base/errors.ts';

export class NotReadableError extends ReconcilerError {
  override readonly name = 'NotReadableError';
  override readonly code = 'not-readable';
  readonly reason: NotReadable;

  constructor(reason: NotReadable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * Turns an error of the file system at `path` (the checkout as a whole) into a NotReadableError; returns others as is.
 */
export function asNotReadable(path: string, error: unknown): unknown {
  if (error instanceof NotReadableError) return error;
  const code = systemCode(error);
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
      return new NotReadableError('refused', `${path} cannot be read (${code}): fix that, or change source.path`, {
        cause: error,
      });
  }
}

/** Why a checkout cannot be read now. In each case the daemon waits; none is treated as an empty checkout. */
export type NotReadable = 'missing' | 'busy' | 'moving' | 'refused';
