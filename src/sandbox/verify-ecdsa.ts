import { type KeyObject, verify } from 'node:crypto';

/** P-521 takes a millisecond or two: on the thread pool, so that the event loop goes on. Never rejects. */
export function verifyEcdsa(
  key: KeyObject,
  text: string,
  signature: Buffer,
  dsaEncoding: 'der' | 'ieee-p1363',
  algorithm = 'sha512',
): Promise<boolean> {
  return new Promise((resolve) => {
    verify(algorithm, Buffer.from(text), { key, dsaEncoding }, signature, (error, good) => resolve(!error && good));
  });
}
