import type { Revision } from '../subscription.ts';
import { printable } from '../printable.ts';

/** `3f2c9e1d8a4b (main, with uncommitted changes) Add the reports hook`; the id shortened as git shortens it. */
export function formatRevision({ id, ref, subject, dirty }: Revision): string {
  const short = id.replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, '$1');
  const notes = [
    ...(ref ? [ref.replace(/^refs\/(?:heads|tags|remotes)\//, '')] : []),
    ...(dirty ? ['with uncommitted changes'] : []),
  ];
  const parts = [short, ...(notes.length > 0 ? [`(${notes.join(', ')})`] : []), ...(subject ? [subject] : [])];
  return printable(parts.join(' '));
}
