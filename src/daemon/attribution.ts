/** Has the commit looked up that each subscription is as it is for, after every pass that could look, and tells it. */
import type { Config } from '../config/config.ts';
import { Authorship, type EntryCommits } from '../desired/history/authorship.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { Sink } from '../runtime/happening.ts';

type Source = Pick<Config['source'], 'path' | 'substitute'>;
type Tell = (revision: string, commits: EntryCommits) => void;

/**
 * The look-up runs beside the passes, because a history may be long. Where several passes end meanwhile, only the last
 * of them is looked up.
 */
export class Attribution {
  readonly sink: Sink = (happening) => {
    if (happening.kind === 'pass-ended') this.#lookUp(happening.pass);
  };
  readonly #tell: Tell;
  #authorship: Authorship;
  #abort = new AbortController();
  #waiting: Pass | undefined;
  #isLooking = false;

  constructor(source: Source, tell: Tell) {
    this.#authorship = new Authorship(source);
    this.#tell = tell;
  }

  /** Goes on with another checkout. What is being looked up in the one before is not told. */
  replace(source: Source): void {
    this.stop();
    this.#abort = new AbortController();
    this.#authorship = new Authorship(source);
  }

  stop(): void {
    this.#waiting = undefined;
    this.#abort.abort();
  }

  #lookUp(pass: Pass): void {
    if (!pass.snapshot || this.#abort.signal.aborted) return;
    this.#waiting = pass;
    if (!this.#isLooking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isLooking = true;
    for (let pass = this.#waiting; pass; pass = this.#waiting) {
      this.#waiting = undefined;
      const { signal } = this.#abort;
      const { revision, wanted, removed } = questionOf(pass);
      const commits = await this.#authorship.of(revision, wanted, removed, signal);
      if (!signal.aborted) this.#tell(revision, commits);
    }
    this.#isLooking = false;
  }
}

/** What is asked of a pass: its entries, what is on the tenant without one, and what it has deleted. */
function questionOf({ report, snapshot }: Pass) {
  const { subscriptions = [], revision } = snapshot ?? {};
  const wanted = subscriptions.flatMap(({ desired }) => desired ?? []);
  const unwanted = subscriptions.filter(({ desired, source }) => desired === null && source === undefined);
  const deleted = (report.changed ?? []).filter(({ action }) => action === 'delete');
  return { revision: revision?.id ?? '', wanted, removed: [...unwanted, ...deleted].map(({ title }) => title) };
}
