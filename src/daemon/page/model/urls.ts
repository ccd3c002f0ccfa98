/** Urls, which are shown as they are written: a parsed one has another host in capitals, and no port where it is usual. */

/** Undefined: it is none. Browsers have had `URL.parse` for a shorter time than the rest of what the page needs. */
export function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The parts of a url, which together are the url. */
export interface UrlParts {
  /** With the slashes. */
  readonly scheme: string;
  /** With what stands before an `@`, and with the port. */
  readonly host: string;
  readonly path: string;
  /** With the fragment. */
  readonly query: string;
}

/** Undefined: it is not written as a url that has a host. */
export function urlParts(text: string): UrlParts | undefined {
  const groups = /^(?<scheme>[a-z]+:\/\/)(?<host>[^/?#]*)(?<path>[^?#]*)(?<query>[^]*)$/i.exec(text)?.groups;
  if (!groups) return undefined;
  const { scheme = '', host = '', path = '', query = '' } = groups;
  return { scheme, host, path, query };
}

/**
 * A url in a list of many: `host` is shown in a lighter ink than `path`, which tells one from another. Nearly all begin
 * with `https://`, which is left out. What is no such url is all `path`.
 */
export function listedUrl(text: string): { readonly host: string; readonly path: string } {
  const parts = urlParts(text);
  const scheme = parts?.scheme.toLowerCase();
  if (!parts || parts.host === '' || (scheme !== 'https://' && scheme !== 'http://')) return { host: '', path: text };
  return { host: `${scheme === 'http://' ? parts.scheme : ''}${parts.host}`, path: parts.path + parts.query };
}

/** `api.upvest.co`, `127.0.0.1:35793`; undefined where there is none. */
export function hostOf(text: string): string | undefined {
  return parsedUrl(text)?.host || undefined;
}
