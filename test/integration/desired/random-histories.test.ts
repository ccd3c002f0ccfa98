/** Random histories, in which the commit of each entry is also found the long way: by comparing every commit with its parents. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { compileFiles } from '../../../src/desired/compile.ts';
import { Authorship } from '../../../src/desired/history/authorship.ts';

const TITLES = ['A', 'B', 'C'];
const FILES = ['a.yaml', 'b.yaml'];

/** What a commit does to a title: where it stands from then on, and what it says. */
const edit = fc.record({
  title: fc.constantFrom(...TITLES),
  to: fc.constantFrom('gone', 'absent', ...FILES),
  says: fc.constantFrom('1', '2'),
});
const commit = fc.record({
  edits: fc.array(edit, { maxLength: 2 }),
  /** How far back its parents are; more than there are commits is none. */
  parents: fc.array(fc.nat(2), { minLength: 1, maxLength: 2 }),
  broken: fc.nat(3).map((n) => n === 0),
});

type Commit = typeof commit extends fc.Arbitrary<infer T> ? T : never;

type State = Readonly<Record<string, { readonly file: string; readonly says: string } | undefined>>;

interface Made {
  readonly parents: readonly number[];
  readonly state: State;
  /** a.yaml is not YAML. */
  readonly broken: boolean;
  readonly texts: readonly string[];
}

function history(commits: readonly Commit[]): readonly Made[] {
  const made: Made[] = [];
  for (const { edits, parents, broken } of commits) {
    const before = [...new Set(parents.map((back) => made.length - 1 - back))].filter((parent) => parent >= 0);
    const state: Record<string, State[string]> = {};
    // A merge takes each title from one of its parents.
    for (const [index, title] of TITLES.entries()) {
      const parent = before[index % Math.max(1, before.length)];
      state[title] = parent === undefined ? undefined : made[parent]?.state[title];
    }
    for (const { title, to, says } of edits)
      state[title] =
        to === 'gone' ? undefined : { file: to === 'absent' ? 'a.yaml' : to, says: to === 'absent' ? to : says };
    const isBroken = broken && made.length < commits.length - 1;
    made.push({
      parents: before,
      state,
      broken: isBroken,
      texts: FILES.map((file) => text(state, file, isBroken && file === 'a.yaml' ? made.length : undefined)),
    });
  }
  return made;
}

