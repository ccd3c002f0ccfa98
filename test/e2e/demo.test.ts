/** The demo as a visitor has it: every line that it prints is pasted into a shell, and does what is said beside it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Environment, programIn, type Running, startProgram } from '../support/program.ts';

const run = promisify(execFile);

/** Ends what the demo prints. */
const COMPLETE = /Ctrl-C ends the demo/;

/** The columns of a small window. The lines to paste may be longer: a terminal wraps them, and copies them as one. */
const COLUMNS = 100;

/** A demo that has printed all it has to say, in a temporary folder of its own. */
class Demo implements AsyncDisposable {
  readonly #program: Running;
  readonly #env: Environment;
  readonly text: string;
  /** Holds what the demo makes. */
  readonly folder: string;

  private constructor(program: Running, env: Environment, text: string, folder: string) {
    this.#program = program;
    this.#env = env;
    this.text = text;
    this.folder = folder;
  }

  static async start(env: Environment = {}, options: Parameters<typeof startProgram>[2] = {}): Promise<Demo> {
    const home = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    // As on the machine of somebody whose user name has a blank in it, and an apostrophe.
    const folder = join(home, "Mia's temporary files");
    await mkdir(folder);
    const all = { HOME: home, TMPDIR: folder, ...env };
    const program = startProgram(['demo', '--port', '0'], all, options);
    const text = stripVTControlCharacters(await program.until(COMPLETE)).replaceAll('\r', '');
    return new Demo(program, all, text, folder);
  }

  /** All that it has shown so far, its log too. */
  get shown(): string {
    return this.#program.shown;
  }

  get page(): string {
    return /^Status page {3}(http:\S+)\/$/m.exec(this.text)?.[1] ?? '';
  }

  /** The lines to paste of a step of the tour. */
  step(number: number): readonly string[] {
    const [, step = ''] = new RegExp(`^${number}  .*\n((?:.+\n)*)`, 'm').exec(this.text) ?? [];
    return step.split('\n').filter((line) => isToPaste(line));
  }

