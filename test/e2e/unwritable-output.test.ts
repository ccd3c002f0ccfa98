/** Where what the program has to say finds no room, or no reader. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { program, programIn } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const FILES = Array.from({ length: 3 }, (_, n) => `- { title: Hook ${n}, url: https://hooks.example.com/${n} }`).join(
  '\n',
);

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it('under the log stops nothing: the pass is carried through', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(FILES);
    const { code, stdout } = await programIn('"$@" 2>/dev/full', ['apply'], tenant.env);
    expect(stdout).toContain('Converged: 3 created, 3 enabled');
    expect(code).toBe(0);
  });

  it('under the result is told of, and is no success', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(FILES);
    const { code, stderr } = await programIn('"$@" >/dev/full', ['validate'], tenant.env);
    expect(stderr).toBe('error: the result could not be written: ENOSPC: no space left on device, write\n');
    expect(code).toBe(1);
  });
});

describe('a reader who goes away', () => {
  it('is nothing to speak of, and the exit status is the one it would have been', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(FILES);
    const { stderr } = await programIn('{ "$@"; echo "status $?" >&2; } | :', ['plan'], tenant.env);
    expect(stderr).toBe('status 2\n');
  });
});

describe('a temporary folder that is none', () => {
  it.each(['sandbox', 'demo'])('ends %s with a sentence, not with a stack', async (command) => {
    const { code, stderr } = await program([command, '--port', '0'], { TMPDIR: '/dev/null' });
    expect(stderr).toMatch(/^error: ENOTDIR: not a directory, mkdtemp '\/dev\/null\/.*'\n$/);
    expect(code).toBe(1);
  });
});
