/** The credentials of one API client, always as they are now: files are read again when they change. */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ApiConfig } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import { CredentialError } from '../http/credential-error.ts';
import { credentialFile, type ReadCredential } from '../http/credential-file.ts';
import { inTime } from '../in-time.ts';
import { privateKey } from './private-key.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly key: KeyObject;
}

/** Every member may throw CredentialError, with the setting, the place and the mend. */
export interface Credentials {
  clientId(): string;
  clientSecret(): Promise<Secret>;
  signingKey(): Promise<SigningKey>;
}

const SETTINGS = {
  clientId: 'api.clientId (UPVEST_CLIENT_ID)',
  clientSecret: 'api.clientSecretFile (UPVEST_CLIENT_SECRET_FILE or UPVEST_CLIENT_SECRET)',
  keyId: 'api.keyId (UPVEST_KEY_ID)',
  privateKey: 'api.privateKeyFile (UPVEST_PRIVATE_KEY_FILE)',
  passphrase: 'api.privateKeyPassphraseFile (UPVEST_PRIVATE_KEY_PASSPHRASE_FILE or UPVEST_PRIVATE_KEY_PASSPHRASE)',
} as const;

export function credentials(api: ApiConfig, clock: Clock): Credentials {
  const secret = source(api.clientSecretFile, api.clientSecret, SETTINGS.clientSecret, api.timeoutMs, clock);
  const pem = source(api.privateKeyFile, undefined, SETTINGS.privateKey, api.timeoutMs, clock);
  const passphrase = source(
    api.privateKeyPassphraseFile,
    api.privateKeyPassphrase,
    SETTINGS.passphrase,
    api.timeoutMs,
    clock,
  );
  const readKey = async (afresh: boolean) => ({
    pem: await given(pem, SETTINGS.privateKey)(afresh),
    passphrase: await passphrase?.(afresh),
  });
  // Decrypting takes milliseconds: done anew only when the file or its passphrase has changed.
  let opened: { readonly pem: Secret; readonly passphrase: Secret | undefined; readonly key: KeyObject } | undefined;

  return {
    clientId: () => given(api.clientId, SETTINGS.clientId),
    clientSecret: () => given(secret, SETTINGS.clientSecret)(),
    signingKey: async () => {
      const keyId = given(api.keyId, SETTINGS.keyId);
      const known = await readKey(false);
      if (opened?.pem !== known.pem || opened.passphrase !== known.passphrase) {
        // The two rotate together and may have been looked at a moment apart: never the new key with the old passphrase.
        const now = await readKey(true);
        const where = { key: `${SETTINGS.privateKey}: ${api.privateKeyFile ?? ''}`, passphrase: SETTINGS.passphrase };
        opened = { ...now, key: privateKey(now.pem, now.passphrase, where) };
      }
      return { keyId, key: opened.key };
    },
  };
}

/** The file goes before the value: it is the one that can rotate. */
function source(
  file: string | undefined,
  value: Secret | undefined,
  setting: string,
  limitMs: number,
  clock: Clock,
): ReadCredential | undefined {
  if (file !== undefined) {
    const read = credentialFile(file, setting, clock);
    const message = `${setting}: ${file} could not be read within ${limitMs / 1000} s: its file system does not answer`;
    return async (afresh) => inTime(read(afresh), limitMs, () => new CredentialError(message));
  }
  return value && (() => Promise.resolve(value));
}

function given<T>(value: T | undefined, setting: string): T {
  if (value === undefined || value === '') throw new CredentialError(`${setting} is not set`);
  return value;
}
