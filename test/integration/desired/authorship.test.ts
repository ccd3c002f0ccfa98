/** Whose doing an entry is: the last commit that changed what the entry means, found without running git. */
import { cpSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, git, repository, temporaryFolder, write } from './folder.ts';
import { Asker, list, whose } from './whose.ts';

const FIRST = 'Add webhooks of users';

describe('an entry is the doing of the commit', () => {
  it('that last changed this entry, never of a later one that changed another in the same file', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B', 'C') });
    commit(folder, { 'hooks.yaml': list('A', 'B at new', 'C') }, 'Move B');
    const id = commit(folder, { 'hooks.yaml': list('A', 'B at new', 'C at new', 'D') }, 'Move C, add D');
    commit(folder, { 'README.md': 'about' }, 'Describe');
    expect(await whose(folder)).toEqual({ A: FIRST, B: 'Move B', C: 'Move C, add D', D: 'Move C, add D' });
    expect((await new Asker(folder).commits()).get('D')).toEqual({
      id,
      author: 'Ada Ä. Lovelace',
      time: '2026-11-20T09:00:00.000Z',
      subject: 'Move C, add D',
    });
  });

  it('that changed the defaults, where the entry takes them', async () => {
    const file = (delay: string) =>
      `defaults:\n  config: { delay: ${delay} }\nsubscriptions:\n  - { title: A, url: https://tenant.tld/a }\n  - { title: B, url: https://tenant.tld/b, config: { delay: 9s } }\n`;
    const folder = repository({ 'hooks.yaml': file('5s') });
    commit(folder, { 'hooks.yaml': file('6s') }, 'Wait longer');
    expect(await whose(folder)).toEqual({ A: 'Wait longer', B: FIRST });
  });

  it('before one that changed comments, blanks, quotes, order, or what is the default anyway', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B') });
    commit(
      folder,
      {
        'hooks.yaml':
          '# All of them.\nsubscriptions:\n\n  - url: "https://tenant.tld/x"\n    type:\n      - ORDER\n      - USER\n    title: B # second\n    enabled: true\n' +
          '  - { url: https://tenant.tld/x, title: "A", type: [USER, ORDER] }\n',
      },
      'Format',
    );
    expect(await whose(folder)).toEqual({ A: FIRST, B: FIRST });
  });

  it('before one that moved the entry to another file, or renamed the file', async () => {
    const folder = repository({ 'hooks/a.yaml': list('A', 'B'), 'hooks/c.yaml': list('C') });
    commit(folder, { 'hooks/a.yaml': list('A'), 'hooks/team/b.yaml': list('B') }, 'Move');
    renameSync(join(folder, 'hooks/c.yaml'), join(folder, 'hooks/team/c.yml'));
    commit(folder, {}, 'Rename');
    commit(folder, { 'hooks/a.yaml': '[]', 'hooks/team/deep/er/a.yaml': list('A at new') }, 'Move and change');
    expect(await whose(join(folder, 'hooks'))).toEqual({ A: 'Move and change', B: FIRST, C: FIRST });
  });

  it('that reverted it, not of the one that it is again equal to', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B') });
    commit(folder, { 'hooks.yaml': list('A at new', 'B') }, 'Change');
    git(folder, 'revert', '--no-edit', 'HEAD');
    expect(await whose(folder)).toEqual({ A: 'Revert "Change"', B: FIRST });
  });

  it('that renamed it, since another title is another entry', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B') });
    commit(folder, { 'hooks.yaml': list('A', 'Bee') }, 'Rename');
    expect(await whose(folder, 'B')).toEqual({ A: FIRST, Bee: 'Rename', B: 'Rename (was at hooks.yaml:4:3)' });
  });

  it('that added it again after it had been removed', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B') });
    commit(folder, { 'hooks.yaml': list('A') }, 'Remove');
    commit(folder, { 'hooks.yaml': list('A', 'B') }, 'Add again');
    expect(await whose(folder)).toEqual({ A: FIRST, B: 'Add again' });
  });

  it('that changed its title by what is substituted in it', async () => {
    const folder = repository({ 'hooks.yaml': list('${TEAM} hook', 'B') });
    commit(folder, { 'hooks.yaml': list('${TEAM} hook at new', 'B') }, 'Change');
    const asker = new Asker(folder, { TEAM: 'Payments' });
    expect(await asker.whose()).toEqual({ 'Payments hook': 'Change', B: FIRST });
  });
});

describe('a commit is passed over', () => {
  it('whose file is not YAML', async () => {
    const folder = repository({ 'hooks.yaml': list('A', 'B', 'C') });
    commit(folder, { 'hooks.yaml': `${list('A', 'B at new', 'C')}  oops` }, 'Break');
    commit(folder, { 'hooks.yaml': list('A', 'B at new') }, 'Repair');
    expect(await whose(folder, 'C')).toEqual({
      A: FIRST,
      B: 'Repair',
      C: 'Repair (was at hooks.yaml:7:3)',
    });
  });

  it('in which the entry, or what it inherits, has an error', async () => {
    const file = (defaults: string, url: string) =>
      `defaults: { ${defaults} }\nsubscriptions:\n  - { title: A, url: ${url} }\n  - { title: B, url: https://tenant.tld/b }\n`;
    const folder = repository({ 'hooks.yaml': file('enabled: true', 'https://tenant.tld/a') });
    commit(folder, { 'hooks.yaml': file('enabled: true', 'tenant.tld') }, 'Break A');
    commit(folder, { 'hooks.yaml': file('enalbed: true', 'https://tenant.tld/a') }, 'Break all');
    commit(folder, { 'hooks.yaml': file('enabled: true', 'https://tenant.tld/a') }, 'Repair');
    expect(await whose(folder)).toEqual({ A: FIRST, B: FIRST });
  });

  it('but nothing is said of a title that a file in error may still hold', async () => {
    const folder = repository({ 'a.yaml': list('A'), 'b.yaml': list('B') });
    commit(folder, { 'b.yaml': `[${list('B')}` }, 'Break');
    const asker = new Asker(folder);
    expect(await asker.whose('B')).toEqual({ A: FIRST });
    commit(folder, { 'b.yaml': '[]' }, 'Repair');
    expect(await asker.whose('B')).toEqual({ A: FIRST, B: 'Repair (was at b.yaml:1:3)' });
  });
});

