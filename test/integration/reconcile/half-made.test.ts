import { describe, expect, it } from 'vitest';
import { COMMAND_PATIENCE_MS } from '../../../src/reconcile/pass.ts';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const hook = (name: string) => desired({ title: name, url: `https://hooks.example.com/${name}` });
const there = (title: string) => ({ title, url: `https://hooks.example.com/${title}`, enabled: true });
const tombstone = (title: string) => ({ title, source: { file: 'webhooks.yaml', line: 1, column: 1 } });

/** Refuses to enable what was created. */
const refuseToEnable = (passes: Passes, title: string, status: number) =>
  passes.sandbox.fault({
    on: 'PATCH /webhooks/{webhook_id}',
    title,
    times: 'always',
    effect: { kind: 'answer', status },
  });

describe('a subscription that was created and could not be enabled', () => {
  it.each([409, 422])('(%i) is not created again, whatever was removed since', async (status) => {
    await using passes = await Passes.over([there('Old')]);
    refuseToEnable(passes, 'a', status);
    await passes.pass([hook('a')], { tombstones: [tombstone('Old')] });
    expect(passes.titles()).toEqual(['a']);
  });

  it('is shown as observed, with its id and what is missing', async () => {
    await using passes = await Passes.over();
    refuseToEnable(passes, 'a', 423);
    const { snapshot } = await passes.pass([hook('a')]);
    const [a] = passes.sandbox.subscriptions();
    expect(snapshot?.subscriptions).toMatchObject([
      { state: 'Failed', id: a?.id, enabled: false, differs: [{ field: 'enabled' }] },
    ]);
  });

  it('because the pass was dropped is shown with its id', async () => {
    await using passes = await Passes.over();
    passes.onChange = () => passes.moveCheckout();
    const { snapshot, again } = await passes.pass([hook('a')]);
    const [a] = passes.sandbox.subscriptions();
    expect(again).toBe('at-once');
    expect(snapshot?.subscriptions).toMatchObject([{ state: 'Pending', id: a?.id, differs: [{ field: 'enabled' }] }]);
  });

  it('and vanishes each time is not created for ever', async () => {
    await using passes = await Passes.over([], { switches: { vanishAfterSeconds: 1, readLagSeconds: 5 } });
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await passes.pass([hook('a')]);
      passes.clock.advance(60_000);
    }
    expect(passes.sandbox.count('POST /webhooks')).toBeLessThan(12);
  });

  it('in a command is pending, however long no read shows it', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 200 } });
    passes.onChange = () => passes.clock.advance(100);
    const pass = await passes.pass([hook('a')], { patienceMs: COMMAND_PATIENCE_MS });
    expect(pass).toMatchObject({ again: 'later', snapshot: { subscriptions: [{ state: 'Pending' }] } });
  });
});

describe('a create that had to wait for the outcomes of others', () => {
  it('is enabled before anything is deleted', async () => {
    await using passes = await Passes.over([there('Old')]);
    for (const title of ['a', 'b', 'c']) {
      passes.sandbox.fault({ on: 'POST /webhooks', title, effect: { kind: 'cut', carriedOut: true } });
    }
    await passes.pass(['a', 'b', 'c', 'd', 'e'].map(hook), { tombstones: [tombstone('Old')] });
    expect(passes.sandbox.subscriptions().map(({ enabled }) => enabled)).toEqual([true, true, true, true, true]);
    expect(passes.history().at(-1)).toBe('delete Old');
  });
});
