import type { EntryCommit } from '../../../src/daemon/status-document.ts';
import { Authorship } from '../../../src/desired/history/authorship.ts';
import { load } from './load.ts';

/** Asks for the commits of what is desired at `path`, again and again as a daemon does. */
export class Asker {
  readonly #path: string;
  readonly #substitute: Readonly<Record<string, string>>;
  readonly #authorship: Authorship;

  constructor(path: string, substitute: Readonly<Record<string, string>> = {}) {
    this.#path = path;
    this.#substitute = substitute;
    // What is read does not go by how fast the machine is.
    this.#authorship = new Authorship({ path, substitute, mostMs: Number.POSITIVE_INFINITY });
  }

  async commits(...removed: readonly string[]): Promise<ReadonlyMap<string, EntryCommit>> {
    const { revision, desired } = await load(this.#path, { substitute: this.#substitute });
    return this.#authorship.of(revision.id, desired, removed);
  }

  /** Title → subject of the commit, and what else is known of it. */
  async whose(...removed: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const commits = await this.commits(...removed);
    return Object.fromEntries([...commits].map(([title, commit]) => [title, told(commit)]));
  }
}

function told({ subject, isOldestKnown, removed }: EntryCommit): string {
  return [subject, isOldestKnown && '(or older)', removed && `(was at ${removed.source})`].filter(Boolean).join(' ');
}

/** Asks once. */
export async function whose(path: string, ...removed: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return new Asker(path).whose(...removed);
}

/** A list of subscriptions: a title, or a title and what its url ends with. */
export function list(...entries: readonly string[]): string {
  return entries
    .map((entry) => {
      const [title = '', path = 'x'] = entry.split(' at ');
      return `- title: ${title}\n  url: https://tenant.tld/${path}\n  type: [USER, ORDER]\n`;
    })
    .join('');
}
