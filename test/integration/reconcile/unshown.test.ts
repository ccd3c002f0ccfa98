import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const hook = (name: string) => desired({ title: name, url: `https://hooks.example.com/${name}` });
const [A, B] = [hook('a'), hook('b')];

describe('what was answered with an id, and is deleted by others', () => {
  it('stands no longer: nothing is pruned until it is shown again or created anew', async () => {
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

  it('is created anew once the minute is over, though passes have counted on it meanwhile', async () => {
    await using passes = await Passes.over();
    await passes.pass([A]);
    passes.sandbox.remove('a');
    for (const titles of [[], ['a']]) {
      passes.clock.advance(35_000);
      await passes.pass([A]);
      expect(passes.titles()).toEqual(titles);
    }
  });

  it('is no reason to delete another of its title', async () => {
    await using passes = await Passes.over([
      { ...A, enabled: false, config: {} },
      { ...A, enabled: true, config: {} },
    ]);
    const { sandbox } = passes;
    const [first] = sandbox.subscriptions();
    // As soon as it has been updated, and just before it is looked up.
    sandbox.fault({
      on: 'GET /webhooks/{webhook_id}',
      effect: { kind: 'meanwhile', delete: { id: String(first?.id) } },
    });
    await passes.pass([{ ...A, id: String(first?.id), config: { delay: '7s' } }]);
    expect(passes.titles()).toEqual(['a']);
  });
});

it('what was created and is refused its second half is not created again', async () => {
  await using passes = await Passes.over([{ ...B, config: {} }]);
  passes.sandbox.fault({ on: 'PATCH *', title: 'a', times: 'always', effect: { kind: 'answer', status: 409 } });
  // Something else goes through after that.
  await passes.pass([A, { ...B, config: { delay: '7s' } }]);
  expect(passes.titles()).toEqual(['a', 'b']);
  expect(passes.sandbox.count('POST /webhooks')).toBe(1);
});
