/**
 * Titles as a server writes them that tidies what it is sent. Taken for another title, what came back from a create would
 * not be known again, and created once more.
 */

/** Accents composed, no space at the ends: nobody sees a difference, and none is corrected. */
export function tidyTitle(title: string): string {
  return title.normalize('NFC').trim();
}

/** And one space in a row: enough alike to be the same subscription, though it is given the title that git has. */
export function normaliseTitle(title: string): string {
  return tidyTitle(title).replace(/\s+/gu, ' ');
}
