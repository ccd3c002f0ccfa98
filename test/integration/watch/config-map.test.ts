import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentOf } from './files.ts';
import { temporaryFolder, times, Witness } from './witness.ts';

/** What the kubelet makes of a mounted ConfigMap: files are links through `..data`, which is swapped by rename. */
class ConfigMapMount {
  readonly folder: string;
  #current: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder);
    this.update({ 'hook.yaml': '0' });
  }

  update(files: Readonly<Record<string, string>>, stamp = `..2026_11_24_06_00_00.${Date.now()}${Math.random()}`): void {
    mkdirSync(join(this.folder, stamp));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(this.folder, stamp, name), content);
    symlinkSync(stamp, join(this.folder, '..data_tmp'));
    renameSync(join(this.folder, '..data_tmp'), join(this.folder, '..data'));
    for (const name of Object.keys(files)) {
      if (contentOf(join(this.folder, name)) === undefined) symlinkSync(`..data/${name}`, join(this.folder, name));
    }
    if (this.#current) rmSync(join(this.folder, this.#current), { recursive: true });
    this.#current = stamp;
  }
}

it.each([
  ['the mount', ''],
  ['a single file in it', 'hook.yaml'],
])('every update of a ConfigMap is seen, watching %s', async (_, below) => {
  const mount = new ConfigMapMount(join(temporaryFolder(), 'mount'));
  const witness = await Witness.of({ path: join(mount.folder, below) });

  for (const n of times(10)) {
    await witness.sees(
      `update ${n}`,
      () => mount.update({ 'hook.yaml': `${n}`, [`hook-${n}.yaml`]: 'new' }),
      () => contentOf(join(mount.folder, 'hook.yaml')) === `${n}`,
    );
  }
  expect(witness.warnings).toEqual([]);
});
