/** How the parts of a reader report what is wrong with a text. */

/** A place in the text: UTF-16 units from 0. */
export type Offset = number;

/** Throws `Enough` when it has heard more than anybody would read. */
export type Complain = (at: Offset, rule: string, message: string) => void;

/** Ends the reading of a text that is refused: what follows is not looked at. */
export class Enough extends Error {
  override readonly name = 'Enough';
}
