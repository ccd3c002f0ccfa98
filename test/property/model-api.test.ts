/** The model of the API, which sequences of passes are tested against, behaves as documented. */
import { describe, expect, it } from 'vitest';
import { CALM, ModelApi, PLAIN, type Rewrite } from '../support/model-api.ts';
import { ModelledPasses } from '../support/modelled-passes.ts';
import { desired } from '../support/subscriptions.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const ORDERS = { title: 'Orders', url: 'https://hooks.example.com/orders' };
const UPDATE = { ...ORDERS, type: ['ALL'], enabled: true, config: {} };

function model(traits: Partial<typeof PLAIN> = {}) {
  const clock = new VirtualClock();
  return { clock, api: new ModelApi(clock, { ...PLAIN, ...traits }) };
}

describe('a model of the API', () => {
  it('shows a new subscription to listings, reads and changes after a time of its own each', async () => {
    const { clock, api } = model();
    api.faults = { ...CALM, lag: { listing: 1_000, read: 2_000, change: 3_000 } };
    const { id } = (await api.createWebhook(ORDERS)).value;
    const seen = async () => [
      (await api.listWebhooks()).items.length,
      (await api.getWebhook(id)) !== undefined,
      (await api.updateWebhook(id, UPDATE)).value !== 'absent',
    ];
    expect(await seen()).toEqual([0, false, false]);
    clock.advance(1_000);
    expect(await seen()).toEqual([1, false, false]);
    clock.advance(1_000);
    expect(await seen()).toEqual([1, true, false]);
    clock.advance(1_000);
    expect(await seen()).toEqual([1, true, true]);
  });

  it('shows an update and a delete late as well', async () => {
    const { clock, api } = model();
    const id = api.seed(ORDERS, 60_000);
    api.faults = { ...CALM, lag: { listing: 0, read: 5_000, change: 0 } };
    await api.updateWebhook(id, { ...UPDATE, title: 'People' });
    expect(await api.getWebhook(id)).toMatchObject({ title: 'Orders' });
    await api.deleteWebhook(id);
    clock.advance(4_970);
    expect(await api.getWebhook(id)).toMatchObject({ title: 'People' });
    clock.advance(5_000);
    expect(await api.getWebhook(id)).toBeUndefined();
  });

  it('has a second replica that does not lag', async () => {
    const { api } = model();
    api.faults = { ...CALM, replicas: true, lag: { listing: 60_000, read: 60_000, change: 60_000 } };
    await api.createWebhook(ORDERS);
    const counts = [await api.listWebhooks(), await api.listWebhooks()].map(({ items }) => items.length);
    expect(counts).toEqual([0, 1]);
  });

  it.each<[Rewrite, string, string]>([
    ['lower', 'Orders', 'orders'],
    ['cut', 'A title that is longer than it may be', 'A title that is longer than it m'],
    ['escape', 'Fish & chips', 'Fish &amp; chips'],
    ['dashes', 'orders_prod', 'orders-prod'],
    ['nfkc', 'ﬁrst', 'first'],
    ['ascii', 'Übersicht', 'bersicht'],
  ])('stores a title otherwise than it was sent: %s', async (rewrite, sent, stored) => {
    const { api } = model({ rewrites: [rewrite] });
    expect((await api.createWebhook({ ...ORDERS, title: sent })).value.title).toBe(stored);
    expect(api.sent).toMatchObject([{ title: sent }]);
  });

  it('refuses what it does not accept', async () => {
    const refusals = [{ title: 'Orders', status: 423, of: 'update' }] as const;
    const { api } = model({ refusals, capacity: 2, uniqueUrls: true });
    const { id } = (await api.createWebhook(ORDERS)).value;
    await expect(api.updateWebhook(id, UPDATE)).rejects.toMatchObject({ status: 423, outcome: 'refused' });
    await expect(api.createWebhook({ ...ORDERS, title: 'Other' })).rejects.toMatchObject({ status: 409 });
    api.seed({ title: 'Other', url: 'https://hooks.example.com/other' });
    await expect(api.createWebhook({ title: 'Third', url: 'https://a.tld/' })).rejects.toMatchObject({ status: 422 });
  });

  it('loses answers, and carries out what it does not answer, or not', async () => {
    const { api } = model();
    api.faults = { ...CALM, lost: ['done', 'undone', undefined] };
    await expect(api.createWebhook(ORDERS)).rejects.toMatchObject({ outcome: 'unknown' });
    await expect(api.createWebhook(ORDERS)).rejects.toMatchObject({ outcome: 'unknown' });
    await api.createWebhook(ORDERS);
    expect(api.sent).toHaveLength(2);
  });
});

describe('passes over a model', () => {
  it('make the tenant equal to the files, and then change nothing more', async () => {
    const passes = new ModelledPasses();
    passes.api.seed({ title: 'Old', url: 'https://hooks.example.com/old' }, 3_600_000);
    passes.commit({ desired: [desired(ORDERS), desired({ title: 'Users', url: 'https://hooks.example.com/users' })] });
    expect((await passes.pass()).report.result).toBe('converged');
    expect(passes.api.tenant.map(({ title, enabled }) => [title, enabled])).toEqual([
      ['Orders', true],
      ['Users', true],
    ]);
    expect(await passes.pass()).toMatchObject({ writes: [], report: { result: 'converged' } });
  });

  it('take as long as their longest wait, because waits overlap', async () => {
    const { clock, api } = model();
    api.faults = { ...CALM, lag: { listing: 100, read: 100, change: 100 } };
    const began = clock.uptime();
    await Promise.all([clock.sleep(500), clock.sleep(2_000), clock.sleep(1_000)]);
    expect(clock.uptime() - began).toBe(2_000);
  });
});
