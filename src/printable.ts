/** Texts from outside (titles, urls, commit subjects) made harmless for terminals and logs. */

/**
 * Controls (ANSI sequences start with one), format characters (they turn the direction of text, or are not seen), line
 * separators, halves of surrogate pairs, and letters that show as blanks.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164]/gu;

/** The text with every unprintable character shown as `\u{…}`; never more than one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** In double quotes, quotes and backslashes inside escaped. */
export function quoted(text: string): string {
  return `"${printable(text.replace(/["\\]/g, '\\$&'))}"`;
}

/**
 * JSON with every unprintable character as an escape of JSON's own: the same value for whoever parses it. Line ends stay:
 * they are those of indentation, for none stands inside of a JSON text.
 */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, (char) =>
    char === '\n' ? char : char.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
