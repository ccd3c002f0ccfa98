/** Passes over a model of the API, on a clock that takes no time: sequences of them, with what happens in between. */
import { RecentWrites } from '../../src/apply/recent-writes.ts';
import type { Change } from '../../src/apply/outcome.ts';
import type { Policy } from '../../src/config/config.ts';
import { BackoffState } from '../../src/reconcile/backoff.ts';
import { type Pass, runPass } from '../../src/reconcile/pass.ts';
import type { Desired, Revision, Tombstone } from '../../src/subscription/subscription.ts';
import { UNLIMITED } from '../../src/base/write-permit.ts';
import { ModelApi, type Traits, type Write } from './model-api.ts';
import { PERMISSIVE } from './policy.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What the files say. */
export interface Content {
  readonly desired: readonly Desired[];
  readonly tombstones: readonly Tombstone[];
}

/** One pass and what it did. */
export interface Passed extends Pass {
  readonly writes: readonly Write[];
}

export class ModelledPasses {
  readonly clock = new VirtualClock();
  readonly api: ModelApi;
  readonly changes: Change[] = [];
  readonly #policy: Policy;
  #content: Content = { desired: [], tombstones: [] };
  #read = this.#content;
  #revision: Revision = { id: 'commit-0' };
  #changedAt: number;
  #commits = 0;
  #recentWrites = new RecentWrites();
  #backoff = new BackoffState();

  constructor(traits?: Traits, policy: Partial<Policy> = {}) {
    this.api = new ModelApi(this.clock, traits);
    this.#policy = { ...PERMISSIVE, ...policy };
    this.#changedAt = this.clock.now();
  }

  get content(): Content {
    return this.#content;
  }

  /** What the last pass has gone by. */
  get read(): Content {
    return this.#read;
  }

  get policy(): Policy {
    return this.#policy;
  }

  /** A commit; `changedAt`: by its committer's clock. */
  commit(content: Partial<Content> = this.#content, changedAt = this.clock.now()): void {
    this.#commits += 1;
    this.#content = { desired: [], tombstones: [], ...content };
    this.#revision = { id: `commit-${this.#commits}` };
    this.#changedAt = changedAt;
  }

  /** `git reset --hard` to a commit of the same content. */
  reset(): void {
    this.#revision = { id: 'commit-0' };
    this.#changedAt = this.clock.now() - 3_600_000;
  }

  /** A file that is none of ours was edited. */
  dirty(): void {
    this.#revision = { ...this.#revision, dirty: true };
    this.#changedAt = this.clock.now();
  }

  /** What the process remembers is gone with it, and the files are checked out anew. */
  restart(): void {
    this.#recentWrites = new RecentWrites();
    this.#backoff = new BackoffState();
    this.#changedAt = this.clock.now();
  }

  async pass(): Promise<Passed> {
    const before = this.api.writes.length;
    const pass = await this.#pass();
    return { ...pass, writes: this.api.writes.slice(before) };
  }

  async #pass(): Promise<Pass> {
    this.#read = this.#content;
    const { desired, tombstones } = this.#read;
    const checkout = {
      revision: this.#revision,
      desired,
      tombstones,
      problems: [],
      errors: 0,
      files: 1,
      changedAt: this.#changedAt,
    };
    return runPass('schedule', {
      ports: {
        config: {
          api: { concurrency: 4 },
          policy: this.#policy,
          schedule: { freeze: [], timezone: 'UTC' },
        },
        client: this.api,
        writePermit: UNLIMITED,
        clock: this.clock,
        recentWrites: this.#recentWrites,
        load: async () => Promise.resolve({ ok: true, checkout }),
        fingerprint: async () => Promise.resolve(this.#revision.id),
      },
      backoff: this.#backoff,
      emit: (happening) => {
        if (happening.kind === 'changed') this.changes.push(happening.change);
      },
      onTestDue: () => {},
      mayBeOutrun: () => true,
      patienceMs: 15_000,
      signal: new AbortController().signal,
    });
  }
}
