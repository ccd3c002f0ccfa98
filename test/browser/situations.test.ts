/**
 * What somebody on call asks (is it in sync, since when, what differs, whose doing, what is next) is answered by texts of
 * the page, in real situations: by the built daemon, a sandbox with faults, and commits of several people.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/browser.ts';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { LEASES } from '../support/kubernetes/rules.ts';
import { expectAnswers, expectSound } from './expectations.ts';
import { describeInBrowser } from './in-browser.ts';
import { type Entry, Stage } from './stage.ts';

const HOOKS = 'https://hooks.example.com';

const entry = (title: string, over: Readonly<Record<string, unknown>> = {}): Entry => ({
  title,
  url: `${HOOKS}/${title.toLowerCase().replaceAll(' ', '-')}`,
  type: ['ORDER'],
  ...over,
});

const ALL = ['Orders', 'Users', 'Tax forms', 'Legacy orders'].map((title) => entry(title));
const [ORDERS, USERS, TAX, LEGACY] = ALL as [Entry, Entry, Entry, Entry];
/** The same on the tenant, as it is there before. */
const SEED = ALL.map((each) => ({ title: each.title, url: String(each['url']), type: ['ORDER'], enabled: true }));
const FIRST = { subject: 'Add the hooks of trading', author: 'Ada Lovelace', entries: ALL };

