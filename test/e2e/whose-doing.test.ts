/** The built daemon tells whose doing each subscription is: the commit that changed its entry, never the newest one. */
import { cpSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StatusDocument } from '../../src/daemon/status-document.ts';
import { git, repository, temporaryFolder, write } from '../integration/desired/folder.ts';
import { EventReader } from '../support/event-reader.ts';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const entry = (title: string, path = title.toLowerCase()) =>
  `- { title: ${title}, url: 'https://hooks.example.com/${path}' }\n`;

/** A checkout that goes from commit to commit at once, by a link, so that no pass meets an edit before its commit. */
class Checkout {
  readonly #folder = temporaryFolder();
  readonly path = join(this.#folder, 'current');
  #commits = 0;

  constructor(hooks: string) {
    cpSync(repository({ 'hooks.yaml': hooks }), this.#at(0), { recursive: true });
    symlinkSync(this.#at(0), this.path);
  }

  commit(author: string, subject: string, hooks: string): void {
    const next = this.#at(this.#commits + 1);
    cpSync(this.#at(this.#commits++), next, { recursive: true });
    write(next, { 'hooks.yaml': hooks });
    git(next, 'commit', '--quiet', '--all', `--author=${author} <git@tenant.tld>`, `--message=${subject}`);
    symlinkSync(next, `${this.path}.new`);
    renameSync(`${this.path}.new`, this.path);
  }

  #at(commits: number): string {
    return join(this.#folder, String(commits));
  }
}

describe('whose doing each subscription is', () => {
  it('stands on /status and in its changes, from commit to commit', async () => {
    const checkout = new Checkout(entry('Orders'));
    checkout.commit('Anna', 'Add users', entry('Orders') + entry('Users'));
    checkout.commit('Ben', 'Say what this is', `# Hooks\n${entry('Orders')}${entry('Users')}`);
    await using tenant = await Tenant.with();
    await using daemon = await RunningDaemon.start([], {
      ...tenant.env,
      RECONCILER_PATH: checkout.path,
      RECONCILER_OWNS: '[{"url": "https://hooks.example.com/*"}]',
      RECONCILER_MAX_DELETES: '0',
    });
    using reader = await EventReader.connect(Number(new URL(daemon.url).port));
    /** The document, once every change and this subscription have their commit. */
    const document = () => (reader.events.length > 0 ? (reader.copy as unknown as StatusDocument) : undefined);
    const authorOf = (title: string) => document()?.subscriptions.find((one) => one.title === title)?.commit?.author;
    const doings = () =>
      document()?.changes.map(({ action, title, commit }) => `${action} ${title}: ${commit?.author}`) ?? [];

    await reader.until(() => authorOf('Users') === 'Anna' && doings().includes('create Users: Anna'));
    expect(authorOf('Orders')).toBe('Ada Ä. Lovelace');

    checkout.commit('Cleo', 'Move users', entry('Orders') + entry('Users', 'people'));
    await reader.until(() => authorOf('Users') === 'Cleo' && doings().includes('update Users: Cleo'));
    expect([authorOf('Orders'), doings().includes('create Users: Anna')]).toEqual(['Ada Ä. Lovelace', true]);

    checkout.commit('Dan', 'Retire users', entry('Orders'));
    await reader.until(() => authorOf('Users') === 'Dan');
    expect(document()?.subscriptions.find(({ title }) => title === 'Users')).toMatchObject({
      state: 'Withheld',
      commit: { author: 'Dan', subject: 'Retire users', removed: { source: 'hooks.yaml:2:3' } },
      explanation: expect.stringMatching(/Dan removed it .*"Retire users".*max-deletes/),
    });
  });
});
