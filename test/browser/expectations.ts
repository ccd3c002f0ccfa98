/** What holds of the status page in every situation. */
import { expect } from 'vitest';
import type { OpenPage } from '../support/browser.ts';

/** What somebody on call asks, each answered by a text. */
export interface Answers {
  readonly isItInSync: RegExp;
  readonly sinceWhen: RegExp;
  readonly whatDiffers: RegExp;
  readonly whoseDoing: RegExp;
  readonly whatIsNext: RegExp;
}

/** By what can be read without a click or, where `click` names an entry, with one. */
export async function expectAnswers(opened: OpenPage, answers: Answers, click?: string): Promise<void> {
  await opened.until(answers.isItInSync);
  const row = click === undefined ? undefined : opened.page.getByRole('button', { name: click, exact: true });
  await row?.click();
  for (const answer of Object.values(answers)) await opened.until(answer);
  await row?.click();
}

const WIDTHS = [320, 360];

/** Rows are alike, and each takes its time. */
const MORE_ROWS = '.list > tbody > tr:nth-child(n + 3)';

/** In the light and in the dark: what is there is the same, and only its colours are others. */
export async function expectAccessible(opened: OpenPage): Promise<void> {
  await opened.page.emulateMedia({ colorScheme: 'light' });
  expect(await opened.accessibilityViolations({ except: MORE_ROWS })).toEqual([]);
  await opened.page.emulateMedia({ colorScheme: 'dark' });
  expect(await opened.accessibilityViolations({ except: MORE_ROWS, rules: ['color-contrast'] })).toEqual([]);
}

/** Accessible in both themes, and sound. */
export async function expectFaultless(opened: OpenPage): Promise<void> {
  await expectAccessible(opened);
  await expectSound(opened);
}

/** Not wider than the screen, nothing forbidden, nothing asked for elsewhere, no error. */
export async function expectSound(opened: OpenPage): Promise<void> {
  const { page } = opened;
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const width of WIDTHS) {
    await page.setViewportSize({ ...before, width });
    expect(await opened.overflow(), `pixels beyond ${width}`).toBe(0);
  }
  await page.setViewportSize(before);
  expect(await opened.complaints()).toEqual([]);
}
