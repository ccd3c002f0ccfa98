/** Credentials that are missing, unreadable or do not fit together: a file that is not there, a wrong passphrase. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}
