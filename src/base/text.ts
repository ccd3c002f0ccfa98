/** Texts from outside (titles, urls, commit subjects) made safe for terminals and logs, and texts in messages. */
import { distance } from 'fastest-levenshtein';
import { isObject } from './json.ts';
import { maskedAsUrl } from './url-secrets.ts';

/**
 * Controls (ANSI sequences start with one), format characters (they change the direction of text or are invisible),
 * line separators, unpaired surrogates, and letters that look blank.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164]/gu;

/** The text with every unprintable character shown as `\u{…}`; never more than one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** The text in double quotes, with quotes and backslashes inside escaped. */
export function quoted(text: string): string {
  return `"${printable(text.replace(/["\\]/g, '\\$&'))}"`;
}

/**
 * JSON with every unprintable character as a JSON escape, so that it still parses to the same value. Line ends stay:
 * they belong to the indentation, because a JSON string cannot contain one.
 */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (char) =>
    char === '\n' ? char : char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Text from outside as part of a message: one line, without control or direction characters, bounded in length. */
export function oneLine(text: string, limit = 200): string {
  // Only the part that can be shown is processed: text from outside may be megabytes long.
  const head = text.slice(0, limit * 4).toWellFormed();
  const line = head.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  if (line.length <= limit && head.length === text.length) return line;
  // The cut must not leave half of a surrogate pair at the end.
  return `${line.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** A value in a message: short, on one line, without control characters, with the user info of URLs masked. */
const MAX_SHOWN = 60;

export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(withoutUserInfo(value)) : summary(value);
  return printable(text.length > MAX_SHOWN ? `${cut(text, MAX_SHOWN)}…${typeof value === 'string' ? '"' : ''}` : text);
}

/**
 * Masks what may be user info, up to the last `@`: a password that was put into a URL by error must not get into logs,
 * and a URL that is quoted for its errors need not be one that can be parsed. A query is masked where one stands in it.
 */
function withoutUserInfo(text: string): string {
  if (!text.includes(':')) return text;
  const masked = text.replaceAll(/:\/\/[^/?#\s]*@/g, '://***@');
  const at = masked.lastIndexOf('@');
  const url = URL.parse(masked);
  const isPath = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isPath || masked.slice(0, at).endsWith('***')) return masked.replace(/(:[/\\][^?#]*[?#])[^]+$/, '$1***');
  return maskedAsUrl(masked);
}

function summary(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (isObject(value)) return 'a set of fields';
  return String(value);
}

/** Cuts a text, but never in the middle of a surrogate pair. */
function cut(text: string, length: number): string {
  const short = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(short) ? short.slice(0, -1) : short;
}

/** `1 error`, `2 errors`, `3 passes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : noun.endsWith('s') ? 'es' : 's'}`;
}

/** The first elements of a list, and how many more there are; any other value as it is. */
export function listStart(value: unknown, most: number): unknown {
  if (!Array.isArray(value) || value.length <= most) return value;
  return [...(value as readonly unknown[]).slice(0, most), `… and ${value.length - most} more`];
}

/** The known word nearest to `word`, if one is near enough to be meant. Case does not count. */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  return suggester(known)(word);
}

/** `suggest` for thousands of words: what is known is normalised once. */
export function suggester(known: Iterable<string>): (word: string) => string | undefined {
  const candidates = [...known].map((candidate) => ({ candidate, normalised: normal(candidate) }));
  return (word) => {
    // A word far longer than any known one is skipped, because the time grows with the product of the lengths.
    if (word.length > 200) return undefined;
    const meant = normal(word);
    const bound = Math.ceil(word.length / 3);
    let best: { readonly candidate: string; readonly away: number } | undefined;
    for (const { candidate, normalised } of candidates) {
      if (Math.abs(normalised.length - meant.length) > bound) continue;
      const away = isSwapped(meant, normalised) ? 1 : distance(meant, normalised);
      if (away <= bound && (best === undefined || away < best.away)) best = { candidate, away };
    }
    return best?.candidate;
  };
}

/** Two swapped letters, as in `ulr`, are one slip, and not two edits. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a.slice(at + 2) === b.slice(at + 2) && a[at] === b[at + 1] && a[at + 1] === b[at];
}

/** `maxDeletes`, `max_deletes` and `max-deletes` compare as equal. */
function normal(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

export function own(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
