/** What git has and the checkout lacks must not look deleted. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validatePaths } from '../../../src/desired/validate.ts';
import { commit, git, repository, subscription, temporaryFolder, write } from './folder.ts';
import { load, refusal } from './load.ts';

/** `file: rule` of every problem, which `validate` has to report alike. */
async function lacking(path: string): Promise<string[]> {
  const { problems, errors } = await load(path);
  const { problems: validated } = await validatePaths([path], { substitute: {}, allowEmpty: true });
  expect(validated.map(({ rule, message }) => `${rule} ${message}`)).toEqual(
    problems.map(({ rule, message }) => `${rule} ${message}`),
  );
  expect(errors).toBe(problems.length);
  return problems.map(({ file, rule }) => `${file}: ${rule}`);
}

const files = { 'webhooks/users.yaml': subscription('Users'), 'README.md': 'about' };

/** A repository with a submodule at `at`, as an ordinary `git clone` or `actions/checkout` leaves it. */
function cloneWithSubmodule(at = 'webhooks/shared', inner: Readonly<Record<string, string>> = SHARED): string {
  const upstream = repository(files);
  addSubmodule(upstream, at, repository(inner));
  return clone(upstream);
}

const SHARED = { 'orders.yaml': subscription('Orders'), 'deep/a.yaml': subscription('A') };

function addSubmodule(folder: string, at: string, upstream: string): void {
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', upstream, at);
  git(folder, 'commit', '--quiet', '--message', 'Share');
}

function clone(upstream: string, ...args: readonly string[]): string {
  const folder = join(temporaryFolder(), 'clone');
  git('/', 'clone', '--quiet', ...args, `file://${upstream}`, folder);
  return folder;
}

function updateSubmodules(folder: string, ...args: readonly string[]): void {
  git(folder, '-c', 'protocol.file.allow=always', 'submodule', 'update', '--quiet', '--init', ...args);
}

function sparse(folder: string, ...patterns: readonly string[]): void {
  // A copied repository's files are new to git, which leaves them where it is not sure of them.
  git(folder, 'status', '--short');
  git(folder, 'sparse-checkout', 'set', ...patterns);
}

