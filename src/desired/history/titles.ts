/** The titles that are asked about, and which of them the head has. */
import type { History, PastCommit } from '../../checkout/git/history.ts';
import { titleKey } from '../../subscription/fields.ts';
import type { Desired, SourcePosition } from '../../subscription/subscription.ts';
import { contentKey, type FileVersion, type Versions, versionsOf } from './versions.ts';
import type { Known } from './walk.ts';

/** All by `titleKey`. */
export class Titles {
  readonly wanted = new Map<string, { readonly key: string; readonly source: SourcePosition }>();
  readonly removed = new Set<string>();
  /** Wanted titles that the head has as they are wanted, and removed ones of which it has a tombstone, with the key they have there. */
  readonly present = new Map<string, string>();
  /**
   * Removed titles that the head has: with an error, so that it is unknown what they are, or still as an entry, whose
   * removal is not committed then.
   */
  readonly #standing = new Set<string>();

  want(entry: Desired): void {
    this.wanted.set(titleKey(entry.title), { key: contentKey(entry), source: entry.source });
  }

  remove(given: string): void {
    const title = titleKey(given);
    if (!this.wanted.has(title)) this.removed.add(title);
  }

  get absent(): readonly string[] {
    return [...this.removed].filter((title) => !this.present.has(title) && !this.#standing.has(title));
  }

  /**
   * Finds `present`. A wanted entry that the head has otherwise, or not at all, is a change that is not committed. Files
   * that have not changed since the head of an earlier walk are read only for titles which that did not find.
   */
  async find(history: History, head: PastCommit, versions: Versions, known: Known | undefined): Promise<void> {
    const before = known && (known.head === head.id ? head : await history.commit(known.head));
    const changed = before && (await history.changes(before, head).catch(() => undefined));
    versions.lookFor([...this.wanted.keys(), ...this.removed]);
    if (known !== undefined && changed !== undefined) {
      for (const [title, { key }] of this.wanted)
        if (known.present.get(title)?.key === key) this.present.set(title, key);
      for (const { after } of changed) this.#take(await versions.of(after), true);
      const isUnknown = (title: string): boolean => !this.present.has(title) && !known.absent.has(title);
      const unknown = [...this.wanted.keys(), ...this.removed].filter(isUnknown);
      if (unknown.length === 0) return;
      versions.lookFor(unknown);
    }
    for (const { after } of await history.changes(undefined, head)) this.#take(await versions.of(after), false);
  }

  /** `isChanged`: the file has changed since the earlier walk, which knows the others. */
  #take(file: FileVersion | undefined, isChanged: boolean): void {
    for (const title of file?.keys() ?? []) {
      const wanted = this.wanted.get(title);
      const found = [...versionsOf(file, title)];
      if (wanted !== undefined) {
        if (found.some(({ key }) => key === wanted.key)) this.present.set(title, wanted.key);
        else if (isChanged) this.present.delete(title);
      } else if (this.removed.has(title)) {
        const tombstone = found.find(({ key, isTombstone }) => key !== undefined && isTombstone);
        if (tombstone?.key === undefined) this.#standing.add(title);
        else this.present.set(title, tombstone.key);
      }
    }
  }
}
