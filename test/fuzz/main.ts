/**
 * Feeds the program what it cannot digest, and ends with status 1 where it crashes, keeps others waiting for a second or
 * takes 64 MB more for one input (Linux).
 * `npm run test:fuzz -- --target yaml --runs 3000 --seed 1`
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { CROWDS, crowd } from './crowds.ts';
import { Fed } from './fed.ts';
import { HOSTILE_GIT, loadHostile } from './hostile-git.ts';
import { TARGETS } from './targets.ts';
import { COSTLY, HOSTILE } from './yaml-texts.ts';

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: ['checkout', ...Object.keys(TARGETS)].join() },
    part: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
fc.configureGlobal({ seed: Number(values.seed) });

for (const target of values.target.split(',') as ('checkout' | keyof typeof TARGETS)[]) {
  const begun = performance.now();
  await using fed = await Fed.start();
  if (target === 'yaml') {
    for (const [name, files] of Object.entries({ ...HOSTILE, ...COSTLY })) {
      process.stderr.write(`${name}\n`);
      await fed.feed({ kind: 'yaml', files: files().map((file) => Buffer.from(file)) });
    }
  }
  if (target === 'git') {
    for (const name of Object.keys(HOSTILE_GIT)) {
      process.stderr.write(`${name}\n`);
      await loadHostile(fed, name, 5);
    }
  }
  if (target === 'checkout') {
    for (const name of Object.keys(CROWDS)) {
      const { folder, path } = crowd(name, Number(values.part));
      const { result, peakMb, blockedMs } = await fed.feed({ kind: 'checkout', path });
      const cost = `${peakMb.toFixed(0)} MB in all, others kept waiting ${blockedMs.toFixed(0)} ms`;
      process.stderr.write(`${name}: ${cost}; ${JSON.stringify(result)}\n`);
      rmSync(folder, { recursive: true });
    }
    continue;
  }
  try {
    await TARGETS[target](fed, Number(values.runs));
  } catch (error) {
    process.stderr.write(`${target}: ${(error as Error).message}\n`);
    process.exitCode = 1;
    continue;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  const { extraMb, peakMb, blockedMs } = fed;
  process.stdout.write(
    `${target}: ${values.runs} inputs of seed ${values.seed} in ${seconds} s; at most ${extraMb.toFixed(0)} MB more for one, ${peakMb.toFixed(0)} MB in all, others kept waiting ${blockedMs.toFixed(0)} ms\n`,
  );
}
