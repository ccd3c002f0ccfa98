import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentOf, pointLink, saveByRename } from './files.ts';
import { git, Remote } from './git.ts';
import { allSee, temporaryFolder, times, Witness } from './witness.ts';

/** What git-sync 4 makes: `<root>/.worktrees/<sha>`, a linked worktree, and the relative link `<root>/current` to it. */
class GitSync {
  readonly root: string;
  readonly link: string;
  readonly hook: string;
  readonly #remote: Remote;
  #worktrees: string[] = [];

  constructor(folder: string, remote: Remote) {
    this.root = join(folder, 'git-sync');
    this.link = join(this.root, 'current');
    this.hook = join(this.link, 'webhooks/hook.yaml');
    this.#remote = remote;
  }

  /** Begins from nothing with the commit that says `n`. */
  async start(n: number): Promise<void> {
    this.#worktrees = [];
    this.#remote.push(20);
    mkdirSync(this.root);
    await git(this.root, 'init', '--quiet');
    await git(this.root, 'fetch', '--quiet', this.#remote.folder, 'main');
    await this.swap(n);
  }

  /** Checks out the commit that says `n` and leads the link there; at most `kept` older worktrees stay. */
  async swap(n: number, kept = 20): Promise<void> {
    const worktree = join('.worktrees', this.#remote.commit(n));
    await git(this.root, 'worktree', 'add', '--quiet', '--detach', worktree, this.#remote.commit(n));
    if (this.#worktrees.length === 0) symlinkSync(worktree, this.link);
    else pointLink(this.link, worktree);
    this.#worktrees.push(worktree);
    while (this.#worktrees.length > kept + 1) {
      rmSync(join(this.root, this.#worktrees.shift()!), { recursive: true });
    }
  }

  /** Witnesses of the link, of a folder below it, and of a single file. */
  witnesses(): Promise<Witness[]> {
    return Promise.all([this.link, join(this.link, 'webhooks'), this.hook].map((path) => Witness.of({ path })));
  }
}

it('git-sync that deletes the old worktree at once is seen at every swap', async () => {
  const folder = temporaryFolder();
  const sync = new GitSync(folder, await Remote.in(folder));
  await sync.start(0);
  const witnesses = await sync.witnesses();

  for (const n of times(10)) {
    await allSee(
      witnesses,
      `swap ${n}`,
      () => sync.swap(n, 0),
      () => contentOf(sync.hook) === `${n}`,
    );
  }
  expect(witnesses.flatMap(({ warnings }) => warnings)).toEqual([]);
});

it('git-sync that keeps the old worktree for a while is seen at every swap, and at every edit after it', async () => {
  const folder = temporaryFolder();
  const sync = new GitSync(folder, await Remote.in(folder));
  await sync.start(0);
  const witnesses = await sync.witnesses();

  for (const n of times(10)) {
    await allSee(
      witnesses,
      `swap ${n}`,
      () => sync.swap(n, 2),
      () => contentOf(sync.hook) === `${n}`,
    );
    await allSee(
      witnesses,
      `edit after swap ${n}`,
      () => saveByRename(sync.hook, `${n} edited`),
      () => contentOf(sync.hook) === `${n} edited`,
    );
  }
  expect(witnesses.flatMap(({ warnings }) => warnings)).toEqual([]);
});

it('git-sync that starts only after the watcher, and again from nothing, is seen', async () => {
  const folder = temporaryFolder();
  const sync = new GitSync(folder, await Remote.in(folder));
  const witness = await Witness.of({ path: join(sync.link, 'webhooks') });

  for (const n of times(3)) {
    await witness.sees(
      `start ${n}`,
      () => sync.start(n),
      () => contentOf(sync.hook) === `${n}`,
    );
    await witness.sees(
      `end ${n}`,
      () => rmSync(sync.root, { recursive: true }),
      () => contentOf(sync.hook) === undefined,
    );
  }
});

it('git-sync is seen through a link that leads to its link, and so is that link when it turns elsewhere', async () => {
  const folder = temporaryFolder();
  const sync = new GitSync(folder, await Remote.in(folder));
  await sync.start(0);
  const ours = join(folder, 'ours');
  symlinkSync(join(sync.link, 'webhooks'), ours);
  const witness = await Witness.of({ path: ours });

  for (const n of times(3)) {
    await witness.sees(
      `swap ${n}`,
      () => sync.swap(n),
      () => contentOf(join(ours, 'hook.yaml')) === `${n}`,
    );
  }
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere/hook.yaml'), 'other');
  await witness.sees(
    'our link leading elsewhere',
    () => pointLink(ours, 'elsewhere'),
    () => contentOf(join(ours, 'hook.yaml')) === 'other',
  );
});
