/** The certificates in `test/fixtures/kubernetes`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../fixtures/kubernetes');

export type CertificateName =
  | 'ca'
  | 'other-ca'
  | 'server'
  | 'other-server'
  | 'named-server'
  | 'client'
  | 'self-signed'
  | 'expired';

/** PEM. Authorities have no key any more. */
export function certificate(name: CertificateName): { readonly cert: string; readonly key?: string } {
  const key = join(FOLDER, `${name}.key`);
  return {
    cert: readFileSync(join(FOLDER, `${name}.crt`), 'utf8'),
    ...(existsSync(key) && { key: readFileSync(key, 'utf8') }),
  };
}
