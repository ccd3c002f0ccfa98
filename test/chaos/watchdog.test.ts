import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const WATCHDOG = JSON.stringify(import.meta.resolve('./watchdog.ts'));

it.each([
  ['waits for what never comes', '() => new Promise(() => {})', 1],
  ['lets nothing else run', '() => { for (;;); }', null],
])('a schedule that %s ends the process, says which it was, and how to repeat it', async (_how, work, status) => {
  const guarded = '{ what: "schedule 7", repeat: "npm run test:chaos -- --only 7", limitMs: 300 }';
  const script = `const { Watchdog } = await import(${WATCHDOG});
    await new Watchdog(() => console.log('0 passed, 1 failed')).guard(${guarded}, ${work});
    console.log('it has ended');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, told, [code]] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')]);
  expect(said).toContain(
    'schedule 7 did not end within 0.3 s and is given up. To repeat it:\n  npm run test:chaos -- --only 7',
  );
  expect(code).toBe(status);
  expect(told).toBe(status === null ? '' : '0 passed, 1 failed\n');
});
