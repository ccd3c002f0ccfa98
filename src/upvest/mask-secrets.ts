/** Takes what was sent in confidence out of what came back: as it is, and as it stands in a form or a path. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap(spellings)
    .reduce((masked, spelling) => masked.replaceAll(spelling, '[secret]'), text);
}

function spellings(secret: string): readonly string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice('='.length);
  const inPath = encodeURIComponent(secret.toWellFormed());
  return [secret, ...[inForm, inPath].flatMap((encoded) => [encoded, encoded.replaceAll(/%../g, lower)])];
}

function lower(escape: string): string {
  return escape.toLowerCase();
}
