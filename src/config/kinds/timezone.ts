import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** An IANA name such as Europe/Berlin, as far as this Node knows it. */
export const timezone: Kind<string> = textual((text) =>
  isTimezone(text) ? good(text) : bad(`${show(text)} is not a time zone: write UTC or a name such as Europe/Berlin`),
);

function isTimezone(text: string): boolean {
  // Intl takes offsets (+02:00) too, but they know no summer time, which is what a zone is asked for.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}
