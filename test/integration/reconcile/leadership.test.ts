import { describe, expect, it } from 'vitest';
import type { WritePermit } from '../../../src/base/write-permit.ts';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const ORDERS = desired({ title: 'Orders', url: 'https://hooks.example.com/orders' });
const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users' });

/** A write permit that ends when the test says so. */
class Rule implements WritePermit {
  #term: AbortController | undefined = new AbortController();

  barred(): string | undefined {
    return this.#term ? undefined : 'the lease is not ours';
  }

  term(): AbortSignal | undefined {
    return this.#term?.signal;
  }

  /** `quietly`: without a notice, as where a process is stopped. */
  end(quietly = false): void {
    const ended = this.#term;
    this.#term = undefined;
    if (!quietly) ended?.abort(new Error('the lease is not ours any more'));
  }

  begin(): void {
    this.#term = new AbortController();
  }
}

describe('a standby', () => {
  it('plans what is to be done, and carries out none of it', async () => {
    const writePermit = new Rule();
    writePermit.end();
    await using passes = await Passes.over([{ title: 'Old', url: 'https://hooks.example.com/old' }], { writePermit });
    const { report, snapshot } = await passes.pass([ORDERS]);
    expect(report).toMatchObject({ result: 'observed', changes: { create: 0, delete: 0 } });
    expect(snapshot?.subscriptions).toMatchObject([
      { title: 'Orders', state: 'Pending' },
      { title: 'Old', state: 'Pending' },
    ]);
    expect(passes.history()).toEqual([]);
    expect(passes.sandbox.requests.every(({ scope = '' }) => !scope.includes('webhooks:admin'))).toBe(true);
  });

  it('carries it out in the first pass in which it leads', async () => {
    const writePermit = new Rule();
    writePermit.end();
    await using passes = await Passes.over([], { writePermit });
    await passes.pass([ORDERS]);
    writePermit.begin();
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.history()).toEqual(['create Orders', 'update Orders']);
  });
});

describe('a term that ends in the middle of a plan', () => {
  it.each([
    ['with a notice of its end', false],
    ['without a notice', true],
  ])(
    'ends the plan %s: the remaining actions are neither done nor failed, and the next pass begins at once',
    async (_how, quietly) => {
      const writePermit = new Rule();
      await using passes = await Passes.over([], { writePermit, api: { concurrency: 1 } });
      passes.onChange = () => writePermit.end(quietly);
      const { report, again, snapshot } = await passes.pass([ORDERS, USERS]);
      expect(passes.history()).toEqual(['create Orders']);
      expect(report).toMatchObject({ result: 'incomplete', changes: { create: 1, enable: 0 } });
      expect(snapshot?.subscriptions.map(({ state }) => state)).toEqual(['Pending', 'Pending']);
      expect(again).toBe('at-once');
    },
  );

  it('does not have its plan carried out in the next term', async () => {
    const writePermit = new Rule();
    await using passes = await Passes.over([], { writePermit, api: { concurrency: 1 } });
    passes.onChange = () => {
      writePermit.end();
      writePermit.begin();
    };
    await passes.pass([ORDERS, USERS]);
    expect(passes.history()).toEqual(['create Orders']);
  });
});

describe('an instance that takes over', () => {
  it('finds what the leader before created last, though listings do not show it yet', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 10 } });
    await passes.pass([ORDERS]);
    passes.takeOver();
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.titles()).toEqual(['Orders']);
    expect(passes.changes.at(-1)).toMatchObject({
      action: 'create',
      because: 'found: the instance that led before had created it',
    });
  });

  it('creates what two looks have not found', async () => {
    await using passes = await Passes.over([], { switches: { listingLagSeconds: 10 } });
    const began = passes.clock.uptime();
    passes.takeOver();
    expect((await passes.pass([ORDERS])).report.result).toBe('converged');
    expect(passes.history()).toEqual(['create Orders', 'update Orders']);
    expect(passes.clock.uptime() - began).toBe(15_000);
  });

  it('no longer waits once the time has passed in which a listing may lag', async () => {
    await using passes = await Passes.over();
    passes.takeOver();
    passes.clock.advance(60_001);
    const began = passes.clock.uptime();
    await passes.pass([ORDERS]);
    expect(passes.clock.uptime()).toBe(began);
  });
});
