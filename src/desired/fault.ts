/** What a rule has to say about one field of an entry. */
import type { Path } from '../document/parse.ts';
import type { Problem } from '../document/problem.ts';

export interface Fault {
  /** Of the field, from the entry down. */
  readonly path: Path;
  readonly severity: Problem['severity'];
  readonly rule: string;
  readonly message: string;
}