describe('a title that git no longer wants', () => {
  it('is the doing of the commit that removed it, which names where it stood', async () => {
    const folder = repository({ 'hooks/a.yaml': list('A', 'B'), 'hooks/c.yaml': list('C') });
    const before = git(folder, 'rev-parse', 'HEAD');
    commit(folder, { 'hooks/a.yaml': list('A') }, 'Remove B');
    rmSync(join(folder, 'hooks/c.yaml'));
    commit(folder, {}, 'Remove the file');
    commit(folder, { 'hooks/d.yaml': list('D') }, 'Add D');
    const asker = new Asker(join(folder, 'hooks'));
    expect(await asker.whose('B', 'C', 'Never in git')).toEqual({
      A: FIRST,
      D: 'Add D',
      B: 'Remove B (was at a.yaml:4:3)',
      C: 'Remove the file (was at c.yaml:1:3)',
    });
    expect((await asker.commits('B')).get('B')?.removed?.lastIn).toBe(before);
  });

  it('and has a tombstone is the doing of the commit that wrote the tombstone', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B', 'C') });
    const tombstones = '- { title: B, state: absent }\n- { title: C, state: absent }\n';
    commit(folder, { 'a.yaml': list('A') + tombstones }, 'Bury');
    commit(folder, { 'a.yaml': list('A', 'D') + tombstones }, 'Add D');
    const asker = new Asker(folder);
    expect(await asker.whose('B')).toMatchObject({ B: 'Bury' });
    commit(folder, { 'a.yaml': list('A', 'D') }, 'Clean up');
    // The entry was gone before the tombstone was.
    expect(await asker.whose('B', 'C')).toMatchObject({
      B: 'Bury (was at a.yaml:4:3)',
      C: 'Bury (was at a.yaml:7:3)',
    });
  });
});

describe('a change that is not committed', () => {
  it('has no commit, and hides none once it is taken back', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    const asker = new Asker(folder);
    for (let round = 0; round < 2; round++) {
      write(folder, { 'a.yaml': list('A', 'B at new', 'C') });
      expect(await asker.whose()).toEqual({ A: FIRST });
      git(folder, 'checkout', 'a.yaml');
      expect(await asker.whose()).toEqual({ A: FIRST, B: FIRST });
    }
    write(folder, { 'a.yaml': list('A', 'B at new', 'C') });
    await asker.whose();
    commit(folder, {}, 'Commit it');
    expect(await asker.whose()).toEqual({ A: FIRST, B: 'Commit it', C: 'Commit it' });
  });

  it('has none where it removes the entry, rather than the commit that wrote it', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    const asker = new Asker(folder);
    await asker.whose();
    write(folder, { 'a.yaml': list('A') });
    expect(await asker.whose('B')).toEqual({ A: FIRST });
    expect(await whose(folder, 'B')).toEqual({ A: FIRST });
    commit(folder, {}, 'Remove B');
    expect(await asker.whose('B')).toEqual({ A: FIRST, B: 'Remove B (was at a.yaml:4:3)' });
  });

  it('has none either where it takes a committed change back', async () => {
    const folder = repository({ 'a.yaml': list('A', 'B') });
    const asker = new Asker(folder);
    await asker.whose();
    commit(folder, { 'a.yaml': list('A', 'B at new') }, 'Change');
    write(folder, { 'a.yaml': list('A', 'B') });
    expect(await asker.whose()).toEqual({ A: FIRST });
    expect(await whose(folder)).toEqual({ A: FIRST });
  });
});

describe('nothing is known', () => {
  it('without git', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': list('A') });
    expect(await whose(folder, 'B')).toEqual({});
  });

  it('of what a link leads to outside the watched folder', async () => {
    const folder = repository({ 'hooks/a.yaml': list('A'), 'shared/b.yaml': list('B') });
    symlinkSync('../shared', join(folder, 'hooks/shared'));
    commit(folder, {}, 'Link');
    expect(await whose(join(folder, 'hooks'))).toEqual({ A: FIRST });
  });

  it('while the repository is damaged, and again once it is not', async () => {
    const folder = repository({ 'a.yaml': list('A') });
    const asker = new Asker(folder);
    const objects = join(folder, '.git/objects');
    const kept = join(temporaryFolder(), 'objects');
    cpSync(objects, kept, { recursive: true });
    rmSync(objects, { recursive: true });
    expect(await asker.whose()).toEqual({});
    cpSync(kept, objects, { recursive: true });
    expect(await asker.whose()).toEqual({ A: FIRST });
  });
});
