/**
 * Whatever is read, from files, from the API or from callers: no crash, no second without a turn for others, no 64 MB
 * more for a while. In a process of its own, with the heap of the image; `npm run test:fuzz` for longer.
 */
import { rmSync } from 'node:fs';
import { platform } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CROWDS, crowd } from '../fuzz/crowds.ts';
import { Fed } from '../fuzz/fed.ts';
import { HOSTILE_GIT, loadHostile, type Said } from '../fuzz/hostile-git.ts';
import { TARGETS } from '../fuzz/targets.ts';
import { HOSTILE } from '../fuzz/yaml-texts.ts';

const named = { id: expect.stringMatching(/^[0-9a-f]{40}$/), ref: 'refs/heads/main' };
const described = { ...named, author: 'Ada', time: '2025-11-20T09:00:00.000Z', subject: expect.any(String) };
const REVISIONS: Readonly<Record<Said, unknown>> = {
  all: { ...described, dirty: false },
  'not dirty': described,
  id: named,
  hash: { id: expect.stringMatching(/^sha256:/) },
};

// Peaks are had from /proc.
describe.skipIf(platform() !== 'linux')('within its limits, the program', () => {
  let fed: Fed;
  beforeAll(async () => {
    fed = await Fed.start();
  });
  afterAll(async () => fed[Symbol.asyncDispose]());

  it.each(Object.entries(HOSTILE))('reads a checkout with %s', async (_, files) => {
    const { result } = await fed.feed({ kind: 'yaml', files: files().map((file) => Buffer.from(file)) });
    expect(result).toMatchObject({ desired: expect.any(Number) });
  });

  it.each(Object.keys(HOSTILE_GIT))('says of a repository with %s what it knows', async (name) => {
    const { told, said } = await loadHostile(fed, name);
    expect(told).toEqual(REVISIONS[said]);
  });

  it.each(Object.keys(CROWDS))('reads and watches a part of a checkout with %s', async (name) => {
    const { folder, path } = crowd(name, 0.01);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { result } = await fed.feed({ kind: 'checkout', path });
    expect(result).toMatchObject({ desired: expect.any(Number) });
  });

  it.each([
    ['any YAML', 'yaml', 6],
    ['any bytes in a repository', 'git', 12],
    ['any answer of the API', 'api', 20],
    ['anything that is sent to its endpoints', 'http', 30],
  ] as const)('takes %s', async (_, target, runs) => {
    await TARGETS[target](fed, runs);
  });
});
