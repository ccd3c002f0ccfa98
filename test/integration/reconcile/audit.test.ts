/** What the record of a change says: which fields, from what to what, and who had made the difference. */
import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const url = 'https://hooks.example.com/orders';
const ORDERS = desired({ title: 'Orders', url });
/** Made before the checkout last changed. */
const OLD_TIMES = { created_at: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z' };

describe('the record of a change', () => {
  it('of a create has what was sent, and its second half what that changed', async () => {
    await using passes = await Passes.over();
    await passes.pass([ORDERS]);
    expect(passes.changes).toMatchObject([
      {
        action: 'create',
        origin: 'git',
        fields: [],
        changes: [
          { field: 'title', from: undefined, to: 'Orders' },
          { field: 'url', from: undefined, to: url },
        ],
      },
      {
        action: 'enable',
        origin: 'git',
        fields: ['enabled'],
        changes: [{ field: 'enabled', from: false, to: true }],
      },
    ]);
  });

  it('of an update that puts right what another client has changed says so', async () => {
    await using passes = await Passes.over();
    await passes.pass([ORDERS]);
    passes.clock.advance(120_000);
    passes.sandbox.edit('Orders', { enabled: false });
    passes.changes.splice(0);
    await passes.pass([ORDERS]);
    expect(passes.changes).toMatchObject([
      { action: 'enable', origin: 'remote', changes: [{ field: 'enabled', from: false, to: true }] },
    ]);
  });

  it('of an update that the checkout asks for says that too', async () => {
    await using passes = await Passes.over();
    await passes.pass([ORDERS]);
    passes.changes.splice(0);
    await passes.pass([{ ...ORDERS, url: `${url}/v2` }]);
    expect(passes.changes).toMatchObject([
      { action: 'update', origin: 'git', fields: ['url'], changes: [{ field: 'url', from: url, to: `${url}/v2` }] },
    ]);
  });

  it('of a create that makes a subscription again says which one is gone, and when it was last seen', async () => {
    await using passes = await Passes.over([{ title: 'Orders', url, enabled: true, ...OLD_TIMES }]);
    const [former] = passes.sandbox.subscriptions();
    await passes.pass([ORDERS]);
    const seenAt = new Date(passes.clock.now()).toISOString();
    passes.clock.advance(120_000);
    passes.sandbox.remove('Orders');
    await passes.pass([ORDERS]);
    expect(passes.changes[0]).toMatchObject({
      action: 'create',
      origin: 'remote',
      because: `${former?.id} is no longer on the tenant, and was not deleted here; it was last seen at ${seenAt}`,
    });
  });

  it('of a delete has all that is lost with the subscription', async () => {
    await using passes = await Passes.over([{ title: 'Old', url, ...OLD_TIMES }]);
    await passes.pass([], { policy: { allowEmpty: true } });
    expect(passes.changes).toMatchObject([
      {
        action: 'delete',
        origin: 'git',
        because: 'pruned',
        changes: expect.arrayContaining([{ field: 'url', from: url, to: undefined }]),
      },
    ]);
  });

  it('of a quarantine has that it is disabled', async () => {
    await using passes = await Passes.over([{ title: 'Old', url, enabled: true, ...OLD_TIMES }]);
    await passes.pass([], { policy: { allowEmpty: true, quarantineMs: 60_000 } });
    expect(passes.changes).toMatchObject([
      { action: 'update', origin: 'git', changes: [{ field: 'enabled', from: true, to: false }] },
    ]);
  });
});
