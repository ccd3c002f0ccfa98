/** Tests in a browser: one for each file, and none where there is none. */
import { afterAll, beforeAll, describe } from 'vitest';
import { Browser } from '../support/browser.ts';
import { noBrowser } from '../support/chromium.ts';

/** As `describe`. Where no browser can be started its tests are skipped, and their name and a warning say why. */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  if (noBrowser !== undefined) {
    console.warn(`Skipped: ${name} (${noBrowser})`);
    describe.skip(`${name} (${noBrowser})`, () => tests(() => Browser.prototype));
    return;
  }
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await Browser.launch();
    });
    afterAll(async () => {
      await browser?.[Symbol.asyncDispose]();
    });
    tests(() => {
      if (!browser) throw new Error('there is a browser in tests only');
      return browser;
    });
  });
}
