/** What strangers write, and how much of it there may be: it is text on the status page, and no secret is among it. */
import { describe, expect, it } from 'vitest';
import { expectFaultless } from './expectations.ts';
import { describeInBrowser } from './in-browser.ts';
import { Stage } from './stage.ts';

/** Not one of these may be anywhere in the page, its requests, or its console. */
const CANARIES = {
  query: 'canary-query-41c7',
  password: 'canary-password-9d20',
  fragment: 'canary-fragment-77ae',
  clientSecret: 'canary-client-secret-0b5e',
};

const MARKUP = '<img src=x onerror="document.title=`hit`"><script>document.title="hit"</script>';
const BIDI = '\u202e\u2066\u200f evil \u0000\u0007\u2028';
const LONG = 'x'.repeat(65_536);

describeInBrowser('the status page', (browser) => {
  it('shows hostile titles, urls, authors and subjects as text, and no secret', async () => {
    const secretUrl = `https://user:${CANARIES.password}@hooks.example.com/a?token=${CANARIES.query}#${CANARIES.fragment}`;
    await using stage = await Stage.set({
      commits: [
        {
          subject: `${MARKUP} ${BIDI.replaceAll('\0', '')} ${LONG.slice(0, 4000)}`,
          author: 'Eve "onload=x" \u202egnp.exe',
          entries: [
            { title: 'Orders', url: `https://hooks.example.com/orders?token=${CANARIES.query}`, type: ['ORDER'] },
            { title: 'Long', url: `https://hooks.example.com/${'y'.repeat(900)}`, type: ['ORDER'] },
          ],
        },
      ],
      seed: [
        { title: MARKUP, url: 'https://elsewhere.example.net/"><script>1</script>', type: ['ALL'] },
        { title: BIDI, url: `https://elsewhere.example.net/${BIDI}`, type: ['ALL'] },
        { title: LONG, url: `https://elsewhere.example.net/${LONG}`, type: ['ALL'] },
        { title: 'With secrets', url: secretUrl, type: ['ALL'] },
        { title: 'Script', url: 'javascript:document.title="hit"', type: ['<b>'] },
      ],
      sandbox: { client: { keyType: 'ed25519', clientSecret: CANARIES.clientSecret } },
      env: { RECONCILER_OWNS: '[{"url": "https://hooks.example.com/*"}]' },
    });
    await using opened = await browser().open(stage.url);
    const text = await opened.until(/In sync/);
    expect(text).toContain('<img src=x onerror=');
    await opened.page.getByRole('button', { name: 'Orders', exact: true }).click();
    await expectFaultless(opened);
    expect(await opened.page.title()).not.toBe('hit');
    expect(await opened.page.locator('a[href^="javascript" i], main img, main script, iframe').count()).toBe(0);
    // Marks that turn the direction of what follows are told, and never let through.
    expect(await opened.text()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    const everything = [
      await opened.page.content(),
      await (await fetch(`${stage.url}status`)).text(),
      ...opened.requests,
      ...(await opened.complaints()),
    ].join('\n');
    for (const canary of Object.values(CANARIES)) expect(everything.includes(canary), canary).toBe(false);
    const key = stage.tenant.sandbox.credentials.privateKeyPem.split('\n')[1]!;
    expect(everything.includes(key), 'the private key').toBe(false);
  });

  describe('of 2 000 subscriptions', () => {
    it('shows 200, finds any, and stays as it is for a reader while changes come', async () => {
      const entries = Array.from({ length: 2000 }, (_, i) => ({
        title: `Hook ${i}`,
        url: `https://hooks.example.com/${i}`,
        type: ['ORDER'],
      }));
      await using stage = await Stage.set({
        commits: [{ subject: 'Add them all', author: 'Ada Lovelace', entries }],
        seed: entries.map(({ title, url, type }) => ({ title, url, type, enabled: true })),
      });
      await using opened = await browser().open(stage.url);
      const { page } = opened;
      await opened.until(/In sync with/);
      const rows = page.locator('main button.title');
      // The first of them are there before the rest, which come with the next frames.
      await rows.nth(199).waitFor();
      expect(await rows.count()).toBe(200);
      await page.getByRole('searchbox').fill('hook 1999');
      await opened.until(/1 of 2.?000 match/);
      expect(await rows.allInnerTexts()).toEqual(['Hook 1999']);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('button', { name: 'Show 200 more' }).click();
      await rows.nth(399).waitFor();
      expect(await rows.count()).toBe(400);
      expect(await opened.overflow()).toBe(0);

      await rows.nth(3).click();
      await rows.nth(3).focus();
      const before = await rows.nth(3).innerText();
      stage.tenant.sandbox.edit('Hook 7', { enabled: false });
      await stage.daemon.reconcile();
      await opened.until(/Put back Hook 7/);
      expect(await page.evaluate<string>('document.activeElement.textContent')).toContain(before);
      expect(await page.locator('main button[aria-expanded=true]').count()).toBe(1);
      expect(await opened.complaints()).toEqual([]);
    });
  });
});