/** `breaks`: what tells this broken text from others. */
function text(state: State, file: string, breaks: number | undefined): string {
  const entries = TITLES.flatMap((title) => {
    const entry = state[title];
    if (entry?.file !== file) return [];
    return [
      entry.says === 'absent'
        ? `- { title: ${title}, state: absent }`
        : `- { title: ${title}, url: https://h.tld/${entry.says} }`,
    ];
  });
  return `${entries.join('\n')}\n${breaks === undefined ? '' : `[${TITLES.join(', ')}, ${breaks}`}`;
}

function repository(made: readonly Made[]): { readonly folder: string; readonly ids: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  execFileSync('git', ['init', '--quiet', '--template=', '--initial-branch=main', folder]);
  const lines = made.flatMap((one, index) => {
    const [first, ...others] = one.parents;
    return [
      `commit refs/heads/c${index}`,
      `mark :${index + 1}`,
      `committer Ada <ada@h.tld> ${1_790_000_000 + index} +0000`,
      `data ${String(index).length}`,
      String(index),
      ...(first === undefined ? [] : [`from :${first + 1}`]),
      ...others.map((other) => `merge :${other + 1}`),
      'deleteall',
      ...FILES.flatMap((file) => {
        const content = one.texts[FILES.indexOf(file)] ?? '';
        return [`M 100644 inline ${file}`, `data ${Buffer.byteLength(content)}`, content];
      }),
      '',
    ];
  });
  const marks = join(folder, 'marks');
  execFileSync('git', ['fast-import', '--quiet', `--export-marks=${marks}`], {
    cwd: folder,
    input: lines.join('\n'),
    stdio: 'pipe',
  });
  const refs = made.map((_, index) => `refs/heads/c${index}`);
  const ids = execFileSync('git', ['rev-parse', ...refs], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n');
  execFileSync('git', ['reset', '--quiet', '--hard', ids.at(-1) ?? ''], { cwd: folder });
  return { folder, ids };
}

type Seen = 'same' | 'other' | 'unknown';

/** Follows one entry from the last commit. */
function expected(made: readonly Made[], title: string): number {
  const wanted = made.at(-1)?.state[title]?.says;
  const seenIn = (parent: number): Seen => {
    const { state = {}, broken = false } = made[parent] ?? {};
    const entry = state[title];
    if (broken && entry?.file !== 'b.yaml') return 'unknown';
    return entry?.says === wanted ? 'same' : 'other';
  };
  let [at, known] = [made.length - 1, made.length - 1];
  for (;;) {
    const { parents = [], texts } = made[at] ?? {};
    const alike = parents.find((parent) => String(made[parent]?.texts) === String(texts));
    const same = parents.find((parent) => seenIn(parent) === 'same');
    const next = alike ?? same ?? parents.find((parent) => seenIn(parent) === 'unknown');
    if (next === undefined) return known;
    at = next;
    if (seenIn(at) === 'same') known = at;
  }
}

describe('whose doing an entry is', () => {
  it.prop([fc.array(commit, { minLength: 1, maxLength: 9 }), fc.array(fc.nat(8), { maxLength: 3 })], {
    numRuns: Number(process.env['PROPERTY_RUNS'] ?? 15),
  })(
    'is found as by comparing every commit with its parents, asked once or at commits before',
    async (commits, before) => {
      const made = history(commits);
      const { folder, ids } = repository(made);
      const subjects = async (authorship: Authorship, index: number): Promise<Readonly<Record<string, string>>> => {
        const { texts = [] } = made[index] ?? {};
        const files = texts.map((content, at) => ({ name: FILES[at] ?? '', content: Buffer.from(content) }));
        const { desired, tombstones } = await compileFiles(files, { substitute: {} });
        const removed = tombstones.map(({ title }) => title);
        const commits = await authorship.of(ids[index] ?? '', desired, removed);
        return Object.fromEntries([...commits].map(([title, { subject = '' }]) => [title, subject]));
      };
      try {
        const last = made.length - 1;
        const truth = TITLES.filter((title) => made[last]?.state[title] !== undefined).map((title) => [
          title,
          String(expected(made, title)),
        ]);
        const fresh = new Authorship({ path: folder, substitute: {} });
        expect(await subjects(fresh, last)).toEqual(Object.fromEntries(truth));
        const asked = new Authorship({ path: folder, substitute: {} });
        for (const index of before) if (index < last) await subjects(asked, index);
        expect(await subjects(asked, last)).toEqual(Object.fromEntries(truth));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.prop([fc.array(commit, { minLength: 1, maxLength: 9 })], { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 8) })(
    'is found too where it was to remove the entry',
    async (commits) => {
      const made = history(commits.map((one) => ({ ...one, parents: [0], broken: false })));
      const { folder, ids } = repository(made);
      const isWanted = (index: number, title: string): boolean => {
        const says = made[index]?.state[title]?.says;
        return says !== undefined && says !== 'absent';
      };
      try {
        const last = made.length - 1;
        const removed = TITLES.filter((title) => made[last]?.state[title] === undefined);
        const truth = removed.flatMap((title) => {
          const lastIn = made.findLastIndex((_, index) => isWanted(index, title));
          return lastIn === -1 ? [] : [[title, String(lastIn + 1), ids[lastIn]]];
        });
        const found = await new Authorship({ path: folder, substitute: {} }).of(ids[last] ?? '', [], removed);
        expect([...found].map(([title, { subject, removed: where }]) => [title, subject, where?.lastIn])).toEqual(
          truth,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
