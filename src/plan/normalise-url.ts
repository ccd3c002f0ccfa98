/**
 * The URL as every client would write it (WHATWG: lower-case host, no default port, dots and escapes resolved), so that
 * two spellings of one address are equal. What is no URL is left as it is, and so is what WHATWG alone reads as another
 * one: with a backslash, a blank or a control character in it other clients deliver elsewhere.
 */
export function normaliseUrl(url: string): string {
  if (/[\\\s\p{Cc}]/u.test(url.trim())) return url;
  return URL.parse(url)?.href ?? url;
}
