/**
 * The title as a server writes it that tidies what it is sent: accents composed, no space at the ends and one in a row.
 * Taken for another title, what came back from a create would not be known again, and created once more.
 */
export function normaliseTitle(title: string): string {
  return title.normalize('NFC').trim().replace(/\s+/gu, ' ');
}