  /** Pastes a line of a step into bash. Fails where the line does. */
  async paste(number: number, line = 1): Promise<void> {
    const command = this.step(number)[line - 1];
    if (command === undefined) throw new Error(`step ${number} has no line ${line}`);
    await run('bash', ['-c', command], { env: { PATH: process.env['PATH'], HOME: this.#env['HOME'] } });
  }

  exports(): string {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith('export '))
      .join('\n');
  }

  /** Resolves once `/status` is as expected. */
  async shows(expected: object): Promise<void> {
    await expect.poll(() => this.status(), { timeout: 30_000, interval: 50 }).toMatchObject(expected);
  }

  async status() {
    const response = await fetch(`${this.page}/status`);
    const document = (await response.json()) as Status;
    const { revision, subscriptions, unmanaged, lastPass } = document;
    return {
      author: revision?.author,
      result: lastPass?.result,
      held: lastPass?.withheld.map(({ guard, deletes }) => `${guard} ${deletes}`),
      rows: Object.fromEntries(subscriptions.map((row) => [row.title, row])),
      unmanaged: unmanaged.map(({ title }) => title),
      changed: document.passes.flatMap(({ changed = [] }) => changed),
    };
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    return this.#program.stop(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    await rm(join(this.folder, '..'), { recursive: true, force: true });
  }
}

interface Row {
  readonly title: string;
  readonly state: string;
  readonly id?: string;
  readonly enabled?: boolean;
}

interface Status {
  readonly revision: { readonly author?: string } | null;
  readonly subscriptions: readonly Row[];
  readonly unmanaged: readonly Row[];
  readonly passes: readonly { readonly changed?: readonly object[] }[];
  readonly lastPass: {
    readonly result: string;
    readonly withheld: readonly { readonly guard: string; readonly deletes: number }[];
  } | null;
}

const isToPaste = (line: string): boolean => /^(?:\(cd |curl |export )/.test(line);
const inSync = { result: 'converged', held: [] };
const HELD_BY_TYPO: unknown = expect.stringMatching(/^invalid-checkout /);
const PAYMENTS = ['Direct debits', 'Top-ups', 'Withdrawals'];
const each = (titles: readonly string[], row: object) => Object.fromEntries(titles.map((title) => [title, row]));

describe('the tour of the demo', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await Demo.start();
    // What a visitor's own git does is not to get in the way.
    await writeFile(
      join(demo.folder, '../.gitconfig'),
      '[commit]\n\tgpgSign = true\n[core]\n\thooksPath = /nowhere\n\teditor = false\n',
    );
  });
  afterAll(async () => demo[Symbol.asyncDispose]());

  it('begins with the address of the page, and fits a window of 100 columns', () => {
    expect(demo.text).toMatch(/^\nStatus page {3}http:\/\/127\.0\.0\.1:\d+\/\n/);
    const ofPaths = /^Checkout /;
    const wide = demo.text
      .split('\n')
      .filter((line) => line.length > COLUMNS && !isToPaste(line) && !ofPaths.test(line));
    expect(wide).toEqual([]);
  });

  it('begins in sync, with commits of several people, one adopted, one disabled and a stranger', async () => {
    const { rows, unmanaged, result } = await demo.status();
    expect(result).toBe('converged');
    expect(Object.values(rows).map(({ state }) => state)).toEqual(Array(11).fill('InSync'));
    expect(rows).toMatchObject({
      'Tax reports': { id: 'c4a9e7b0-13d5-4f62-8a7e-90b6d2c5f318', url: 'https://hooks.example.com/upvest/taxes' },
      'Savings plans': { enabled: false },
    });
    expect(unmanaged).toEqual(['CRM import']);
    expect(demo.text).toMatch(/^In sync with [0-9a-f]{7} “.*”, Jonas Weber\n11 subscriptions, and 1 of a stranger/m);
    const checkout = /^Checkout +(.*)$/m.exec(demo.text)?.[1] ?? '';
    const { stdout } = await run('git', ['-C', checkout, 'log', '--format=%an']);
    expect(new Set(stdout.trim().split('\n')).size).toBe(4);
  });

  it('1: what another client changes is put back', async () => {
    await demo.paste(1);
    await demo.shows({
      changed: expect.arrayContaining([expect.objectContaining({ title: 'Orders', origin: 'remote' })]),
      rows: { Orders: { state: 'InSync', enabled: true } },
    });
  });

  it('2: a commit is carried out, and is somebody’s; the same line takes it back', async () => {
    for (const delay of ['3s', '1s']) {
      await demo.paste(2);
      const rows = { Executions: { state: 'InSync', observed: { config: { delay } } } };
      await demo.shows({ ...inSync, author: 'Lena Fischer', rows });
    }
  });

  it('3: a typo is named and holds deletes until it is taken back', async () => {
    for (const _ of [1, 2]) {
      const { id } = (await demo.status()).rows['Everything but reports'] ?? {};
      await demo.paste(3);
      await demo.shows({
        author: 'Omar Haddad',
        held: ['invalid-checkout 1'],
        rows: {
          'Everything but reports': { error: { message: expect.stringMatching(/did you mean "?exclude_type/) } },
        },
      });
      await demo.paste(3, 2);
      await demo.shows({ ...inSync, rows: { 'Everything but reports': { state: 'InSync', id } } });
    }
  });

  it('4: a mass delete is withheld, until it is taken back or approved', async () => {
    const { rows: before } = await demo.status();
    await demo.paste(4);
    await demo.shows({ author: 'Sven Lund', held: ['max-deletes 3'], rows: each(PAYMENTS, { state: 'Withheld' }) });
    await demo.paste(4, 2);
    const same = Object.fromEntries(PAYMENTS.map((title) => [title, { state: 'InSync', id: before[title]?.id }]));
    await demo.shows({ ...inSync, rows: same });

    await demo.paste(4);
    await demo.shows({ held: ['max-deletes 3'] });
    await demo.paste(4, 3);
    await demo.shows({ ...inSync, author: 'Priya Nair', rows: { Orders: { state: 'InSync' } } });
    expect(Object.keys((await demo.status()).rows)).not.toEqual(expect.arrayContaining(PAYMENTS));
  });

  it('5: a url that a stranger has is a conflict, until both are meant or theirs moves', async () => {
    for (const line of [2, 3]) {
      await demo.paste(5);
      await demo.shows({ author: 'Mei Tanaka', rows: { 'Partner feed': { state: 'Conflict' } } });
      await demo.paste(5, line);
      await demo.shows({
        ...inSync,
        unmanaged: ['CRM import'],
        rows: { 'Partner feed': { state: 'InSync', enabled: true } },
      });
      await demo.paste(7);
      await demo.shows({ ...inSync, author: 'Ada Marlow', unmanaged: ['CRM import'] });
      await demo.shows({ rows: expect.not.objectContaining({ 'Partner feed': expect.anything() }) });
    }
  });

  it('6: what leaves git is disabled first, and the way back enables the same one', async () => {
    for (const _ of [1, 2]) {
      const { id } = (await demo.status()).rows['Portfolio feed'] ?? {};
      await demo.paste(6);
      const quarantined = { state: 'Quarantined', enabled: false, id, until: expect.any(String) };
      await demo.shows({ author: 'Sven Lund', rows: { 'Portfolio feed': quarantined } });
      await demo.paste(6, 2);
      const back = { state: 'InSync', enabled: true, id };
      await demo.shows({ ...inSync, author: 'Jonas Weber', rows: { 'Portfolio feed': back } });
    }
  });

  it('7: leads back to the start from the middle of everything', async () => {
    // Each line is pasted twice and before those above it, and none of them fails.
    for (const number of [6, 6, 5, 5, 4, 4, 3, 3]) {
      for (let line = demo.step(number).length; line > 0; line -= 1) await demo.paste(number, line);
    }
    await demo.shows({ author: 'Omar Haddad', held: expect.arrayContaining([HELD_BY_TYPO]) });
    await demo.paste(7);
    await demo.shows({
      ...inSync,
      unmanaged: ['CRM import'],
      rows: each([...PAYMENTS, 'Everything but reports', 'Portfolio feed'], { state: 'InSync', enabled: true }),
    });
  });

  it('sets up every command, in a shell with its lines pasted', async () => {
    const inShell = async (words: string) => programIn(`${demo.exports()}\n"$@" ${words}`, [], {});
    expect(await inShell('validate')).toMatchObject({ code: 0, stderr: '' });
    expect(await inShell('plan')).toMatchObject({ code: 0, stderr: '' });
    expect(await inShell('apply')).toMatchObject({ code: 0 });
    expect(await inShell('keys')).toMatchObject({ code: 0, stdout: expect.stringContaining('P-521') });
    expect(await inShell('config')).toMatchObject({ code: 0, stdout: expect.stringContaining('policy.quarantine') });
    expect(await inShell("test 'Local receiver'")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('the receiver answered 200'),
    });
  });

  it('stays on the screen: the log has a line for what happened, and none for every pass', () => {
    const after = demo.shown.slice(demo.shown.search(COMPLETE));
    expect(after).toContain('"msg":"tenant changed"');
    expect(after).toContain('"msg":"deletes withheld"');
    expect(after).not.toMatch(/"level":"info".*"msg":"pass ended"/);
    expect(demo.text).not.toContain('"msg"');
  });
});

describe('the end of a demo', () => {
  /** Node's own cache of compiled code is no part of a demo. */
  const left = async ({ folder }: Demo) => (await readdir(folder)).filter((name) => name !== 'node-compile-cache');

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing behind', async (signal) => {
    await using demo = await Demo.start();
    expect(await demo.stop(signal)).toBe(0);
    expect(await left(demo)).toEqual([]);
  });

  it('by SIGKILL leaves one folder', async () => {
    await using demo = await Demo.start();
    await demo.stop('SIGKILL');
    expect(await left(demo)).toEqual([expect.stringMatching(/^webhook-demo-/)]);
  });
});

