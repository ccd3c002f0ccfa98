/** What a checkout says, read once and consistently. */
import type { Problem } from '../document/problem.ts';
import type { Desired, Revision, Tombstone } from '../subscription.ts';

export interface Checkout {
  readonly revision: Revision;
  /** Every entry that has no error of its own, in order of file name and position. */
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
  /** Errors and warnings of all files, by place; of very many the first ones, and how many there are beyond them. */
  readonly problems: readonly Problem[];
  /** How many errors there are, told or not. Any withholds the deletes of the pass. */
  readonly errors: number;
  readonly files: number;
  /** Epoch milliseconds: the commit's time, or the newest file's where there is no git or the checkout is dirty. */
  readonly changedAt: number;
}

/** Why a checkout cannot be read now. Each is waited out; none is ever an empty checkout. */
export type NotReadable = 'missing' | 'busy' | 'moving' | 'refused';

export type Loaded =
  | { readonly ok: true; readonly checkout: Checkout }
  /** `message`: one sentence with the place and what to do. */
  | { readonly ok: false; readonly reason: NotReadable; readonly message: string };
