/** The digest header of a body: version 15 of the signature draft has `content-digest` (upvest-api-reference.md, 4.4). */
import { createHash } from 'node:crypto';

export function contentDigest(body: Uint8Array): string {
  return `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;
}
