/** The current credentials of one API client. Files are read again when they change. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { withTimeout } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/secret.ts';
import type { ApiConfig } from '../config/config.ts';
import { CredentialError, credentialFile, type ReadCredential } from '../http/credential-file.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly key: KeyObject;
}

/** Every member may throw CredentialError, with the setting, the place and the fix. */
export interface Credentials {
  clientId(): string;
  clientSecret(): Promise<Secret>;
  signingKey(): Promise<SigningKey>;
}

export const SETTINGS = {
  clientId: 'api.clientId (UPVEST_CLIENT_ID)',
  clientSecret: 'api.clientSecretFile (UPVEST_CLIENT_SECRET_FILE or UPVEST_CLIENT_SECRET)',
  keyId: 'api.keyId (UPVEST_KEY_ID)',
  privateKey: 'api.privateKeyFile (UPVEST_PRIVATE_KEY_FILE)',
  passphrase: 'api.privateKeyPassphraseFile (UPVEST_PRIVATE_KEY_PASSPHRASE_FILE or UPVEST_PRIVATE_KEY_PASSPHRASE)',
} as const;

/**
 * The public part of a key, as `openssl` can show it too: SHA-256 of its SPKI in DER, base64 (docs/operations.md). It is no
 * secret, and is the same for the public key that Upvest was given.
 */
export function fingerprint(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(spki).digest('base64')}`;
}

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
  // Decrypting takes milliseconds, so the key is decrypted again only when the file or its passphrase has changed.
  let opened: { readonly pem: Secret; readonly passphrase: Secret | undefined; readonly key: KeyObject } | undefined;

  return {
    clientId: () => given(api.clientId, SETTINGS.clientId),
    clientSecret: () => given(secret, SETTINGS.clientSecret)(),
    signingKey: async () => {
      const keyId = given(api.keyId, SETTINGS.keyId);
      const known = await readKey(false);
      if (opened?.pem !== known.pem || opened.passphrase !== known.passphrase) {
        // Key and passphrase rotate together but may be read a moment apart: a new key must not get the old passphrase.
        const now = await readKey(true);
        const where = { key: `${SETTINGS.privateKey}: ${api.privateKeyFile ?? ''}`, passphrase: SETTINGS.passphrase };
        opened = { ...now, key: privateKey(now.pem, now.passphrase, where) };
      }
      return { keyId, key: opened.key };
    },
  };
}

/** The file takes precedence over the value, because only a file can rotate. */
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
    return async (afresh) => withTimeout(read(afresh), limitMs, () => new CredentialError(message));
  }
  return value && (() => Promise.resolve(value));
}

function given<T>(value: T | undefined, setting: string): T {
  if (value === undefined || value === '') throw new CredentialError(`${setting} is not set`);
  return value;
}

/** How to get a key that Upvest accepts, as part of a message. */
const MAKE_ONE =
  'make one with `openssl ecparam -name secp521r1 -genkey -noout | openssl ec -aes256 -out key.pem`, ' +
  'give Upvest its public part (`openssl ec -in key.pem -pubout`) and set the key id they answer with';

/**
 * Reads SEC1 and PKCS#8, plain and encrypted (`Proc-Type: 4,ENCRYPTED` or `ENCRYPTED PRIVATE KEY`), EC P-521 and
 * Ed25519, which Upvest accepts (docs/upvest-api.md, 3.4). `where` names file and settings in messages.
 * Throws CredentialError for everything else. Messages never contain the text or the passphrase.
 */
export function privateKey(
  pem: Secret,
  passphrase: Secret | undefined,
  where: { readonly key: string; readonly passphrase: string },
): KeyObject {
  const text = pem.reveal();
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map((match) => match[1] ?? '');
  if (!blocks.some((block) => block.endsWith('PRIVATE KEY')))
    throw new CredentialError(`${where.key} ${notAKey(blocks)}`);
  if (blocks.includes('OPENSSH PRIVATE KEY')) {
    throw new CredentialError(
      `${where.key} holds a key in OpenSSH's own format, which is not supported here: ${MAKE_ONE}`,
    );
  }
  const isEncrypted = blocks.includes('ENCRYPTED PRIVATE KEY') || /^Proc-Type: *4, *ENCRYPTED/m.test(text);
  if (isEncrypted && !passphrase) {
    throw new CredentialError(`${where.key} is encrypted and no passphrase is set: set ${where.passphrase}`);
  }
  const key = open(text, isEncrypted ? passphrase : undefined, where);
  const found = describe(key);
  if (found !== 'EC secp521r1' && found !== 'ed25519') {
    throw new CredentialError(
      `${where.key} holds a key of type ${found}; Upvest takes EC P-521 or Ed25519: ${MAKE_ONE}`,
    );
  }
  return key;
}

function open(
  text: string,
  passphrase: Secret | undefined,
  where: { readonly key: string; readonly passphrase: string },
) {
  try {
    return createPrivateKey({ key: text, ...(passphrase && { passphrase: passphrase.reveal() }) });
  } catch {
    // OpenSSL's messages do not help ("DECODER routines::unsupported"), and a wrong passphrase does not always show as
    // "bad decrypt": one in 256 unpads by chance and fails later.
    throw new CredentialError(
      passphrase
        ? `${where.key} cannot be decrypted: the passphrase (${where.passphrase}) is not the one it was encrypted with, or the file is damaged`
        : `${where.key} holds a damaged private key: copy it again, line breaks included`,
    );
  }
}

function notAKey(blocks: readonly string[]): string {
  const [block] = blocks;
  if (block === undefined) {
    return 'is not PEM: it must hold a block that begins with -----BEGIN … PRIVATE KEY-----, line breaks included';
  }
  if (block.endsWith('PUBLIC KEY')) return 'holds the public key: name the file with the private one';
  return `holds a ${block}, not a private key: name the file with the private key`;
}

function describe(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return key.asymmetricKeyType === 'ec' ? `EC ${curve ?? '(unnamed curve)'}` : (key.asymmetricKeyType ?? 'unknown');
}
