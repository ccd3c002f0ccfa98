/** Whose doing is looked up beside the passes, for each revision that passes have ended with. */
import { describe, expect, it } from 'vitest';
import { Attribution } from '../../../src/daemon/attribution.ts';
import type { EntryCommits } from '../../../src/desired/history/authorship.ts';
import type { Desired } from '../../../src/subscription/subscription.ts';
import { passEnded, status } from '../../support/pass-ended.ts';
import { commit, repository } from './folder.ts';
import { load } from './load.ts';
import { list } from './whose.ts';

const FIRST = 'Add webhooks of users';

class Told {
  readonly folder: string;
  readonly attribution: Attribution;
  readonly failures: unknown[] = [];
  /** Called for each answer, before it is kept. */
  onTold = (): void => undefined;
  readonly #told = new Map<string, EntryCommits>();
  #answers = 0;
  #awaited: { readonly answers: number; readonly resolve: () => void } | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.attribution = new Attribution(
      { path: folder, substitute: {} },
      {
        tell: (revision, commits) => {
          this.#answered();
          this.onTold();
          this.#told.set(revision, commits);
        },
        failed: (error) => void this.failures.push(error),
      },
    );
  }

  #answered(): void {
    this.#answers += 1;
    if (this.#answers === this.#awaited?.answers) setImmediate(this.#awaited.resolve);
  }

  /** A pass that ends with the folder as it is, and the revision it ended with. */
  async pass(...deleted: readonly string[]): Promise<string> {
    const { revision, desired } = await load(this.folder, {});
    this.ended(revision.id, desired, ...deleted);
    return revision.id;
  }

  ended(revision: string, desired: readonly Desired[], ...deleted: readonly string[]): void {
    const { sink } = this.attribution;
    for (const title of deleted) {
      const change = { action: 'delete', id: title, title, fields: [], changes: [] } as const;
      sink({ kind: 'changed', change, revision });
    }
    const { kind, pass, endedAt } = passEnded(desired.map((entry) => status({ title: entry.title, desired: entry })));
    const snapshot = { ...(pass.snapshot ?? expect.fail()), revision: { id: revision } };
    sink({ kind, pass: { ...pass, snapshot }, endedAt });
  }

  async answers(answers: number): Promise<void> {
    if (this.#answers >= answers) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { answers, resolve };
    await promise;
  }

  of(revision: string): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries([...(this.#told.get(revision) ?? [])].map(([title, { subject }]) => [title, subject]));
  }
}

describe('whose doing is told', () => {
  it('of everything that a pass has deleted, however much that was', async () => {
    const titles = Array.from({ length: 60 }, (_, n) => `Old ${n}`);
    const told = new Told(repository({ 'a.yaml': list('A', ...titles) }));
    commit(told.folder, { 'a.yaml': list('A') }, 'Retire them');
    const revision = await told.pass(...titles);
    await told.answers(1);
    expect(told.of(revision)).toEqual({
      A: FIRST,
      ...Object.fromEntries(titles.map((title) => [title, 'Retire them'])),
    });
  });

  it('of each revision, where passes of several end while one is looked up', async () => {
    const told = new Told(repository({ 'a.yaml': list('A') }));
    const first = await told.pass();
    commit(told.folder, { 'a.yaml': list('A', 'B') }, 'Add B');
    const second = await told.pass();
    commit(told.folder, { 'a.yaml': list('A') }, 'Remove B');
    const third = await told.pass('B');
    await told.answers(3);
    expect([first, second, third].map((revision) => told.of(revision))).toEqual([
      { A: FIRST },
      { A: FIRST, B: 'Add B' },
      { A: FIRST, B: 'Remove B' },
    ]);
  });

  it('of the next pass too, where telling it failed', async () => {
    const told = new Told(repository({ 'a.yaml': list('A') }));
    const broken = new Error('canary');
    told.onTold = () => {
      told.onTold = () => undefined;
      throw broken;
    };
    await told.pass();
    await told.answers(1);
    expect(told.failures).toEqual([broken]);
    const revision = await told.pass();
    await told.answers(2);
    expect(told.of(revision)).toEqual({ A: FIRST });
  });

  it('in spite of another configuration, unless it names another checkout', async () => {
    const told = new Told(repository({ 'a.yaml': list('A') }));
    const revision = await told.pass();
    told.attribution.replace({ path: told.folder, substitute: {} });
    await told.answers(1);
    expect(told.of(revision)).toEqual({ A: FIRST });

    const otherFolder = repository({ 'b.yaml': list('B'), 'about.md': 'another' });
    const other = await load(otherFolder, {});
    await told.pass('A');
    told.attribution.replace({ path: otherFolder, substitute: {} });
    told.ended(other.revision.id, other.desired);
    await told.answers(2);
    expect(told.of(other.revision.id)).toEqual({ B: FIRST });
  });
});
