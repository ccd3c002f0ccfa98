/** The errors of the Kubernetes API. No message contains a token or a key. */
import { ReconcilerError } from '../base/errors.ts';

/**
 * A request that got no answer, or one that cannot be understood. It may have been carried out, unless `sent` is false.
 */
export class KubernetesError extends ReconcilerError {
  override readonly name = 'KubernetesError';
  override readonly code = 'kubernetes';
  /** False: no byte of the request was written. */
  readonly sent: boolean;

  constructor(message: string, { sent, ...options }: ErrorOptions & { readonly sent: boolean }) {
    super(message, options);
    this.sent = sent;
  }
}

/** The address of the API server or our credentials cannot be determined. The message says what to fix. */
export class KubernetesAccessError extends ReconcilerError {
  override readonly name = 'KubernetesAccessError';
  override readonly code = 'kubernetes-access';
}
