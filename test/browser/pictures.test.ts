/** The pictures of README: they are there, and of pages that look so today. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeInBrowser } from './in-browser.ts';
import { openPictured, PICTURED } from './pictured.ts';

const root = join(import.meta.dirname, '../..');
const shown = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/!\[(.*?)\]\((docs\/.*?\.png)\)/g)];

it('README shows each picture that is made, and no other; none is large', () => {
  expect(shown.map(([, , path]) => path)).toEqual(PICTURED.map(({ file }) => `docs/${file}`));
  for (const [, , path = ''] of shown) expect(statSync(join(root, path)).size, path).toBeLessThan(200 * 1024);
});

describeInBrowser('the pictures of README', (browser) => {
  it.each(PICTURED)('$file is of a page that says "$sentence"', async (pictured) => {
    const [, description] = shown.find(([, , path]) => path === `docs/${pictured.file}`) ?? [];
    expect(description).toContain(pictured.sentence);
    await using picture = await openPictured(browser(), pictured);
    expect(await picture.opened.page.getByRole('heading', { level: 1 }).innerText()).toContain(pictured.sentence);
    expect(await picture.opened.complaints()).toEqual([]);
  });
});
