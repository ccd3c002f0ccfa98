/** The published signing examples: keys in every PEM form, and signed messages. */
import { readFileSync } from 'node:fs';

export interface VectorCase {
  readonly name: string;
  readonly signature_version: '6' | '15';
  readonly key: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body_utf8: string | null;
  };
  readonly headers_added_by_signing: Readonly<Record<string, string>>;
  readonly signature_params: string;
  readonly signature_base: string;
  readonly signature_base_bytes: number;
  readonly signature_der_base64?: string;
  readonly signature_base64?: string;
}

interface VectorKey {
  readonly key_id: string;
  readonly passphrase?: string;
  readonly private_sec1_pem?: string;
  readonly private_sec1_encrypted_pem?: string;
  readonly private_pkcs8_pem?: string;
  readonly private_pkcs8_encrypted_pem?: string;
  readonly public_spki_pem: string;
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/upvest-vectors.json', import.meta.url), 'utf8'),
) as {
  readonly keys: Readonly<Record<string, VectorKey>>;
  readonly digests: readonly {
    readonly body_utf8: string;
    readonly bytes: number;
    readonly content_digest_v15: string;
  }[];
  readonly cases: readonly VectorCase[];
};
