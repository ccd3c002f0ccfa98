import { describe, expect, it } from 'vitest';
import { COMMAND_PATIENCE_MS } from '../../../src/reconcile/pass.ts';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const hook = (name: string) => desired({ title: name, url: `https://hooks.example.com/${name}` });
const THREE = ['a', 'b', 'c'].map(hook);

describe('a subscription that was answered with an id exists', () => {
  it.each([0.25, 1, 10, 14])('though no read and no update knows it for %d s', async (readLagSeconds) => {
    await using passes = await Passes.over([], { switches: { readLagSeconds } });
    expect((await passes.pass(THREE)).report.result).toBe('converged');
    expect(passes.sandbox.subscriptions().map(({ title, enabled }) => [title, enabled])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });

  it('though a second commit comes a second later, and reads lag by two', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 2 } });
    await passes.pass(THREE.slice(0, 2), { policy: { owns: [] } });
    passes.clock.advance(1_000);
    expect((await passes.pass(THREE, { policy: { owns: [] } })).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['all', 'all' as const],
    ['nothing', [] as const],
  ])('though one of two replicas is four seconds behind, where %s is owned', async (_, owns) => {
    await using passes = await Passes.over([], { switches: { replicaLagSeconds: 4 } });
    const four = [...THREE, hook('d')];
    for (let n = 0; n < 6; n += 1) {
      await passes.pass(four, { policy: { owns } });
      passes.clock.advance(1_000);
    }
    expect(passes.titles()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('for a minute: one that takes longer to be enabled is pending, and the next pass goes on', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 40 } });
    const first = await passes.pass(THREE);
    expect(first).toMatchObject({
      again: 'later',
      report: { result: 'incomplete', changes: { create: 3, enable: 0 } },
    });
    expect(first.snapshot?.subscriptions).toMatchObject(
      THREE.map(({ title }) => ({
        title,
        state: 'Pending',
        error: { message: expect.stringContaining('404 for 15 s') },
      })),
    );
    passes.clock.advance(5_000);
    await passes.pass(THREE);
    passes.clock.advance(5_000);
    expect((await passes.pass(THREE)).report).toMatchObject({ result: 'converged' });
    expect(passes.titles()).toEqual(['a', 'b', 'c']);
  });

  it('in a command, which has no next pass, for as long as a read may lag', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 45 } });
    const pass = await passes.pass(THREE, { patienceMs: COMMAND_PATIENCE_MS });
    expect(pass.report.result).toBe('converged');
  });

  it('in a command, and is left to the next one where it is not known by then: never created twice', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 70 } });
    const pass = await passes.pass(THREE, { patienceMs: COMMAND_PATIENCE_MS });
    expect(pass).toMatchObject({ again: 'later', report: { result: 'incomplete' } });
    expect(pass.snapshot?.subscriptions[0]).toMatchObject({
      state: 'Pending',
      error: { message: expect.stringContaining('404 for 60 s') },
    });
    expect(passes.sandbox.count('POST /webhooks')).toBe(3);
  });

  it('without further requests in the ordinary case: eight for three creates of which one is disabled', async () => {
    await using passes = await Passes.over();
    const [a, b, c] = THREE;
    expect((await passes.pass([a!, b!, { ...c!, enabled: false }])).report).toMatchObject({ requests: 8 });
  });

  it('and is not deleted because no read shows it', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 5 } });
    await passes.pass(THREE);
    expect((await passes.pass(THREE)).report).toMatchObject({ result: 'converged', changes: { create: 0, delete: 0 } });
  });

  it('and can be deleted by the next commit before any read shows it', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 20 } });
    await passes.pass(THREE.map((one) => ({ ...one, enabled: false })));
    expect((await passes.pass([], { policy: { allowEmpty: true }, patienceMs: 60_000 })).report.result).toBe(
      'converged',
    );
    expect(passes.titles()).toEqual([]);
  });

  it('and one that we deleted is gone, though it is still listed', async () => {
    await using passes = await Passes.over([{ title: 'Old', url: 'https://hooks.example.com/old', enabled: true }]);
    passes.clock.advance(60_000);
    passes.sandbox.set({ listingLagSeconds: 30 });
    await passes.pass(THREE.slice(0, 1));
    expect(passes.titles()).toEqual(['a']);
    passes.clock.advance(1_000);
    expect((await passes.pass(THREE.slice(0, 1))).report).toMatchObject({ result: 'converged', requests: 1 });
  });
});

describe('all creates', () => {
  it('are sent before any is enabled', async () => {
    await using passes = await Passes.over();
    await passes.pass(THREE);
    const writes = passes.sandbox.requests.map(({ method }) => method).filter((method) => method !== 'GET');
    expect(writes.join(' ')).toMatch(/POST POST POST PATCH PATCH PATCH$/);
  });

  it('go on while one waits to be looked for', async () => {
    await using passes = await Passes.over([{ title: 'd', url: 'https://hooks.example.com/old', enabled: true }]);
    passes.sandbox.fault({ on: 'POST /webhooks', title: 'a', effect: { kind: 'cut', carriedOut: true } });
    await passes.pass([...THREE, hook('d')]);
    const [, look] = passes.sandbox.requests.filter(({ method, route }) => `${method} ${route}` === 'GET /webhooks');
    const after = passes.sandbox.requests.slice(passes.sandbox.requests.indexOf(look!));
    expect(after.map(({ method }) => method)).not.toContain('POST');
    expect(passes.titles()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('duplicates that equal what is kept', () => {
  it('are deleted without a loss: one pass cleans up six entries that are each twice on the tenant', async () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map(hook);
    const seed = [...six, ...six].map(({ title, url }) => ({ title, url, enabled: true }));
    await using passes = await Passes.over(seed);
    const pass = await passes.pass(six, { policy: { maxDeletes: { count: 1 } } });
    expect(pass.report).toMatchObject({ result: 'converged', changes: { delete: 6 }, withheld: [] });
    expect(passes.titles()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('that a restart within the lag has made are deleted without approval', async () => {
    await using passes = await Passes.over([], { switches: { readLagSeconds: 10 } });
    await passes.pass(THREE);
    passes.sandbox.set({ readLagSeconds: 30 });
    passes.restart();
    await passes.pass(THREE);
    expect(passes.titles()).toHaveLength(6);
    for (let n = 0; n < 3; n += 1) {
      passes.clock.advance(60_000);
      await passes.pass(THREE, { policy: { maxDeletes: { count: 1 } } });
    }
    expect(passes.titles()).toEqual(['a', 'b', 'c']);
  });
});

describe('a subscription that vanishes though it was not deleted here', () => {
  it('is created again, and the plan names the former id', async () => {
    await using passes = await Passes.over();
    await passes.pass(THREE);
    const [gone] = passes.sandbox.subscriptions();
    passes.clock.advance(120_000);
    passes.sandbox.remove('a');
    await passes.pass(THREE);
    expect(passes.changes.findLast(({ action }) => action === 'create')).toMatchObject({
      title: 'a',
      because: expect.stringContaining(gone?.id ?? '-'),
    });
  });

  it('a second time in a row is not created again at once, but ever more rarely', async () => {
    await using passes = await Passes.over([], { switches: { vanishAfterSeconds: 90 } });
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await passes.pass([hook('a')]);
      passes.clock.advance(60_000);
    }
    expect(passes.sandbox.count('POST /webhooks')).toBeLessThan(12);
    const pass = await passes.pass([hook('a')]);
    expect(['NotConverging', 'InSync']).toContain(pass.snapshot?.subscriptions[0]?.state);
  });
});
