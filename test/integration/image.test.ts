/** `npm run image`, with builders that only say what they were asked for: a real one needs an engine and base images. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Outcome {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing is on the PATH but `builders`, each a shell script. */
async function image(builders: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-image-'));
  try {
    for (const [name, script] of Object.entries(builders)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return await new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(root, 'scripts/image.ts'), ...args],
        { env: { PATH: folder } },
        (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const works = (name: string): string => `[ "$1" = info ] || echo ${name} "$@"`;

describe('npm run image', () => {
  it('says what to install where nothing can build', async () => {
    const { code, stderr } = await image({});
    expect(code).toBe(1);
    expect(stderr).toMatch(/install docker .*podman or buildah/);
  });

  it('passes over a docker whose engine does not run', async () => {
    const { code, stdout } = await image(
      { docker: 'exit 1', buildah: works('buildah') },
      '--build-arg',
      'BASE_IMAGE=mine',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^buildah build --tag webhook-reconciler:\d+\.\d+\.\d+ .*--build-arg BASE_IMAGE=mine \.\n$/);
  });

  it('ends with the status of the builder', async () => {
    expect(await image({ podman: '[ "$1" = info ] || exit 7' })).toMatchObject({ code: 7 });
  });
});
