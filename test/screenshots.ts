/** Makes the pictures of README from real situations: `npm run screenshots`, after `npm run build`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPictured, PICTURED } from './browser/pictured.ts';
import { Browser } from './support/browser.ts';

const DOCS = join(import.meta.dirname, '../docs');

await using browser = await Browser.launch();
for (const pictured of PICTURED) {
  await using shown = await openPictured(browser, pictured, 50);
  const { page } = shown.opened;
  // No row is under the pointer, and none has the focus.
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement.blur()');
  const picture = await page.screenshot({ scale: 'css' });
  await writeFile(join(DOCS, pictured.file), picture);
  console.log(`docs/${pictured.file}: ${Math.round(picture.length / 1024)} KB`);
}
