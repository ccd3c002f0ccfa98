/** What one does with the status page: find, open, press, come back; by keyboard, behind a proxy, with a token. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OpenPage } from '../support/browser.ts';
import { proxyBelow } from '../support/prefix-proxy.ts';
import { serve } from '../support/static-server.ts';
import { expectAccessible } from './expectations.ts';
import { describeInBrowser } from './in-browser.ts';
import { Stage } from './stage.ts';

const entries = ['Accounts', 'Orders', 'Reports', 'Taxes', 'Users'].map((title) => ({
  title,
  url: `https://hooks.example.com/${title.toLowerCase()}`,
  type: [title === 'Taxes' ? 'TAX_EXEMPTION' : 'ORDER'],
}));
const commits = [{ subject: 'Add the hooks', author: 'Ada Lovelace', entries }];
/** All of one moment, so that their order in the list is that of their titles. */
const updated_at = '2026-01-01T00:00:00.000Z';
const seed = entries.map(({ title, url, type }) => ({ title, url, type, enabled: true, updated_at }));
const TRIGGER = 'canary-trigger-token-0b31';
const READING = 'canary-reading-token-5521';

describeInBrowser('the status page', (browser) => {
  let stage: Stage;
  beforeAll(async () => {
    // Nothing is due during these tests: what happens is what they ask for.
    stage = await Stage.set({ commits, seed, env: { RECONCILER_RESYNC: '24h', RECONCILER_MODE: 'observe' } });
    stage.tenant.sandbox.edit('Orders', { enabled: false });
    await stage.daemon.reconcile();
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  const triggered = async () => {
    const { body } = await stage.daemon.get('/status');
    return (body.passes as readonly { readonly trigger: string }[]).filter(({ trigger }) => trigger === 'request')
      .length;
  };
  const row = ({ page }: OpenPage, title: string) => page.getByRole('button', { name: title, exact: true });
  const titles = async ({ page }: OpenPage) => page.locator('main button.title').allInnerTexts();
  const focused = async ({ page }: OpenPage) => page.evaluate<string>('document.activeElement?.textContent ?? ""');

  it('is used by keyboard alone', async () => {
    await using opened = await browser().open(stage.url);
    const { keyboard } = opened.page;
    await opened.until(/1 of 5 differ/);
    // What differs comes first.
    await keyboard.press('j');
    expect(await focused(opened)).toContain('Orders');
    await keyboard.press('Enter');
    await opened.until(/somebody on the tenant.*enabled.*true.*false/i);
    await keyboard.press('Escape');
    expect(await row(opened, 'Orders').getAttribute('aria-expanded')).toBe('false');
    await keyboard.press('j');
    expect(await focused(opened)).toContain('Accounts');
    await keyboard.press('k');
    expect(await focused(opened)).toContain('Orders');

    await keyboard.press('/');
    await keyboard.type('tax j');
    await opened.until(/Nothing matches “tax j”/);
    await keyboard.press('Backspace');
    await keyboard.press('Backspace');
    await opened.until(/1 of 5 match/);
    expect(await titles(opened)).toEqual(['Taxes']);
    // Clears the search, then leaves the field, where letters are letters.
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await keyboard.press('f');
    await opened.page.waitForURL(/\?state=Drifted/);
    expect(await titles(opened)).toEqual(['Orders']);

    await keyboard.press('?');
    await opened.until(/search.*next.*previous/i);
    expect(await opened.accessibilityViolations()).toEqual([]);
    await opened.page.waitForFunction('document.activeElement.textContent.startsWith("Close")');
    await keyboard.press('Tab');
    expect(await focused(opened)).toBe('Turn keys off');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.press('j');
    expect(await opened.page.locator('button.title:focus').count()).toBe(0);
    await opened.page.getByRole('button', { name: '? Help' }).click();
    await opened.page.getByRole('button', { name: 'Turn keys on' }).click();
    await opened.page.getByRole('button', { name: /^Close/ }).click();
    await keyboard.press('j');
    expect(await focused(opened)).toContain('Orders');
    const before = await triggered();
    const ended = stage.daemon.nextPass();
    await keyboard.press('r');
    await ended;
    expect(await triggered()).toBe(before + 1);
    expect(await opened.complaints()).toEqual([]);
  });

  it('reaches everything with the tab key, in the order of reading, and shows where the focus is', async () => {
    await using opened = await browser().open(stage.url);
    await opened.until(/1 of 5 differ/);
    const seen: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      await opened.page.keyboard.press('Tab');
      const outline = await opened.page.evaluate<string>(
        `(() => { const at = document.activeElement; if (!at || at === document.body) return 'end';
          const style = getComputedStyle(at), around = at.closest('[role=row], li, .row') ?? at;
          const ring = [style, getComputedStyle(around), getComputedStyle(at, '::after')].some((s) => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0);
          return (ring ? '' : 'NO RING ') + (at.textContent.trim() || at.getAttribute('aria-label') || at.id); })()`,
      );
      if (outline === 'end') break;
      seen.push(outline);
    }
    expect(seen.filter((text) => text.startsWith('NO RING'))).toEqual([]);
    const order = ['To the subscriptions', 'Look now', 'Drifted', 'Orders', 'Accounts', 'Users'];
    const places = order.map((text) => seen.findIndex((each) => each.includes(text)));
    expect(places, seen.join(' | ')).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('has an address for what is shown, which can be sent to somebody else, and gone back to', async () => {
    await using opened = await browser().open(stage.url);
    await opened.until(/1 of 5 differ/);
    await opened.page
      .getByRole('link', { name: /Drifted/ })
      .first()
      .click();
    await row(opened, 'Orders').click();
    const address = opened.page.url();
    expect(address).toMatch(/\?state=Drifted.*open=Orders/);
    await using other = await browser().open(address);
    await other.until(/1 of 5 differ/);
    expect(await titles(other)).toEqual(['Orders']);
    expect(await row(other, 'Orders').getAttribute('aria-expanded')).toBe('true');
    await opened.page.goBack();
    await opened.until(/Users/);
  });

  it('looks at once when its button is pressed, and says what came of it', async () => {
    await using opened = await browser().open(stage.url);
    await opened.until(/1 of 5 differ/);
    const before = await triggered();
    await opened.page.getByRole('button', { name: 'Look now' }).click();
    await opened.until(/Looked in \d+ ms, changed nothing/);
    expect(await triggered()).toBe(before + 1);
    expect(await opened.complaints()).toEqual([]);
  });

  it('is the only one whose press counts: no page of another origin makes the daemon do anything', async () => {
    const attack = `
      const target = ${JSON.stringify(`${stage.daemon.url}/-/reconcile`)};
      const tries = ['cors', 'no-cors'].map((mode) => fetch(target, { method: 'POST', mode }).catch(() => {}));
      tries.push(fetch(target, { method: 'POST', headers: { authorization: 'Bearer x' } }).catch(() => {}));
      tries.push(Promise.resolve(navigator.sendBeacon(target, 'x')));
      const tried = Promise.all(tries);`;
    await using elsewhere = await serve({
      '/': {
        type: 'text/html',
        text: `<script>${attack}</script><form method="post" action="${stage.daemon.url}/-/reconcile"><button>Go</button></form>`,
      },
    });
    const before = await triggered();
    for (const origin of [elsewhere.url, elsewhere.url.replace('127.0.0.1', 'localhost')]) {
      await using opened = await browser().open(origin);
      await opened.page.evaluate('tried');
      await opened.page.getByRole('button').click();
      await opened.page.waitForURL(/reconcile/);
      expect(await opened.text()).toMatch(/not allowed/);
    }
    await stage.daemon.reconcile();
    expect(await triggered()).toBe(before + 1);
  });

  it('works below a path that a proxy strips, and asks for nothing outside of it', async () => {
    await using proxy = await proxyBelow('/team/hooks/', stage.url);
    await using opened = await browser().open(proxy.url);
    await opened.until(/1 of 5 differ/);
    await row(opened, 'Orders').click();
    await opened.page.getByRole('button', { name: 'Look now' }).click();
    await opened.until(/Looked in \d+ ms, changed nothing/);
    expect(opened.requests.filter((url) => !url.startsWith(proxy.url))).toEqual([]);
    expect(proxy.outside).toEqual([]);
    expect(await opened.complaints()).toEqual([]);
  });

  it('finds its daemon again after a restart on the same port, with what was open and typed', async () => {
    await using own = await Stage.set({ commits, seed });
    await using opened = await browser().open(own.url);
    await opened.until(/In sync with/);
    await row(opened, 'Orders').click();
    await opened.page.getByRole('searchbox').fill('o');
    const port = Number(new URL(own.url).port);
    await own.daemon.stop();
    await opened.until(/No contact since \d\d:\d\d:\d\d; what follows is of then/);
    await expectAccessible(opened);
    const without = entries.slice(1);
    await own.commit({ subject: 'While it was away', author: 'Grace Hopper', entries: without });
    await own.start(port);
    await opened.until(/In sync with .*While it was away/);
    expect(await opened.page.getByRole('searchbox').inputValue()).toBe('o');
    expect(await row(opened, 'Orders').getAttribute('aria-expanded')).toBe('true');
    // The browser writes each try that got no answer to its console itself.
    expect((await opened.complaints()).filter((text) => !/ERR_|Failed to (?:fetch|load)|network/i.test(text))).toEqual(
      [],
    );
  });

  it('asks for the token where one is needed, and keeps it nowhere', async () => {
    await using own = await Stage.set({
      commits,
      seed,
      env: { RECONCILER_TOKEN_FILE: await tokenFile(stage, READING) },
    });
    await using opened = await browser().open(own.url);
    const field = opened.page.locator('input[type=password]');
    await field.waitFor();
    expect(await opened.accessibilityViolations()).toEqual([]);
    await field.fill('wrong');
    await field.press('Enter');
    await field.waitFor();
    await field.fill(READING);
    await field.press('Enter');
    await opened.until(/In sync with/);
    await expectAccessible(opened);
    expect((await opened.complaints()).filter((text) => !/401/.test(text))).toEqual([]);
    expect(opened.requests.filter((url) => url.includes(READING))).toEqual([]);
    const kept = 'JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, history.state])';
    expect(await opened.page.evaluate<string>(kept)).not.toContain(READING);
    expect(await opened.page.content()).not.toContain(READING);
    await opened.page.reload();
    await field.waitFor();
  });

  it('asks for the token that triggers only once its button is pressed, and then does as it is told', async () => {
    await using own = await Stage.set({
      commits,
      seed,
      env: { RECONCILER_TRIGGER_TOKEN_FILE: await tokenFile(stage, TRIGGER) },
    });
    await using opened = await browser().open(own.url);
    const { page } = opened;
    await opened.until(/In sync with/);
    const field = page.locator('input[type=password]');
    expect(await field.count()).toBe(0);
    await page.getByRole('button', { name: 'Reconcile now' }).click();
    await field.fill(TRIGGER);
    await field.press('Enter');
    await opened.until(/Converged in \d+ ms, nothing to change/);
    expect(await field.count()).toBe(0);
    expect(await opened.complaints()).toEqual([]);
    expect([await page.content(), ...opened.requests].join()).not.toContain(TRIGGER);
  });
});

async function tokenFile(stage: Stage, token: string): Promise<string> {
  const path = join(stage.tenant.folder, token);
  await writeFile(path, `${token}\n`);
  return path;
}
