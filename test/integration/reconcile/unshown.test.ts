import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const hook = (name: string) => desired({ title: name, url: `https://hooks.example.com/${name}` });
const [A, B] = [hook('a'), hook('b')];

describe('a subscription that was answered with an id and is deleted by another client', () => {
  it('no longer stands: nothing is pruned until it is shown or created again', async () => {
    await using passes = await Passes.over([{ ...B, config: {} }]);
    await passes.pass([A, B]);
    passes.sandbox.remove('a');
    passes.clock.advance(30_000);
    const { report } = await passes.pass([A]);
    expect(passes.titles()).toEqual(['b']);
    expect(report.withheld).toMatchObject([
      { guard: 'unfinished', deletes: 1, howToLift: expect.stringContaining('is not shown by the API') },
    ]);
    passes.clock.advance(40_000);
    expect((await passes.pass([A])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['a']);
  });

  it('is created again once the minute is over, though passes have relied on it meanwhile', async () => {
    await using passes = await Passes.over();
    await passes.pass([A]);
    passes.sandbox.remove('a');
    for (const titles of [[], ['a']]) {
      passes.clock.advance(35_000);
      await passes.pass([A]);
      expect(passes.titles()).toEqual(titles);
    }
  });

  it('is not a reason to delete another one of its title', async () => {
    await using passes = await Passes.over([
      { ...A, enabled: false, config: {} },
      { ...A, enabled: true, config: {} },
    ]);
    const { sandbox } = passes;
    const [first] = sandbox.subscriptions();
    // The delete happens after the update, and just before the read by id.
    sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      effect: { kind: 'meanwhile', delete: { id: String(first?.id) } },
    });
    await passes.pass([{ ...A, id: String(first?.id), config: { delay: '7s' } }]);
    expect(passes.titles()).toEqual(['a']);
  });
});

it('a subscription that was created and is refused its second half is not created again', async () => {
  await using passes = await Passes.over([{ ...B, config: {} }]);
  passes.sandbox.fault({ on: 'PATCH *', title: 'a', times: 'always', effect: { kind: 'answer', status: 409 } });
  // Another write succeeds after that.
  await passes.pass([A, { ...B, config: { delay: '7s' } }]);
  expect(passes.titles()).toEqual(['a', 'b']);
  expect(passes.sandbox.count('POST /webhooks')).toBe(1);
});