describe('the address of the page', () => {
  it('is at a port that is free where the usual one is taken', async () => {
    const other = createServer((_, response) => response.end('not the demo'));
    const isOurs = await new Promise<boolean>((resolve) => {
      // Where another process of this machine has it, that one will do.
      other.once('error', () => resolve(false)).listen(8080, '127.0.0.1', () => resolve(true));
    });
    onTestFinished(() => {
      if (isOurs) other.close();
    });
    const demo = startProgram(['demo']);
    const [, port] = /^Status page {3}http:\/\/127\.0\.0\.1:(\d+)\/$/m.exec(await demo.until(COMPLETE)) ?? [];
    expect(await demo.stop('SIGINT')).toBe(0);
    expect(Number(port)).toBeGreaterThan(0);
    expect(port).not.toBe('8080');
  });
});

it('a terminal has colours, and the text is the same without them', async () => {
  await using demo = await Demo.start({ TERM: 'xterm' }, { onTerminal: true });
  expect(demo.shown).toContain('\u001b[1m1  Drift');
  expect(demo.step(1)).toEqual([expect.stringMatching(/^curl -s -X PATCH /)]);
});

describe("the operator's git", () => {
  it('does not reach the demo: neither its repository nor its configuration', async () => {
    const home = await mkdtemp(join(tmpdir(), 'webhook-reconciler-home-'));
    onTestFinished(async () => rm(home, { recursive: true, force: true }));
    await writeFile(join(home, '.gitconfig'), `[core]\n\thooksPath = ${home}\n`);
    await writeFile(join(home, 'pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const GIT_DIR = join(home, 'theirs');
    await using demo = await Demo.start({ HOME: home, GIT_DIR });
    expect(demo.text).toMatch(/^In sync with [0-9a-f]{7} “/m);
    expect(existsSync(GIT_DIR)).toBe(false);
  });

  it('may be too old, broken or missing: the demo goes on without, and says what needs it', async () => {
    const bin = await mkdtemp(join(tmpdir(), 'webhook-reconciler-bin-'));
    onTestFinished(async () => rm(bin, { recursive: true, force: true }));
    await writeFile(join(bin, 'git'), '#!/bin/sh\necho "unknown option: initial-branch" >&2\nexit 129\n', {
      mode: 0o755,
    });
    await using demo = await Demo.start({ PATH: bin });
    expect(demo.text).toContain(
      'git did not work (unknown option: initial-branch): the demo goes on with a plain folder',
    );
    expect(demo.text).toMatch(/^In sync with sha256:[0-9a-f]{7}$/m);
    expect(demo.text.match(/needs git, which is missing/g)).toHaveLength(6);
    await demo.paste(1);
    await demo.shows({ changed: expect.arrayContaining([expect.objectContaining({ title: 'Orders' })]) });
  });
});
