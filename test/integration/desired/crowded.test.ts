/** Small pushes that become large checkouts on disk. */
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { subscription, temporaryFolder, write } from './folder.ts';
import { load, refusal, titles } from './load.ts';

describe('a checkout', () => {
  it('of more than 5 000 folders and links is refused', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a'));
    for (let n = 0; n < 5_000; n++) symlinkSync('a', join(folder, `${n}`));
    expect(await refusal(folder)).toBe(
      `refused: ${folder} holds more than 5000 folders and links: set source.path to the folder of the subscriptions`,
    );
  });

  it('of paths of more than 2 000 000 characters is refused, however few files that are', async () => {
    const folder = temporaryFolder();
    const deep = join(folder, ...Array.from({ length: 16 }, () => 'x'.repeat(240)));
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'a.yaml'), '');
    for (let n = 0; n < 520; n++) linkSync(join(deep, 'a.yaml'), join(deep, `${n}.yaml`));
    expect(await refusal(folder)).toMatch(/^refused: .* holds paths of more than 2000000 characters in all/);
  });

  it('with files that are not YAML without number is read', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('A'), 'b/0.txt': '' });
    for (let n = 1; n < 12_000; n++) linkSync(join(folder, 'b/0.txt'), join(folder, `b/${n}.txt`));
    expect(await titles(folder)).toEqual(['A']);
    expect((await load(folder)).files).toBe(1);
  });
});
