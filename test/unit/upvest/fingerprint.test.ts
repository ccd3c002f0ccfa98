import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { fingerprint } from '../../../src/upvest/credentials.ts';
import { vectors } from './vectors.ts';

// Made by `openssl pkey -in key.pem -pubout -outform DER | openssl dgst -sha256 -binary | openssl base64`.
it.each([
  ['client_p521', 'SHA256:b1ESb6fa1FlogdPyRwAZ2n/RkHZ2LFV5UcU7GPlMJJw='],
  ['client_ed25519', 'SHA256:tBL+9Pjw/n14QcqJycVYOgqspGjC0G7HiKEe6bxQQj4='],
])('the fingerprint of a key is the one that openssl gives of its public part: %s', (name, expected) => {
  expect(fingerprint(createPrivateKey(vectors.keys[name]?.private_pkcs8_pem ?? ''))).toBe(expected);
});
