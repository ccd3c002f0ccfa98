/**
 * Sentences as data: what is a commit, a name or a time is marked as one, so that a part decides how it looks, and no
 * text of a stranger is ever taken for markup.
 */
/**
 * `code`: what is copied or typed. `quote`: a commit's subject. `name`: a title or a person; `row`: by what the row of
 * that title is opened in an address. `time`, `countdown`: ISO 8601; a countdown reads "23 s". `isStrong`: it is among the
 * words that answer. `until`: a time ahead, with its day. `at`: with "at" before a time of today.
 */
export type Piece =
  | string
  | { readonly code: string; readonly href?: string }
  | { readonly quote: string }
  | { readonly name: string; readonly isStrong?: true; readonly row?: string }
  | { readonly strong: string }
  | {
      readonly time: string;
      readonly seconds?: boolean;
      readonly until?: true;
      readonly at?: true;
      readonly isStrong?: true;
    }
  | { readonly countdown: string; readonly isStrong?: true };

export type Text = readonly Piece[];

/**
 * A stranger's text on one line, without what is not seen but changes how the rest is read, and cut at `limit`
 * characters.
 */
export function oneLine(text: string, limit: number): string {
  // Only the part that can be shown is looked at: it may be very long.
  const head = text.slice(0, limit * 4).toWellFormed();
  const line = head
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, ' ')
    .trim();
  if (line.length <= limit && head.length === text.length) return line;
  return `${line
    .slice(0, limit)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
}
