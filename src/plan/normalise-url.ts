/**
 * The URL as every client would write it (WHATWG: lower-case host, no default port, dots and escapes resolved), so that
 * two spellings of one address are equal. What is no URL is left as it is.
 */
export function normaliseUrl(url: string): string {
  return URL.parse(url)?.href ?? url;
}