describe('a submodule below the path', () => {
  it('is an error as long as it is not checked out, with both ways out', async () => {
    const folder = cloneWithSubmodule();
    expect((await load(join(folder, 'webhooks'))).problems).toMatchObject([
      {
        severity: 'error',
        file: 'shared',
        line: 1,
        rule: 'not-checked-out',
        message:
          'git has a submodule here that is not checked out, and what it holds must not look deleted: check it out (git submodule update --init --recursive), or point source.path elsewhere',
      },
    ]);
    expect(await lacking(folder)).toEqual(['webhooks/shared: not-checked-out']);
    updateSubmodules(folder);
    expect(await lacking(folder)).toEqual([]);
    expect((await load(folder)).desired).toHaveLength(3);
  });

  it.each<[string, (submodule: string) => void]>([
    ['is gone', (submodule) => rmSync(submodule, { recursive: true })],
    ['holds only a file of another author', (submodule) => write(submodule, { 'notes.txt': 'x' })],
    ['has been cloned and nothing more', (submodule) => git(submodule, 'init', '--quiet')],
  ])('is an error where its folder %s', async (_, change) => {
    const folder = cloneWithSubmodule();
    change(join(folder, 'webhooks/shared'));
    expect(await lacking(folder)).toEqual(['webhooks/shared: not-checked-out']);
  });

  it('counts whatever it is called, but not in a dot-folder or beside the path', async () => {
    expect(await lacking(cloneWithSubmodule('webhooks/x.yaml'))).toEqual(['webhooks/x.yaml: not-checked-out']);
    expect(await lacking(cloneWithSubmodule('webhooks/.shared'))).toEqual([]);
    expect(await lacking(cloneWithSubmodule('.shared/a'))).toEqual([]);
    expect(await lacking(join(cloneWithSubmodule('other'), 'webhooks'))).toEqual([]);
  });

  it('counts in a worktree, packed, and where it came with a pull', async () => {
    const upstream = repository(files);
    const folder = clone(upstream);
    addSubmodule(upstream, 'webhooks/shared', repository(SHARED));
    git(folder, 'pull', '--quiet');
    git(folder, 'gc', '--quiet');
    git(folder, 'pack-refs', '--all');
    expect(await lacking(folder)).toEqual(['webhooks/shared: not-checked-out']);
    const linked = join(temporaryFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', linked);
    expect(await lacking(join(linked, 'webhooks'))).toEqual(['shared: not-checked-out']);
    rmSync(join(linked, 'webhooks/shared'), { recursive: true });
    symlinkSync(linked, join(folder, '../current'));
    expect(await lacking(join(folder, '../current'))).toEqual(['webhooks/shared: not-checked-out']);
    updateSubmodules(linked);
    expect(await lacking(linked)).toEqual([]);
  });

  it('counts where an index has lost its pack, as in the middle of a repack', async () => {
    const folder = cloneWithSubmodule();
    git(folder, 'gc', '--quiet');
    const packs = join(folder, '.git/objects/pack');
    const index = readdirSync(packs).find((name) => name.endsWith('.idx')) ?? '';
    cpSync(join(packs, index), join(packs, '0.idx'));
    cpSync(join(packs, index), join(packs, 'z.idx'));
    expect(await lacking(folder)).toEqual(['webhooks/shared: not-checked-out']);
  });

  it('may itself be the path', async () => {
    const folder = cloneWithSubmodule('webhooks/shared');
    expect(await lacking(join(folder, 'webhooks/shared'))).toEqual(['.: not-checked-out']);
    write(folder, { 'webhooks/shared/deep/b.yaml': subscription('B') });
    expect(await lacking(join(folder, 'webhooks/shared/deep'))).toEqual(['.: not-checked-out']);
    rmSync(join(folder, 'webhooks/shared'), { recursive: true });
    mkdirSync(join(folder, 'webhooks/shared'));
    updateSubmodules(folder);
    expect(await lacking(join(folder, 'webhooks/shared'))).toEqual([]);
  });

  it('of a submodule counts too', async () => {
    const middle = repository({ 'm.yaml': subscription('M') });
    addSubmodule(middle, 'inner', repository(SHARED));
    const upstream = repository(files);
    addSubmodule(upstream, 'webhooks/middle', middle);
    const folder = clone(upstream);
    updateSubmodules(folder);
    expect(await lacking(folder)).toEqual(['webhooks/middle/inner: not-checked-out']);
    expect(await lacking(join(folder, 'webhooks/middle'))).toEqual(['inner: not-checked-out']);
    updateSubmodules(folder, '--recursive');
    expect(await lacking(folder)).toEqual([]);
  });

  it('counts where a link leads to it, or to its folder', async () => {
    const upstream = repository(files);
    addSubmodule(upstream, 'other/shared', repository(SHARED));
    symlinkSync('../other', join(upstream, 'webhooks/others'));
    symlinkSync('..', join(upstream, 'webhooks/up'));
    commit(upstream, {}, 'Link');
    const folder = clone(upstream);
    expect(await lacking(join(folder, 'webhooks'))).toEqual(['others/shared: not-checked-out']);
  });

  it('is read although its repository is not mounted', async () => {
    const folder = cloneWithSubmodule();
    updateSubmodules(folder);
    rmSync(join(folder, '.git/modules'), { recursive: true });
    expect(await lacking(folder)).toEqual([]);
  });

  it('is waited for while git is at work in it, which validate need not', async () => {
    const folder = cloneWithSubmodule();
    updateSubmodules(folder);
    const lock = join(folder, '.git/modules/webhooks/shared/index.lock');
    writeFileSync(lock, '');
    expect(await refusal(folder)).toContain(`busy: a git command is at work in ${join(folder, 'webhooks/shared')}`);
    expect(await validatePaths([folder], { substitute: {} })).toMatchObject({ errors: 0 });
  });

  it('is not an error once it has been removed from git', async () => {
    const folder = cloneWithSubmodule();
    git(folder, 'rm', '--quiet', 'webhooks/shared');
    git(folder, 'commit', '--quiet', '--message', 'Remove');
    expect(await lacking(folder)).toEqual([]);
  });

  it('is nothing to a path that is a file', async () => {
    expect(await lacking(join(cloneWithSubmodule(), 'webhooks/users.yaml'))).toEqual([]);
  });
});

describe('a YAML file that a sparse checkout leaves out', () => {
  const many = {
    ...files,
    'webhooks/deep/er/a.yaml': subscription('A'),
    'webhooks/deep/b.yml': subscription('B'),
    'webhooks/deep/notes.txt': 'x',
    'webhooks/.hidden/c.yaml': subscription('C'),
    'other/d.yaml': subscription('D'),
  };

  it('is an error, one for each, with both ways out', async () => {
    const folder = repository(many);
    sparse(folder, '--no-cone', '/webhooks/users.yaml');
    const { problems } = await load(join(folder, 'webhooks'));
    expect(problems[0]).toMatchObject({
      severity: 'error',
      file: 'deep/b.yml',
      rule: 'not-checked-out',
      message:
        'git has this file and the sparse checkout does not, so it must not look deleted: check it out (git sparse-checkout add, or disable), or point source.path elsewhere',
    });
    expect(await lacking(join(folder, 'webhooks'))).toEqual([
      'deep/b.yml: not-checked-out',
      'deep/er/a.yaml: not-checked-out',
    ]);
    sparse(folder, 'webhooks');
    expect(await lacking(join(folder, 'webhooks'))).toEqual([]);
    expect(await lacking(folder)).toEqual(['other/d.yaml: not-checked-out']);
    git(folder, 'sparse-checkout', 'disable');
    expect(await lacking(folder)).toEqual([]);
  });

  it('is an error in a worktree by its own configuration, and in a submodule by its own', async () => {
    const folder = repository(many);
    const linked = join(temporaryFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', linked);
    sparse(linked, 'webhooks/deep/er');
    expect(await lacking(folder)).toEqual([]);
    expect(await lacking(linked)).toEqual(['other/d.yaml: not-checked-out']);

    const outer = cloneWithSubmodule();
    updateSubmodules(outer);
    sparse(join(outer, 'webhooks/shared'), '--no-cone', '/orders.yaml');
    expect(await lacking(outer)).toEqual(['webhooks/shared/deep/a.yaml: not-checked-out']);
  });

  it.each([
    ['[core]\n\tSPARSECHECKOUT\n', true],
    ['[core] sparseCheckout = "yes" ; comment\n', true],
    ['[CORE]\n sparsecheckout=1\n', true],
    ['[core]\nsparseCheckout = tr\\\nue # so\n', true],
    ['[core]\n# sparseCheckout = true\n', false],
    ['[core]\nsparseCheckout = true\n[core]\nsparseCheckout = off\n', false],
    ['[core "x"]\nsparseCheckout = true\n', false],
    ['[other]\nx = "a\\"]\\n[core]"\nsparseCheckout = true\n', false],
    ['[include]\npath = more\n', true],
    ['[includeIf "gitdir:/"]\npath = more\n', true],
    ['[include]\npath = config\n', false],
    ['[include]\npath = none\n', false],
  ])('is an error by the configuration %j: %s', async (config, isSparse) => {
    const folder = repository(many);
    rmSync(join(folder, 'other/d.yaml'));
    appendFileSync(join(folder, '.git/config'), config);
    writeFileSync(join(folder, '.git/more'), '[core]\nsparseCheckout = true\n');
    expect(await lacking(folder)).toEqual(isSparse ? ['other/d.yaml: not-checked-out'] : []);
  });

  it('may be a link, to a file or to a folder', async () => {
    const folder = repository(many);
    symlinkSync('../other', join(folder, 'webhooks/others'));
    symlinkSync('../other/d.yaml', join(folder, 'webhooks/link.yaml'));
    symlinkSync('../README.md', join(folder, 'webhooks/about.md'));
    commit(folder, {}, 'Link');
    sparse(folder, '--no-cone', '/webhooks/deep', '/webhooks/users.yaml');
    expect(await lacking(join(folder, 'webhooks'))).toEqual(['link.yaml: not-checked-out', 'others: not-checked-out']);
  });

  it('is a missing path where the path itself is left out', async () => {
    const folder = repository(many);
    sparse(folder, 'other');
    expect(await refusal(join(folder, 'webhooks'))).toMatch(/^missing: /);
    expect(await refusal(join(folder, 'webhooks/users.yaml'))).toMatch(/^missing: /);
  });
});

describe('a file without entries that has some in the commit', () => {
  it.each([
    '',
    '\n',
    '---\n',
    '# nothing\n',
    '---\n# nothing\n...\n',
    '\ufeff',
    '\r# nothing\r',
    '[]\n',
    'subscriptions: []\n',
  ])('is an error: %j', async (content) => {
    const folder = repository(files);
    write(folder, { 'webhooks/users.yaml': content });
    expect((await load(join(folder, 'webhooks'))).problems).toMatchObject([
      {
        file: 'users.yaml',
        line: 1,
        rule: 'emptied',
        message:
          'the file holds no subscription and the commit has some in it, so they must not look deleted: check it out (git restore), commit it as it is if they are to go, or point source.path elsewhere',
      },
    ]);
    expect(await lacking(folder)).toEqual(['webhooks/users.yaml: emptied']);
    expect(await lacking(join(folder, 'webhooks/users.yaml'))).toEqual(['users.yaml: emptied']);
    git(folder, 'commit', '--quiet', '--all', '--message', 'Empty');
    expect(await lacking(folder)).toEqual([]);
  });

  it.each([
    ['comments', '# nothing\n'],
    ['defaults alone', 'defaults: { enabled: true }\nsubscriptions: []\n'],
    ['nothing', ''],
  ])('is not an error where the commit has %s', async (_, content) => {
    const folder = repository({ ...files, 'webhooks/empty.yaml': content });
    expect(await lacking(folder)).toEqual([]);
    write(folder, { 'webhooks/empty.yaml': '---\n', 'webhooks/new.yaml': '' });
    expect(await lacking(folder)).toEqual([]);
  });

  it('is an error where the content in the commit cannot be read as subscriptions', async () => {
    const folder = repository({ 'a.yaml': 'a: [', 'b.yaml': `# ${'x'.repeat(1_100_000)}\n`, 'c.yaml': 'null\n' });
    write(folder, { 'a.yaml': '', 'b.yaml': '', 'c.yaml': '' });
    expect(await lacking(folder)).toEqual(['a.yaml: emptied', 'b.yaml: emptied', 'c.yaml: emptied']);
  });

  it('is an error where the content in the commit is missing', async () => {
    const folder = repository(files);
    const id = git(folder, 'rev-parse', 'HEAD:webhooks/users.yaml');
    rmSync(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));
    write(folder, { 'webhooks/users.yaml': '' });
    expect(await lacking(folder)).toEqual(['webhooks/users.yaml: emptied']);
  });

  it('is not an error where the file is as it was committed, readable or not', async () => {
    const folder = repository({ ...files, 'webhooks/empty.yaml': '# nothing\n' });
    const id = git(folder, 'rev-parse', 'HEAD:webhooks/empty.yaml');
    rmSync(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));
    expect(await lacking(folder)).toEqual([]);
    write(folder, { 'webhooks/empty.yaml': '# nothing\r\n' });
    expect(await lacking(folder)).toEqual([]);
  });

  it('is an error in a submodule, by its own commit', async () => {
    const folder = cloneWithSubmodule();
    updateSubmodules(folder);
    write(folder, { 'webhooks/shared/orders.yaml': '' });
    expect(await lacking(folder)).toEqual(['webhooks/shared/orders.yaml: emptied']);
    expect(await lacking(join(folder, 'webhooks/shared'))).toEqual(['orders.yaml: emptied']);
  });

  it('is an error through a link, and in place of a committed link', async () => {
    const folder = repository({ ...files, 'other/d.yaml': subscription('D') });
    symlinkSync('../other/d.yaml', join(folder, 'webhooks/link.yaml'));
    commit(folder, {}, 'Link');
    write(folder, { 'other/d.yaml': '' });
    expect(await lacking(join(folder, 'webhooks'))).toEqual(['link.yaml: emptied']);
    git(folder, 'restore', 'other');
    rmSync(join(folder, 'webhooks/link.yaml'));
    write(folder, { 'webhooks/link.yaml': '' });
    expect(await lacking(join(folder, 'webhooks'))).toEqual(['link.yaml: emptied']);
  });

  it('has errors of its own where it has any, and no more', async () => {
    const folder = repository(files);
    write(folder, { 'webhooks/users.yaml': 'a: [' });
    expect((await lacking(folder)).filter((problem) => problem.endsWith('emptied'))).toEqual([]);
  });
});

