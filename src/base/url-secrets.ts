/** What urls hold in confidence, masked for whatever is shown: answers of endpoints and the log. */

/**
 * The text with user info, query and fragment of each url in it masked: `https://***@host/path?***`. A text that is a
 * url is one to its end; within a message one ends at a blank or a quote.
 * Linear: each of its words is looked at once.
 */
export function withoutUrlSecrets(text: string): string {
  if (!text.includes(':') || !/[@?#]/.test(text)) return text;
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? masked(url, text) : text.replaceAll(WORD, maskedWord);
}

/** As whoever sends to it reads it: blanks and slashes of either kind do not hide what is in it. */
function masked(url: URL, text: string): string {
  const { protocol, username, password, host, pathname, search, hash } = url;
  if (!username && !password && !search && !hash) return text;
  const user = username || password ? '***@' : '';
  return `${protocol}//${user}${host}${pathname}${search && '?***'}${hash && '#***'}`;
}

/** A quote within a quoted text has a backslash before it. */
const WORD = /(?:[^\s"\\]|\\[^])+/g;

/** What clients read as a url is masked as one; of any other word with a colon, all that may be user info. */
function maskedWord(word: string): string {
  const colon = word.indexOf(':');
  if (colon < 0 || !/[@?#]/.test(word)) return word;
  const begin = word.search(/https?:/i);
  const url = begin < 0 ? null : URL.parse(word.slice(begin));
  if (url) return word.slice(0, begin) + masked(url, word.slice(begin));
  const at = word.lastIndexOf('@');
  const [slashes = ''] = /^[/\\]*/.exec(word.slice(colon + 1)) ?? [];
  const from = colon + 1 + slashes.length;
  const shown = at < from ? word : `${word.slice(0, from)}***${word.slice(at)}`;
  return slashes === '' ? shown : shown.replace(/([?#]).+$/, '$1***');
}
