import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { privateKey } from '../../../src/upvest/credentials.ts';
import { vectors } from './vectors.ts';

const WHERE = { key: 'api.privateKeyFile (UPVEST_PRIVATE_KEY_FILE): /keys/key.pem', passphrase: 'UPVEST_PASSPHRASE' };
const P521 = vectors.keys['client_p521']!;
const ED25519 = vectors.keys['client_ed25519']!;

function open(pem: string, passphrase?: string) {
  return privateKey(new Secret(pem), passphrase === undefined ? undefined : new Secret(passphrase), WHERE);
}

function pemOf(type: 'ec' | 'rsa' | 'ed448'): string {
  const pair = {
    ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ed448: () => generateKeyPairSync('ed448'),
  }[type]();
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('a private key', () => {
  it.each([
    ['SEC1', P521.private_sec1_pem!, undefined],
    ['SEC1, encrypted', P521.private_sec1_encrypted_pem!, P521.passphrase],
    ['PKCS#8', P521.private_pkcs8_pem!, undefined],
    ['PKCS#8, encrypted', P521.private_pkcs8_encrypted_pem!, P521.passphrase],
    [
      'SEC1 behind its curve parameters, as openssl writes it',
      `-----BEGIN EC PARAMETERS-----\nBgUrgQQAIw==\n-----END EC PARAMETERS-----\n${P521.private_sec1_pem}`,
      undefined,
    ],
    ['with Windows line breaks', P521.private_sec1_encrypted_pem!.replaceAll('\n', '\r\n'), P521.passphrase],
    ['plain, though a passphrase is set', P521.private_sec1_pem!, 'unneeded'],
  ])('is read: P-521, %s', (_form, pem, passphrase) => {
    expect(open(pem, passphrase).asymmetricKeyDetails).toEqual({ namedCurve: 'secp521r1' });
  });

  it('is read: Ed25519', () => {
    expect(open(ED25519.private_pkcs8_pem!).asymmetricKeyType).toBe('ed25519');
  });

  it.each([
    ['no PEM', 'hunter2', undefined, 'is not PEM'],
    ['the public key', P521.public_spki_pem, undefined, 'holds the public key: name the file with the private one'],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      undefined,
      'holds a CERTIFICATE, not a private key',
    ],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      undefined,
      "OpenSSH's own format",
    ],
    ['a damaged key', P521.private_sec1_pem!.slice(0, 200), undefined, 'damaged private key'],
    [
      'no passphrase (SEC1)',
      P521.private_sec1_encrypted_pem!,
      undefined,
      'is encrypted and no passphrase is set: set UPVEST_PASSPHRASE',
    ],
    [
      'no passphrase (PKCS#8)',
      P521.private_pkcs8_encrypted_pem!,
      undefined,
      'is encrypted and no passphrase is set: set UPVEST_PASSPHRASE',
    ],
    [
      'a wrong passphrase (SEC1)',
      P521.private_sec1_encrypted_pem!,
      'canary',
      'cannot be decrypted: the passphrase (UPVEST_PASSPHRASE)',
    ],
    [
      'a wrong passphrase (PKCS#8)',
      P521.private_pkcs8_encrypted_pem!,
      'canary',
      'cannot be decrypted: the passphrase (UPVEST_PASSPHRASE)',
    ],
    [
      'another curve',
      pemOf('ec'),
      undefined,
      'a key of type EC prime256v1; Upvest takes EC P-521 or Ed25519: make one with `openssl',
    ],
    ['an RSA key', pemOf('rsa'), undefined, 'a key of type rsa'],
    ['another Edwards curve', pemOf('ed448'), undefined, 'a key of type ed448'],
  ])('is refused, with the place and the fix: %s', (_case, pem, passphrase, message) => {
    const attempt = () => open(pem, passphrase);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(
      expect.objectContaining({ name: 'CredentialError', message: expect.stringContaining(WHERE.key) }),
    );
    expect(attempt).not.toThrow('canary');
    expect(attempt).not.toThrow('hunter2');
  });
});
