/**
 * Sentences as data: what is a commit, a name or a time is marked as one, so that a part decides how it looks, and no
 * text of a stranger is ever taken for markup.
 */
/**
 * `code`: what is copied or typed. `quote`: a commit's subject. `name`: a title or a person. `time`, `countdown`: ISO
 * 8601; a countdown reads "23 s". `isStrong`: it is among the words that answer. `until`: a time ahead, with its day.
 */
export type Piece =
  | string
  | { readonly code: string; readonly href?: string }
  | { readonly quote: string }
  | { readonly name: string; readonly isStrong?: true }
  | { readonly strong: string }
  | { readonly time: string; readonly seconds?: boolean; readonly until?: true; readonly isStrong?: true }
  | { readonly countdown: string; readonly isStrong?: true };

export type Text = readonly Piece[];
