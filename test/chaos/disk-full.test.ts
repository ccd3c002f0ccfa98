import { readdir, readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startProgram } from '../support/program.ts';

const URL_SAID = /http:\/\/127\.0\.0\.1:\d+/;

it('a disk that is full costs the sandbox what it has not written yet, never the state that it has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'state.json');
  const args = ['sandbox', '--port', '0', '--control', '--state', file];
  const sandbox = startProgram(args, {}, { fileBlocks: 32 });
  const add = async (n: number) =>
    fetch(`${URL_SAID.exec(sandbox.shown)?.[0]}/-/control/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: `Hook ${n}`, url: 'https://hooks.example.com/' }),
    });
  await sandbox.until(URL_SAID);

  const statuses = new Set<number>();
  for (let n = 0; n < 200; n += 1) statuses.add((await add(n)).status);
  expect(statuses).toEqual(new Set([200]));
  expect(await sandbox.until(/the state could not be written/)).toContain('EFBIG');
  await sandbox.stop('SIGTERM');
  expect(await readdir(folder)).toEqual(['state-keys', 'state.json']);
  const { subscriptions } = JSON.parse(await readFile(file, 'utf8')) as { subscriptions: Record<string, object[]> };
  const kept = Object.values(subscriptions).flat().length;
  expect(kept).toBeLessThan(200);

  const again = startProgram(args);
  await again.until(new RegExp(`${kept} subscriptions from the state file`));
  await again.stop('SIGTERM');
});
