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
  if (!word.includes(':') || !/[@?#]/.test(word)) return word;
  const begin = word.search(/https?:/i);
  const url = begin < 0 ? null : URL.parse(word.slice(begin));
  return url ? word.slice(0, begin) + masked(url, word.slice(begin)) : maskedAsUrl(word);
}

/** What was meant as a url and cannot be parsed: all that may be user info, up to the last `@`, and a query. */
export function maskedAsUrl(text: string): string {
  const [before = ''] = /^[^:]*:[/\\]*/.exec(text) ?? [];
  const at = text.lastIndexOf('@');
  const shown = at < before.length ? text : `${before}***${text.slice(at)}`;
  return before === '' || before.endsWith(':') ? shown : shown.replace(/([?#])[^]+$/, '$1***');
}
