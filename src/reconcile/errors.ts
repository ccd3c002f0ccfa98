/** The errors a pass may fail with. */
import { isMember, type Members, ReconcilerError } from '../base/errors.ts';
import type { NotReadable } from '../checkout/not-readable.ts';
import type { CallError } from '../upvest/errors.ts';

/** The checkout cannot be read now. The pass ends before it has asked the API anything. */
export class CheckoutError extends ReconcilerError {
  override readonly name = 'CheckoutError';
  override readonly code = 'checkout';
  readonly reason: NotReadable | 'hanging';

  constructor(reason: NotReadable | 'hanging', message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Why a pass was stopped: shutdown, another configuration, a lost lease, its deadline. It is not a failure of any part;
 * with `isOverdue`, the pass has failed to end in time.
 */
export class PassAborted extends ReconcilerError {
  override readonly name = 'PassAborted';
  override readonly code = 'pass-aborted';
  readonly isOverdue: boolean;

  constructor(message: string, { isOverdue = false } = {}) {
    super(message);
    this.isOverdue = isOverdue;
  }
}

/** Every error a pass is known to fail with. Any other error is a bug of this program. */
export type PassError = CallError | CheckoutError | PassAborted;

const PASS_ERRORS: Members<PassError> = {
  api: true,
  credential: true,
  'incomplete-listing': true,
  'not-leader': false,
  'plan-dropped': false,
  checkout: true,
  'pass-aborted': true,
  kubernetes: false,
  'kubernetes-access': false,
  stopped: false,
};

export function isPassError(error: unknown): error is PassError {
  return isMember(PASS_ERRORS, error);
}
