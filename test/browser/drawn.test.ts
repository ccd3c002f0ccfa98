/** Every situation of the status page, those too that are hard to bring about: by documents, without a daemon. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SnapshotEvent } from '../../src/daemon/status-document.ts';
import type { OpenPage } from '../support/browser.ts';
import { type FedPage, serveFedPage } from '../support/fed-page.ts';
import { nowIn, type SituationName, situations } from '../support/status-documents.ts';
import { expectAccessible, expectFaultless } from './expectations.ts';
import { describeInBrowser } from './in-browser.ts';

/** How the sentence begins, in each. */
const SENTENCES = {
  starting: /Looking for the first time/,
  'in sync': /In sync with 8f3c1e9/,
  looking: /In sync with 8f3c1e9.*looking now/,
  late: /Last look at 14:20: in sync with 8f3c1e9.*The look of 14:21:00 has not come/,
  differs: /2 of 41 differ: 1 drifted, 1 withheld by max-deletes/,
  quarantined:
    /40 of 41 in sync with .*; 1 quarantined.*Legacy orders, removed by Trading team in 9c4e1fa, is disabled/s,
  contested: /1 of 41 differs: 1 contested.*put back less and less often/s,
  conflict: /1 of 41 differs: 1 in conflict.*waits for a decision/s,
  'not converging': /1 of 41 differs: 1 not converging.*shows something else/s,
  failing: /Failing: API down since 14:02; last seen in sync with 41d07be at 14:01/,
  'credentials refused': /Failing: credentials refused since 14:02/,
  'checkout unreadable': /Failing: the checkout cannot be read since 14:02/,
  standby: /Standby: payments-7d9c8-x2x4k leads, this instance only looks/,
  observe: /Observing: 2 of 41 differ from 9c4e1fa .*; mode observe changes nothing/,
  frozen: /Frozen until Monday 08:00: 3 changes wait/,
  'errors in git': /3 errors in git: 39 of 41 in sync with/,
  suspended: /40 of 41 in sync with .*1 suspended until 24 Dec 08:00/,
  'nothing wanted': /In sync with .*nothing is wanted/,
} satisfies Readonly<Record<SituationName, RegExp>>;

describeInBrowser('the status page', (browser) => {
  let fed: FedPage;
  let opened: OpenPage;

  /** As the daemon tells its readers what has changed: the page stays. */
  async function tell(name: SituationName, over: Partial<SnapshotEvent> = {}): Promise<void> {
    const at = new Date(nowIn(name)).toISOString();
    await opened.page.clock.setFixedTime(at);
    fed.tell({ at, mayReconcile: 'yes', document: situations[name], ...over });
    await opened.until(SENTENCES[name]);
  }

  beforeAll(async () => {
    const now = new Date(nowIn('in sync')).toISOString();
    fed = await serveFedPage({ at: now, mayReconcile: 'yes', document: situations['in sync'] });
    opened = await browser().open(fed.url, { now });
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await fed?.[Symbol.asyncDispose]();
  });

  it.each(Object.keys(SENTENCES) as SituationName[])(
    'is faultless in the situation "%s", and says it',
    async (name) => {
      await tell(name);
      await expectFaultless(opened);
    },
  );

  it('uses the width of a large screen', async () => {
    await tell('differs');
    await opened.page.setViewportSize({ width: 2560, height: 1440 });
    expect(await opened.overflow()).toBe(0);
  });

  it.each([
    ['quarantined', 'Legacy orders', /the same id is then enabled again/],
    ['contested', 'Cash balances', /Find the other client/],
    ['conflict', 'Tax exemptions', /To settle it, one of these.*beside: \[7d1f0c52-5a0e-4d1c-9f3a-1b2c3d4e5f60\]/s],
    ['not converging', 'Positions', /leave it to the tenant with reconcile\.ignore/],
  ] as const)('is faultless with the row opened of what is %s', async (name, title, explanation) => {
    await tell(name);
    const row = opened.page.getByRole('button', { name: title, exact: true });
    await row.click();
    await opened.until(explanation);
    await expectFaultless(opened);
    await row.click();
  });

  it('is faultless with all of it opened: rows, the table of passes, help', async () => {
    await tell('differs');
    const { page } = opened;
    for (const name of ['Orders', 'Legacy orders']) await page.getByRole('button', { name, exact: true }).click();
    await opened.until(/other host/);
    await page.getByText('As a table').click();
    await expectFaultless(opened);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await expectAccessible(opened);
    await page.keyboard.press('Escape');
  });

  it('is of then, and not green, when its tab is seen again, until it hears how it is', async () => {
    await tell('in sync');
    const { page } = opened;
    const look = async (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const icon = page.locator('link[rel=icon]');
    expect(await icon.getAttribute('href')).toBe('icon-ok.svg');
    await look('hidden');
    fed.keepSilent(true);
    await look('visible');
    await opened.until(/As of 14:26:37: In sync with 8f3c1e9.*Connecting again.*Was in sync/);
    expect(await icon.getAttribute('href')).toBe('icon-held.svg');
    await expectFaultless(opened);
    fed.keepSilent(false);
    await opened.until(/^To the subscriptions In sync with 8f3c1e9.*Live/);
  });

  it.each([
    ['token', /The trigger token is needed, the one of server\.triggerTokenFile/],
    ['no', /not allowed to trigger a pass: call from loopback/],
  ] as const)('says how its button may be used, where it may not as it is: %s', async (mayReconcile, wayOut) => {
    await tell('in sync', { mayReconcile });
    await opened.page.getByRole('button', { name: 'Reconcile now' }).first().click();
    await opened.until(wayOut);
    await expectAccessible(opened);
    expect(await opened.page.locator('input[type=password]').count()).toBe(mayReconcile === 'token' ? 1 : 0);
  });

  it('is loaded again where another version of the program answers, and not over and over', async () => {
    const at = new Date(nowIn('in sync')).toISOString();
    const other = { at, mayReconcile: 'yes', document: situations['in sync'] } as const;
    fed.tell(other);
    // Its clock is a real one, which begins anew when the page is loaded.
    await using own = await browser().open(fed.url);
    await own.until(/In sync with/);
    const loaded = own.page.waitForEvent('load');
    // A while ago it was loaded.
    await own.page.evaluate('performance.now = () => 60_000');
    fed.tell(other, '99.0.0');
    await loaded;
    await own.until(/webhook-reconciler 99\.0\.0/);
    fed.tell(other, '99.0.1');
    await own.until(/webhook-reconciler 99\.0\.1/);
  });
});
