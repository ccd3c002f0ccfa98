/** Has the commit looked up that each subscription is as it is for, after every pass that could look, and tells it. */
import type { Config } from '../config/config.ts';
import { Authorship, type EntryCommits } from '../desired/history/authorship.ts';
import type { Snapshot } from '../reconcile/report.ts';
import type { Sink } from '../runtime/happening.ts';

type Source = Pick<Config['source'], 'path' | 'substitute'>;

interface AttributionOptions {
  readonly tell: (revision: string, commits: EntryCommits) => void;
  /** Called with what a look-up or `tell` has thrown. */
  readonly failed: (error: unknown) => void;
}

/** Revisions that wait to be looked up: more change only while one history takes very long. */
const MOST_WAITING = 4;
/** Titles of one revision, and revisions, whose deletes are kept: as many as changes are (status/changes.ts). */
const MOST_DELETED = 500;
const MOST_REVISIONS = 20;

/**
 * The look-up runs beside the passes, because a history may be long. Where several passes of a revision end meanwhile,
 * only the last of them is looked up.
 */
export class Attribution {
  readonly sink: Sink = (happening) => {
    if (happening.kind === 'changed' && happening.change.action === 'delete')
      this.#keep(happening.revision, happening.change.title);
    if (happening.kind === 'pass-ended') this.#lookUp(happening.pass.snapshot);
    if (happening.kind === 'tenant-replaced') this.#deleted.clear();
  };
  readonly #options: AttributionOptions;
  #source: Source;
  #authorship: Authorship;
  #abort = new AbortController();
  /** By revision, in the order of their passes. */
  readonly #waiting = new Map<string, Snapshot>();
  /** By revision: the titles of what was deleted, until their commits are known. No snapshot holds them any more. */
  readonly #deleted = new Map<string, Set<string>>();
  #isLooking = false;

  constructor(source: Source, options: AttributionOptions) {
    this.#source = source;
    this.#authorship = new Authorship(source);
    this.#options = options;
  }

  /** Goes on with another checkout, if it is one. What is being looked up in the one before is not told then. */
  replace(source: Source): void {
    if (isSame(source, this.#source)) return;
    this.stop();
    this.#source = source;
    this.#abort = new AbortController();
    this.#authorship = new Authorship(source);
  }

  stop(): void {
    this.#waiting.clear();
    this.#deleted.clear();
    this.#abort.abort();
  }

  #keep(revision: string, title: string): void {
    const titles = this.#deleted.get(revision) ?? new Set();
    if (titles.size < MOST_DELETED) titles.add(title);
    putLast(this.#deleted, revision, titles, MOST_REVISIONS);
  }

  #lookUp(snapshot: Snapshot | undefined): void {
    if (!snapshot || this.#abort.signal.aborted) return;
    putLast(this.#waiting, snapshot.revision.id, snapshot, MOST_WAITING);
    if (!this.#isLooking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isLooking = true;
    for (let [next] = this.#waiting; next; [next] = this.#waiting) {
      const [revision, snapshot] = next;
      this.#waiting.delete(revision);
      try {
        await this.#answer(revision, snapshot);
      } catch (error) {
        this.#options.failed(error);
      }
    }
    this.#isLooking = false;
  }

  async #answer(revision: string, { subscriptions }: Snapshot): Promise<void> {
    const { signal } = this.#abort;
    const wanted = subscriptions.flatMap(({ desired }) => desired ?? []);
    const unwanted = subscriptions.filter(({ desired, source }) => desired === null && source === undefined);
    const deleted = [...(this.#deleted.get(revision) ?? [])];
    const removed = [...unwanted.map(({ title }) => title), ...deleted];
    const commits = await this.#authorship.of(revision, wanted, removed, signal);
    if (signal.aborted) return;
    // Where nothing is known, the history could not be read: the next look-up may find them.
    if (commits.size > 0) this.#forget(revision, deleted);
    this.#options.tell(revision, commits);
  }

  /** More may have been deleted meanwhile. */
  #forget(revision: string, deleted: readonly string[]): void {
    const titles = this.#deleted.get(revision);
    for (const title of deleted) titles?.delete(title);
    if (titles?.size === 0) this.#deleted.delete(revision);
  }
}

/** Keeps the last `most`. */
function putLast<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function isSame(one: Source, other: Source): boolean {
  const names = Object.entries(one.substitute);
  return (
    one.path === other.path &&
    names.length === Object.keys(other.substitute).length &&
    names.every(([name, value]) => other.substitute[name] === value)
  );
}