describeInBrowser('the status page', (browser) => {
  describe('of a daemon whose page stays open', () => {
    let stage: Stage;
    let opened: OpenPage;

    beforeAll(async () => {
      stage = await Stage.set({ commits: [FIRST], env: { UPVEST_RETRIES: '0' } });
      opened = await browser().open(stage.url);
    });
    beforeEach(async () => {
      stage.tenant.sandbox.clearFaults();
      const id = await stage.commit({ subject: 'As it is meant', author: 'Ada Lovelace', entries: ALL });
      await opened.until(new RegExp(`In sync with ${id}`));
    });
    afterAll(async () => {
      await opened?.[Symbol.asyncDispose]();
      await stage?.[Symbol.asyncDispose]();
    });

    it('says that the tenant is as git says, by which commit, and since when', async () => {
      await expectAnswers(opened, {
        isItInSync: /^.*In sync with [0-9a-f]{7} .?As it is meant/,
        sinceWhen: /since \d\d:\d\d/,
        whatDiffers: /In sync 4/,
        whoseDoing: /As it is meant.?, Ada Lovelace/,
        whatIsNext: /next look in \d+ s/,
      });
      await expectSound(opened);
    });

    it('says what the API refuses, and whose commit asked for it', async () => {
      stage.tenant.sandbox.fault({
        on: 'PATCH *',
        title: 'Orders',
        times: 'always',
        effect: { kind: 'answer', status: 422 },
      });
      const entries = [{ ...ORDERS, url: `${HOOKS}/v2/orders` }, USERS, TAX, LEGACY];
      const id = await stage.commit({ subject: 'Move the orders', author: 'Grace Hopper', entries });
      await expectAnswers(
        opened,
        {
          isItInSync: /1 of 4 differs?: 1 failed/,
          sinceWhen: /Failed .*\d\d:\d\d/,
          whatDiffers: /Orders.* url/,
          whoseDoing: new RegExp(`Grace Hopper.*${id}`),
          whatIsNext: /tried again/,
        },
        'Orders',
      );
      await expectSound(opened);
    });

    it('says which removals are withheld, who removed the entries, and how to have them deleted', async () => {
      const id = await stage.commit({ subject: 'Clean up', author: 'Mallory', entries: [ORDERS, USERS] });
      await expectAnswers(
        opened,
        {
          isItInSync: /2 of 4 differ: 2 withheld by max-deletes/,
          sinceWhen: /Withheld .*\d\d:\d\d/,
          whatDiffers: /Legacy orders.*Tax forms/,
          whoseDoing: new RegExp(`Mallory.*${id}`),
          whatIsNext: /state: absent.*policy\.maxDeletes/,
        },
        'Tax forms',
      );
      await expectSound(opened);
    });

    it('says where the files have an error, that the rest is in sync, and what waits for it', async () => {
      const entries = [...ALL, { ...entry('New'), tittle: 'New' }];
      await stage.commit({ subject: 'Add a new one', author: 'Linus', entries });
      await expectAnswers(
        opened,
        {
          isItInSync: /1 error in git:.* 4 of \d/,
          sinceWhen: /since \d\d:\d\d|Failed .*\d\d:\d\d/,
          whatDiffers: /webhooks\.yaml:5:\d+.*tittle/,
          whoseDoing: /Linus/,
          whatIsNext: /wait until/,
        },
        'New',
      );
      await expectSound(opened);
    });

    it('shows what somebody changed on the tenant, and that it was put back', async () => {
      stage.tenant.sandbox.edit('Users', { enabled: false });
      await stage.daemon.reconcile();
      const text = await opened.until(/Put back Users/);
      expect(text).toMatch(/Put back Users enabled/);
      expect(text).toMatch(/somebody on the tenant/);
    });

    it('says that the API is down, since when, what it was last seen as, and which commit waits', async () => {
      stage.tenant.sandbox.fault({ on: '* *', times: 'always', effect: { kind: 'answer', status: 503 } });
      const entries = [{ ...ORDERS, url: `${HOOKS}/v3/orders` }, USERS, TAX, LEGACY];
      const id = await stage.commit({ subject: 'Move the orders again', author: 'Grace Hopper', entries });
      await expectAnswers(opened, {
        isItInSync: /Failing: API down since \d\d:\d\d; last seen in sync with/,
        sinceWhen: /API down since \d\d:\d\d/,
        whatDiffers: /503/,
        whoseDoing: new RegExp(`Commit ${id} Move the orders again by Grace Hopper waits`),
        whatIsNext: /Next try in \d/,
      });
      expect(await opened.text()).toMatch(/Was in sync/);
      await expectSound(opened);
    });

    it('says that the credentials are refused, and which settings to look at', async () => {
      stage.tenant.sandbox.fault({
        on: 'POST /auth/token',
        times: 'always',
        effect: { kind: 'answer', status: 401 },
      });
      stage.tenant.sandbox.expireTokens();
      await stage.daemon.reconcile();
      await expectAnswers(opened, {
        isItInSync: /Failing: credentials refused since \d\d:\d\d/,
        sinceWhen: /credentials refused since \d\d:\d\d/,
        whatDiffers: /last seen in sync with/,
        whoseDoing: /api\.clientSecretFile/,
        whatIsNext: /Next try in \d/,
      });
      await expectSound(opened);
    });
  });

  it('of mode observe says what drifted, between which looks, and that nothing is changed', async () => {
    await using stage = await Stage.set({ commits: [FIRST], seed: SEED, env: { RECONCILER_MODE: 'observe' } });
    stage.tenant.sandbox.edit('Orders', { url: 'https://old.example.net/orders' });
    await stage.daemon.reconcile();
    await using opened = await browser().open(stage.url);
    await expectAnswers(
      opened,
      {
        isItInSync: /Observing: 1 of 4 differs? from [0-9a-f]{7} .*; mode observe changes nothing/,
        sinceWhen: /\d\d:\d\d – \d\d:\d\d|between \d\d:\d\d/,
        whatDiffers: /old\.example\.net.*other host/,
        whoseDoing: /somebody on the tenant/,
        whatIsNext: /mode observe changes nothing/,
      },
      'Orders',
    );
    expect(await opened.page.getByRole('button', { name: 'Look now' }).isVisible()).toBe(true);
    await expectSound(opened);
  });

  it('of a tenant in a freeze window says until when, what waits, and whose it is', async () => {
    const freeze = [{ start: '0 0 * * *', duration: '24h' }];
    await using stage = await Stage.set({ commits: [FIRST], seed: SEED, config: { schedule: { freeze } } });
    const entries = [{ ...ORDERS, url: `${HOOKS}/v2/orders` }, USERS, TAX, LEGACY];
    const id = await stage.commit({ subject: 'Move the orders', author: 'Grace Hopper', entries });
    await using opened = await browser().open(stage.url);
    await expectAnswers(
      opened,
      {
        isItInSync: /Frozen until .*\d\d:\d\d: 1 change waits/,
        sinceWhen: /Pending .*\d\d:\d\d/,
        whatDiffers: /Orders.* url/,
        whoseDoing: new RegExp(`Grace Hopper.*${id}`),
        whatIsNext: /first pass after the window .* next in \d+ s/,
      },
      'Orders',
    );
    await expectSound(opened);
  });

  it('of a standby says who leads, what it sees, and when it takes over', async () => {
    await using server = await ApiServer.start();
    const spec = {
      holderIdentity: 'another-pod',
      leaseDurationSeconds: 3600,
      renewTime: new Date().toISOString().replace('Z', '000Z'),
    };
    const metadata = { name: 'webhook-reconciler' };
    server.objects.create(LEASES, 'payments', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    await using stage = await Stage.set({ commits: [FIRST], cluster: server });
    await using opened = await browser().open(stage.url);
    await expectAnswers(opened, {
      isItInSync: /Standby: another-pod leads, this instance only looks/,
      sinceWhen: /\d\d:\d\d/,
      whatDiffers: /4 of 4|Pending 4/,
      whoseDoing: /Ada Lovelace/,
      whatIsNext: /takes over/,
    });
    expect(await opened.page.getByRole('button', { name: 'Look now' }).isVisible()).toBe(true);
    await expectSound(opened);
  });
});
