import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readBounded } from '../../src/base/read-bounded.ts';

it('a pipe is read to its end, though its writer takes his time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = await open(path, 'w');
  const reading = readBounded(pipe, 1024);
  await setImmediate();
  await writer.write('policy: { mode: observe }');
  await writer.close();
  expect(String(await reading)).toBe('policy: { mode: observe }');
  await pipe.close();
  await rm(folder, { recursive: true });
});
