/** The checkout as a whole cannot be read now; caught by `checkoutLoader`, which makes a value of it. */
import type { NotReadable } from './checkout.ts';

export class NotReadableError extends Error {
  override readonly name = 'NotReadableError';
  readonly reason: NotReadable;

  constructor(reason: NotReadable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** `ENOENT` and the like; undefined for what is no error of the file system. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
