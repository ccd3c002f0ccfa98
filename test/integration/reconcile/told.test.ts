/** What the status tells of sequences of passes over a tenant that other clients change as well. */
import { describe, expect, it } from 'vitest';
import { Status } from '../../../src/daemon/status.ts';
import type { ChangeStatus, StatusDocument, SubscriptionDocument } from '../../../src/daemon/status-document.ts';
import type { SeedEntry } from '../../../src/sandbox/state/seed.ts';
import type { Desired, Tombstone } from '../../../src/subscription/subscription.ts';
import { FACTS } from '../../support/pass-ended.ts';
import { type PassOptions, Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const MINUTE = 60_000;
/** Longer than reads may lag, so that what they show is believed. */
const BETWEEN_PASSES = 2 * MINUTE;
const HOOK = 'https://hooks.example.com/orders';
const ORDERS = desired();
const SEED: SeedEntry = { title: 'Orders', url: HOOK, enabled: true };
const OLD: SeedEntry = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

/** Passes two minutes apart, told to a status. */
class ToldPasses implements AsyncDisposable {
  readonly passes: Passes;
  #status: Status;

  private constructor(passes: Passes) {
    this.passes = passes;
    this.#status = new Status({ clock: passes.clock });
    passes.onHappening = (happening) => this.#status.sink(happening);
  }

  static async over(...seed: readonly SeedEntry[]): Promise<ToldPasses> {
    return new ToldPasses(await Passes.over(seed));
  }

  get sandbox() {
    return this.passes.sandbox;
  }

  restart(): void {
    this.passes.restart();
    this.#status = new Status({ clock: this.passes.clock });
  }

  async pass(wanted: readonly Desired[], options: PassOptions = {}): Promise<Told> {
    const startedAt = this.passes.clock.now();
    this.#status.sink({ kind: 'pass-began', trigger: 'schedule', startedAt });
    const pass = await this.passes.pass(wanted, options);
    const endedAt = this.passes.clock.now();
    this.#status.sink({ kind: 'pass-ended', pass, endedAt });
    const document = JSON.parse(Buffer.concat(await this.#status.served(FACTS)).toString()) as StatusDocument;
    this.passes.clock.advance(BETWEEN_PASSES);
    const [one] = document.subscriptions;
    return { document, one, last: document.changes[0] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.passes[Symbol.asyncDispose]();
  }
}

interface Told {
  readonly document: StatusDocument;
  readonly one: SubscriptionDocument | undefined;
  readonly last: ChangeStatus | undefined;
}

const actions = ({ document }: Told) => document.changes.map(({ action, title }) => `${action} ${title}`).toReversed();

describe('a subscription that another client changes', () => {
  it('has drifted between the look before and this one, and is put back in the same pass', async () => {
    await using told = await ToldPasses.over(SEED);
    const before = await told.pass([ORDERS]);
    told.sandbox.edit('Orders', { enabled: false });
    const after = await told.pass([ORDERS]);
    expect(after.document.changes).toMatchObject([
      { action: 'enable', origin: 'remote', fields: [{ field: 'enabled', from: false, to: true }] },
      {
        action: 'drift',
        title: 'Orders',
        id: told.sandbox.subscriptions()[0]?.id,
        fields: [{ field: 'enabled', from: true, to: false }],
        between: { after: before.document.observedAt, before: expect.any(String) },
        revision: 'r1',
      },
    ]);
    expect(after.one).toMatchObject({ state: 'InSync', since: after.one?.lastChangeAt });
    expect(after.one?.since).not.toBe(before.one?.since);
    expect(after.one).not.toHaveProperty('drift');
    expect(after.document.inSyncSince).not.toBe(before.document.inSyncSince);
  });

  it('is told once while nothing may be put back, and stays drifted since the look that first saw it', async () => {
    await using told = await ToldPasses.over(SEED);
    const observe = { policy: { mode: 'observe' } } as const;
    const first = await told.pass([ORDERS], observe);
    told.sandbox.edit('Orders', { url: 'https://stranger.example.net/' });
    const second = await told.pass([ORDERS], observe);
    const third = await told.pass([ORDERS], observe);
    expect(actions(third)).toEqual(['drift Orders']);
    for (const { one } of [second, third]) {
      expect(one).toMatchObject({
        state: 'Drifted',
        origin: 'remote',
        since: second.document.observedAt,
        drift: { after: first.document.observedAt, before: second.last?.at },
      });
    }
    told.sandbox.edit('Orders', { url: HOOK });
    const fourth = await told.pass([ORDERS], observe);
    expect(fourth.one).toMatchObject({ state: 'InSync', since: fourth.document.observedAt, differs: [] });
    expect(fourth.document.inSyncSince).not.toBeNull();
  });

  it('is told again where it is changed further, between the looks of that change', async () => {
    await using told = await ToldPasses.over(SEED);
    const observe = { policy: { mode: 'observe' } } as const;
    await told.pass([ORDERS], observe);
    told.sandbox.edit('Orders', { enabled: false });
    const second = await told.pass([ORDERS], observe);
    told.sandbox.edit('Orders', { url: 'https://stranger.example.net/' });
    const third = await told.pass([ORDERS], observe);
    expect(actions(third)).toEqual(['drift Orders', 'drift Orders']);
    expect(third.one?.drift?.after).toBe(second.document.observedAt);
  });

  it('is in sync since then for a process that first looks later', async () => {
    await using told = await ToldPasses.over(SEED);
    await told.pass([ORDERS]);
    told.sandbox.edit('Orders', { enabled: false });
    await told.pass([ORDERS]);
    told.restart();
    const { document, one } = await told.pass([ORDERS]);
    const changedAt = new Date(told.sandbox.subscriptions()[0]?.updated_at ?? '').toISOString();
    expect(one).toMatchObject({ state: 'InSync', since: changedAt });
    expect(one).not.toHaveProperty('sinceIsAtLeast');
    expect(document).toMatchObject({ inSyncSince: one?.since, changes: [] });
  });
});

describe('a subscription that another client moves out of what is owned', () => {
  const policy = { policy: { owns: [{ url: 'https://hooks.example.com/*' }] } };
  const STRANGER = 'https://stranger.example.net/';

  it('is in conflict by the doing of that client, between two looks, until it is moved back', async () => {
    await using told = await ToldPasses.over(SEED);
    const before = await told.pass([ORDERS], policy);
    told.sandbox.edit('Orders', { url: STRANGER });
    const second = await told.pass([ORDERS], policy);
    const third = await told.pass([ORDERS], policy);
    const differs = { field: 'url', from: HOOK, to: STRANGER };
    for (const { one, document } of [second, third]) {
      expect(one).toMatchObject({
        state: 'Conflict',
        origin: 'remote',
        drift: { after: before.document.observedAt, before: second.last?.at },
        differs: [{ field: 'url', from: STRANGER, to: HOOK }],
      });
      expect(document.changes).toMatchObject([
        { action: 'drift', title: 'Orders', origin: 'remote', fields: [differs] },
      ]);
    }
    told.sandbox.edit('Orders', { url: HOOK });
    const after = await told.pass([ORDERS], policy);
    expect(after.one).toMatchObject({ state: 'InSync' });
    expect(after.one).not.toHaveProperty('origin');
    told.sandbox.edit('Orders', { url: STRANGER });
    expect(actions(await told.pass([ORDERS], policy))).toEqual(['drift Orders', 'drift Orders']);
  });

  it('is nobody’s doing where this process has not seen it otherwise, or where git has moved its entry', async () => {
    await using told = await ToldPasses.over({ ...SEED, url: STRANGER });
    const first = await told.pass([ORDERS], policy);
    expect(first.one).toMatchObject({ state: 'Conflict' });
    expect(first.one).not.toHaveProperty('origin');
    told.sandbox.edit('Orders', { url: HOOK });
    await told.pass([ORDERS], policy);
    const narrower = { policy: { owns: [{ url: 'https://elsewhere.example.com/*' }] } };
    const moved = await told.pass([desired({ url: 'https://elsewhere.example.com/' })], narrower);
    expect(moved.one).toMatchObject({ state: 'Conflict' });
    expect(moved.one).not.toHaveProperty('origin');
    expect(moved.document.changes).toEqual([]);
  });
});

describe('a subscription that another client deletes', () => {
  it('has drifted from all that was wanted of it, and is created anew', async () => {
    await using told = await ToldPasses.over(SEED);
    await told.pass([ORDERS]);
    const id = told.sandbox.subscriptions()[0]?.id;
    told.sandbox.remove('Orders');
    const after = await told.pass([ORDERS]);
    expect(actions(after)).toEqual(['drift Orders', 'create Orders', 'enable Orders']);
    expect(after.document.changes.at(-1)).toMatchObject({
      id,
      fields: [
        { field: 'title', from: 'Orders', to: null },
        { field: 'url', from: HOOK, to: null },
        { field: 'enabled', from: true, to: null },
      ],
    });
    expect(after.one).toMatchObject({ state: 'InSync', since: after.one?.lastChangeAt });
  });
});

describe('an entry that is changed in git', () => {
  it('is no drift, but a change that is git’s doing', async () => {
    await using told = await ToldPasses.over(SEED);
    await told.pass([ORDERS]);
    const after = await told.pass([desired({ url: 'https://hooks.example.com/new' })]);
    expect(after.document.changes).toMatchObject([{ action: 'update', origin: 'git' }]);
  });

  it('has adopted what was not owned until then, once', async () => {
    await using told = await ToldPasses.over({ ...SEED, enabled: false });
    const policy = { owns: [{ title: 'Mine' }] } as const;
    const first = await told.pass([ORDERS], { policy });
    expect(actions(first)).toEqual(['enable Orders', 'adopt Orders']);
    expect(first.one?.explanation).toContain('was adopted as policy.adopt allows');
    told.sandbox.edit('Orders', { enabled: false });
    expect(actions(await told.pass([ORDERS], { policy }))).toEqual([
      'enable Orders',
      'adopt Orders',
      'drift Orders',
      'enable Orders',
    ]);
  });

  it('lets other work go first between what it has adopted', async () => {
    const titles = Array.from({ length: 10 }, (_, n) => `Orders ${n}`);
    const url = (title: string) => `https://hooks.example.com/${title.at(-1)}`;
    await using passes = await Passes.over(titles.map((title) => ({ title, url: url(title), enabled: false })));
    let turns = 0;
    const count = () => setImmediate(() => void ((turns += 1), (next = count())));
    let next = count();
    const seen: number[] = [];
    passes.onHappening = ({ kind }) => {
      if (kind !== 'adopted') return;
      seen.push(turns);
      const from = performance.now();
      while (performance.now() - from < 15);
    };
    await passes.pass(
      titles.map((title) => desired({ title, url: url(title) })),
      { policy: { owns: [{ title: 'Mine' }] } },
    );
    clearImmediate(next);
    expect(new Set(seen).size).toBe(titles.length);
  });

  it('may have been adopted by an earlier process where nothing is owned', async () => {
    await using told = await ToldPasses.over({ ...SEED, enabled: false });
    expect(actions(await told.pass([ORDERS], { policy: { owns: [] } }))).toEqual(['enable Orders']);
  });
});

describe('an entry that is removed from git', () => {
  it('is withheld by every guard that holds it, told once, and is deleted once it is lifted', async () => {
    await using told = await ToldPasses.over(SEED, OLD);
    const wanted = [ORDERS, desired({ title: 'Old', url: OLD.url })];
    await told.pass(wanted);
    const held = { policy: { maxDeletes: { count: 0 } } } as const;
    const second = await told.pass([ORDERS], held);
    const third = await told.pass([ORDERS], held);
    for (const { document } of [second, third]) {
      expect(document.subscriptions[1]).toMatchObject({
        title: 'Old',
        state: 'Withheld',
        guards: ['max-deletes'],
        since: second.document.observedAt,
        explanation: expect.stringContaining('The guard max-deletes holds the delete'),
        lifts: [{ yaml: expect.stringContaining('state: absent') }, { yaml: expect.stringContaining('maxDeletes: 1') }],
      });
      expect(document.inSyncSince).toBeNull();
    }
    expect(third.document.changes).toMatchObject([{ action: 'withhold', title: 'Old', because: 'max-deletes' }]);
    const fourth = await told.pass([ORDERS]);
    expect(actions(fourth)).toEqual(['withhold Old', 'delete Old']);
    expect(fourth.document.inSyncSince).not.toBeNull();
  });

  it('is told to be in quarantine, and until when', async () => {
    await using told = await ToldPasses.over(SEED, OLD);
    await told.pass([ORDERS, desired({ title: 'Old', url: OLD.url })]);
    const after = await told.pass([ORDERS], { policy: { quarantineMs: 24 * 60 * MINUTE } });
    expect(actions(after)).toEqual(['quarantine Old']);
    const later = await told.pass([ORDERS], { policy: { quarantineMs: 24 * 60 * MINUTE } });
    expect(later.document.subscriptions[1]).toMatchObject({ state: 'Quarantined', until: expect.any(String) });
  });
});

describe('an entry in conflict with a subscription that is not owned', () => {
  const policy = { owns: [] };

  it('is named by that one, since the ways out are told of the entry alone', async () => {
    await using told = await ToldPasses.over({ ...SEED, title: 'Theirs' });
    const { document } = await told.pass([ORDERS], { policy });
    expect(document.unmanaged).toMatchObject([
      { title: 'Theirs', explanation: expect.stringContaining('The entry "Orders" is in conflict with it') },
    ]);
  });

  const tombstone = (id: string): Tombstone => ({ title: 'Theirs', id, source: ORDERS.source });

  it.each<readonly [string, Partial<SeedEntry>, (id: string) => readonly [Desired, Tombstone[]?], readonly string[]]>([
    ['takes it over', {}, (id) => [desired({ id })], ['Orders']],
    ['is created beside it', {}, (id) => [desired({ beside: [id] })], ['Orders', 'Theirs']],
    ['is created once that is deleted', {}, (id) => [desired(), [tombstone(id)]], ['Orders']],
    ['takes over one of its title', { title: 'Orders', url: OLD.url }, (id) => [desired({ id })], ['Orders']],
    [
      'is created beside one of its title',
      { title: 'Orders', url: OLD.url },
      (id) => [desired({ beside: [id] })],
      ['Orders', 'Orders'],
    ],
  ])('is told the ways out, and by that %s', async (_, theirs, edit, titles) => {
    await using told = await ToldPasses.over({ ...SEED, title: 'Theirs', ...theirs });
    const [{ id } = { id: '' }] = told.sandbox.subscriptions();
    const { one } = await told.pass([ORDERS], { policy });
    expect(one).toMatchObject({
      state: 'Conflict',
      explanation: expect.stringMatching(/There are \d ways out, below/),
    });
    expect(one).not.toHaveProperty('settlement');
    expect(one?.lifts?.map(({ yaml }) => yaml)).toEqual(
      expect.arrayContaining([`reconcile:\n  id: ${id}\n`, `reconcile:\n  beside: [${id}]\n`]),
    );
    const [entry, tombstones = []] = edit(id);
    await told.pass([entry], { policy, tombstones });
    const { document } = await told.pass([entry], { policy, tombstones });
    expect(document.subscriptions).toMatchObject([{ state: 'InSync' }]);
    expect(
      told.sandbox
        .subscriptions()
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(titles);
  });
});

describe('while the tenant cannot be listed', () => {
  it('the checkout is told as it was read, and the rest as it was last seen', async () => {
    await using told = await ToldPasses.over(SEED);
    const first = await told.pass([ORDERS]);
    told.sandbox.fault({ on: 'GET /webhooks', times: 10, effect: { kind: 'answer', status: 500 } });
    const { document } = await told.pass([ORDERS]);
    expect(document.lastPass?.result).toBe('failed');
    expect(document.failingSince).toBe(document.lastPass?.startedAt);
    expect(document.observedAt).toBe(first.document.observedAt);
    expect(Date.parse(document.checkout?.readAt ?? '')).toBeGreaterThan(
      Date.parse(first.document.checkout?.readAt ?? ''),
    );
    expect(document.subscriptions).toMatchObject([{ state: 'InSync', since: first.one?.since }]);
  });
});