describe('a file that was removed is not an error', () => {
  it('if it is tracked, committed or not', async () => {
    const folder = repository({ ...files, 'webhooks/deep/a.yaml': subscription('A') });
    rmSync(join(folder, 'webhooks/deep'), { recursive: true });
    expect(await lacking(folder)).toEqual([]);
    git(folder, 'commit', '--quiet', '--all', '--message', 'Remove');
    expect(await lacking(folder)).toEqual([]);
    renameSync(join(folder, 'webhooks/users.yaml'), join(folder, 'webhooks/people.yaml'));
    expect(await lacking(folder)).toEqual([]);
  });

  it('if it has a skip-worktree bit without sparse checkout', async () => {
    const folder = repository({ ...files, 'webhooks/a.yaml': subscription('A') });
    git(folder, 'update-index', '--skip-worktree', 'webhooks/a.yaml');
    rmSync(join(folder, 'webhooks/a.yaml'));
    expect(await lacking(folder)).toEqual([]);
  });
});

describe('without a readable git none of it is reported:', () => {
  it('an emptied file, a folder that may be a submodule', async () => {
    const folder = cloneWithSubmodule();
    write(folder, { 'webhooks/users.yaml': '' });
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, '.git'), { recursive: true });
    expect(await lacking(copy)).toEqual([]);
    for (const name of readdirSync(join(folder, '.git/objects')))
      rmSync(join(folder, '.git/objects', name), { recursive: true });
    expect(await lacking(folder)).toEqual([]);
  });
});
