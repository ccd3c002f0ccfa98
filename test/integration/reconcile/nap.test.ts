/**
 * A process that was suspended, as by a laptop that sleeps or a frozen container, while it read from the file system.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

const src = join(import.meta.dirname, '../../../src');
const LIMIT_MS = 1_000;

const READS: Readonly<Record<string, string>> = {
  'the checkout': `
    import { readTimeout } from '${src}/runtime/ports.ts';
    const inTime = readTimeout('/checkout', ${LIMIT_MS});`,
  'a credential': `
    import { withTimeout as raced } from '${src}/base/async.ts';
    const inTime = (read) => raced(read(), ${LIMIT_MS}, () => new Error('too late'));`,
};

it.each(Object.entries(READS))(
  'a read of %s does not time out because of the time the process was suspended',
  async (_, program) => {
    const folder = mkdtempSync(join(tmpdir(), 'nap-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `${program}
      import { readFile } from 'node:fs/promises';
      const reading = inTime(() => readFile('${pipe}', 'utf8'));
      console.log('begun');
      console.log(await reading.catch(String));`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const said: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const exited = once(child, 'close');
    await once(child.stdout, 'data');

    child.kill('SIGSTOP');
    await delay(2 * LIMIT_MS);
    child.kill('SIGCONT');
    await using writer = await open(pipe, 'w');
    await writer.write('as it is');
    await writer.close();
    await exited;
    expect(said.join('')).toBe('begun\nas it is\n');
  },
);
