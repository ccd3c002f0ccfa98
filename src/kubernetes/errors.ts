/** What can go wrong between us and the Kubernetes API. No message holds a token or a key. */
import { ReconcilerError } from '../base/errors.ts';

/** A request that got no answer, or none that can be understood. Whether it was carried out is not known, unless `sent` is false. */
export class KubernetesError extends ReconcilerError {
  override readonly name = 'KubernetesError';
  override readonly code = 'kubernetes';
  /** False: not a byte of it was written. */
  readonly sent: boolean;

  constructor(message: string, { sent, ...options }: ErrorOptions & { readonly sent: boolean }) {
    super(message, options);
    this.sent = sent;
  }
}

/** There is no telling where the API server is or who we are to it: says what to mend. */
export class KubernetesAccessError extends ReconcilerError {
  override readonly name = 'KubernetesAccessError';
  override readonly code = 'kubernetes-access';
}
