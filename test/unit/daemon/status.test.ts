import { describe, expect, it } from 'vitest';
import { Status } from '../../../src/daemon/status.ts';
import type { Health } from '../../../src/daemon/status/health.ts';
import type { Facts } from '../../../src/daemon/status/facts.ts';
import type { FreezeStatus, StatusDocument } from '../../../src/daemon/status-document.ts';
import { CheckoutError, PassAborted } from '../../../src/reconcile/errors.ts';
import type { PassReport, Snapshot, SubscriptionStatus } from '../../../src/reconcile/report.ts';
import type { Happening } from '../../../src/runtime/happening.ts';
import { drifted, FACTS, passEnded, status, STILL } from '../../support/pass-ended.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const at = (time: string) => Date.parse(`2026-11-24T${time}Z`);
const iso = (time: string) => new Date(at(time)).toISOString();

const WINDOW: FreezeStatus = { start: '0 17 * * FRI', durationMs: 1, timezone: 'UTC', isOpen: true };
const NO_CHANGES = { create: 0, enable: 0, update: 0, delete: 0 };
const inSync = (over: Partial<SubscriptionStatus> = {}) =>
  status({ observed: observed({ updated_at: iso('07:00:00') }), ...over });

type Over = Partial<PassReport> & Pick<Partial<Snapshot>, 'checkoutErrors'>;

class Told {
  #now = at('08:00:00');
  readonly #status = new Status({
    clock: { now: () => this.#now, uptime: () => this.#now },
  });

  /** How often a listener was called. */
  changes = 0;

  constructor() {
    this.#status.onChange(() => {
      this.changes += 1;
    });
  }

  tell(...happenings: readonly Happening[]): this {
    for (const happening of happenings) this.#status.sink(happening);
    return this;
  }

  /** A pass that begins and looks at this time, and ends two seconds later. */
  pass(time: string, subscriptions: readonly SubscriptionStatus[], over: Over = {}): this {
    const { revision = 'r1', checkoutErrors = 0, ...report } = over;
    const { kind, pass } = passEnded(subscriptions, {
      startedAt: iso(time),
      result: 'converged',
      changes: NO_CHANGES,
      ...report,
    });
    const found = { revision: { id: revision }, observedAt: at(time), checkoutErrors };
    const snapshot = { ...(pass.snapshot ?? expect.fail()), ...found };
    this.#now = at(time) + 2_000;
    return this.tell({ kind, pass: { ...pass, snapshot }, endedAt: this.#now });
  }

  /** A pass that could not look. */
  failed(time: string, error: Error = new Error('the API is down'), over: Partial<PassReport> = {}): this {
    const failed = { startedAt: iso(time), result: 'failed', error: error.message, ...over } as const;
    const { report } = passEnded([], failed).pass;
    this.#now = at(time) + 2_000;
    return this.tell({ kind: 'pass-ended', pass: { report, error, again: 'later' }, endedAt: this.#now });
  }

  get hasPassed(): boolean {
    return this.#status.hasPassed;
  }

  health(): Health {
    return this.#status.health('sync', 60_000);
  }

  attribute(revision: string, commits: Readonly<Record<string, { readonly id: string }>>): this {
    this.#status.attribute(revision, new Map(Object.entries(commits)));
    return this;
  }

  async document(facts: Partial<Facts> = {}): Promise<StatusDocument> {
    return JSON.parse(Buffer.concat(await this.#status.served({ ...FACTS, ...facts })).toString()) as StatusDocument;
  }
}

const told = () => new Told();

describe('the status before the first pass has ended', () => {
  it('says who and what it is, that nothing is known, and which pass is under way', async () => {
    const document = await told()
      .tell({ kind: 'pass-began', trigger: 'start', startedAt: at('08:00:00') })
      .document({ sourceUrl: 'https://git.tld/{revision}/{path}?ref=1#L{line}', leading: { leads: true } });
    expect(document).toMatchObject({
      instance: 'reconciler-1',
      startedAt: iso('08:00:00'),
      revision: null,
      observedAt: null,
      checkout: null,
      resync: { every: '* * * * *', timezone: 'UTC' },
      passing: { startedAt: iso('08:00:00'), trigger: 'start' },
      failingSince: null,
      inSyncSince: null,
      // What is a secret in any other url is the point of this one.
      sourceUrl: 'https://git.tld/{revision}/{path}?ref=1#L{line}',
      checkoutErrors: 0,
      problems: [],
      subscriptions: [],
      changes: [],
    });
    expect(document).not.toHaveProperty('hold');
  });

  it('says at which revision the checkout is, although the tenant cannot be listed', async () => {
    const revision = { id: 'r2', author: 'Ada', subject: 'Add refunds' };
    const document = await told()
      .tell({ kind: 'checkout-read', revision, readAt: at('08:00:01') })
      .failed('08:00:00')
      .document();
    expect(document).toMatchObject({ revision: null, checkout: { revision, readAt: iso('08:00:01') } });
  });
});

describe('why nothing is carried out', () => {
  const freezeWindows = [WINDOW];

  it.each([
    ['another instance leads', { leading: { leads: false }, mode: 'observe', freezeWindows }, 'standby'],
    ['the mode changes nothing', { mode: 'observe', freezeWindows }, 'observe'],
    ['a freeze window is open', { freezeWindows }, 'freeze'],
    ['nothing holds it', { freezeWindows: [{ ...WINDOW, isOpen: false }] }, undefined],
  ] as const)('is told where %s', async (_where, facts, hold) => {
    const document = await told().pass('08:00:00', [inSync()]).document(facts);
    expect(document.hold).toBe(hold);
  });
});

describe('the end of a freeze', () => {
  it('is that of the open window which ends last, and absent where none is open', async () => {
    const open = (until: string) => ({ ...WINDOW, from: iso('07:00:00'), until: iso(until) });
    const closed = { ...open('12:00:00'), isOpen: false };
    const freezeWindows = [open('09:00:00'), open('10:00:00'), closed];
    expect((await told().document({ freezeWindows })).frozenUntil).toBe(iso('10:00:00'));
    expect(await told().document({ freezeWindows: [closed] })).not.toHaveProperty('frozenUntil');
  });
});

describe('since when passes fail', () => {
  it('is the begin of the first that failed, until one does not', async () => {
    const one = told().pass('08:00:00', [inSync()]).failed('08:01:00').failed('08:02:00');
    expect(await one.document()).toMatchObject({
      failingSince: iso('08:01:00'),
      observedAt: iso('08:00:00'),
      inSyncSince: null,
      failure: { kind: 'other', message: 'the API is down' },
      subscriptions: [{ state: 'InSync', explanation: expect.stringContaining('The last pass failed') }],
    });
    one.pass('08:03:00', [inSync()]);
    expect(await one.document()).toMatchObject({ failingSince: null, observedAt: iso('08:03:00') });
  });

  it('is not the end of being in sync where git is at work in the checkout', async () => {
    const error = new CheckoutError('busy', 'a git command is at work');
    const one = told().pass('08:00:00', []).failed('08:01:00', error);
    expect(await one.document()).toMatchObject({
      failingSince: iso('08:01:00'),
      inSyncSince: iso('08:00:00'),
      failure: { kind: 'checkout-busy', message: 'a git command is at work' },
    });
  });

  it('is known for longer than its passes are kept', async () => {
    const one = told();
    for (let minute = 0; minute < 150; minute += 1) {
      const [hour, rest] = [8 + Math.floor(minute / 60), minute % 60];
      one.failed(`${`${hour}`.padStart(2, '0')}:${`${rest}`.padStart(2, '0')}:00`);
    }
    const { failingSince, passes } = await one.document();
    expect([failingSince, passes.length]).toEqual([iso('08:00:00'), 100]);
  });
});

describe('since when everything is in sync', () => {
  const since = async (one: Told) => (await one.document()).inSyncSince;

  it('is at the first look what is known of the entry that came last', async () => {
    const later = inSync({ title: 'Users', observed: observed({ updated_at: iso('07:30:00') }) });
    expect(await since(told().pass('08:00:00', [inSync(), later]))).toBe(iso('07:30:00'));
    expect(await since(told().pass('08:00:00', []))).toBe(iso('08:00:00'));
  });

  it('is the end of the pass that has put something right', async () => {
    const put = { changes: { ...NO_CHANGES, update: 1 } };
    expect(await since(told().pass('08:00:00', [inSync()], put).pass('08:01:00', [inSync()]))).toBe(iso('08:00:02'));
    expect(await since(told().pass('08:00:00', [inSync()]).pass('08:01:00', [inSync()], put))).toBe(iso('08:01:02'));
  });

  it.each([
    ['something is suspended', [inSync({ state: 'Suspended' })], {}],
    ['something differs', [inSync({ state: 'Drifted' })], {}],
    ['a removal is withheld', [inSync(), inSync({ title: 'Old', state: 'Withheld' })], {}],
    ['a guard holds something', [inSync()], { withheld: [{ guard: 'freeze', deletes: 0, howToLift: 'Wait.' }] }],
    ['a file has an error', [inSync()], { checkoutErrors: 1 }],
    ['the pass failed after its look', [inSync()], { result: 'failed' }],
  ] as const)('is not told while %s, and then begins anew', async (_while, subscriptions, over) => {
    const one = told().pass('08:00:00', [inSync()]).pass('08:01:00', subscriptions, over);
    expect(await since(one)).toBeNull();
    expect(await since(one.pass('08:02:00', [inSync()]))).toBe(iso('08:02:02'));
  });

  it('goes on after passes that could not look, if the next one finds all as it was', async () => {
    const one = told().pass('08:00:00', [inSync()]).failed('08:01:00');
    expect(await since(one)).toBeNull();
    expect(await since(one.pass('08:02:00', [inSync()]))).toBe(iso('07:00:00'));
  });
});

describe('the commits of entries', () => {
  it('are told with the subscriptions that they are about', async () => {
    const twin = { ...inSync({ state: 'Withheld', id: 'id-2' }) };
    const { source: _source, ...surplus } = twin;
    const { source: _none, ...old } = inSync({ title: 'Old', state: 'Withheld', id: 'id-3' });
    const document = await told()
      .pass('08:00:00', [inSync(), surplus, old])
      .attribute('r1', { Orders: { id: 'c1' }, Old: { id: 'c2' } })
      .document();
    expect(document.subscriptions.map(({ title, commit }) => [title, commit?.id])).toEqual([
      ['Orders', 'c1'],
      ['Orders', undefined],
      ['Old', 'c2'],
    ]);
  });

  it('are none until those of the new revision are known, rather than those of the one before', async () => {
    const one = told()
      .pass('08:00:00', [inSync()])
      .attribute('r1', { Orders: { id: 'c1' } });
    one.pass('08:01:00', [inSync()], { revision: 'r2' }).attribute('r1', { Orders: { id: 'c1' } });
    expect((await one.document()).subscriptions[0]).not.toHaveProperty('commit');
    one.attribute('r2', { Orders: { id: 'c2' } }).pass('08:02:00', [inSync()], { revision: 'r2' });
    expect((await one.document()).subscriptions[0]?.commit).toEqual({ id: 'c2' });
  });
});

describe('subscriptions whose titles are the same once they are masked', () => {
  it('have keys that are not, and stay theirs; others are known by their titles', async () => {
    const titles = ['https://h.tld/?a', 'https://h.tld/?b', 'Orders'];
    const one = told().pass(
      '08:00:00',
      titles.map((title) => inSync({ title })),
    );
    const keys = async () => (await one.document()).subscriptions.map(({ title, key }) => [title, key]);
    const before = await keys();
    expect(before.map(([title]) => title)).toEqual(['https://h.tld/?***', 'https://h.tld/?***', 'Orders']);
    const [a, b, orders] = before.map(([, key]) => key);
    expect([a, b, orders]).toEqual([expect.any(String), expect.not.stringMatching(String(a)), undefined]);
    one.pass(
      '08:01:00',
      titles.map((title) => inSync({ title })),
    );
    expect(await keys()).toEqual(before);
  });
});

describe('who listens for changes of the status', () => {
  it('is called once for each happening that has changed it, and for no other', () => {
    const one = told();
    const called = (...happenings: readonly Happening[]) => {
      const before = one.changes;
      one.tell(...happenings);
      return one.changes - before;
    };
    expect(called({ kind: 'pass-began', trigger: 'schedule', startedAt: 0 })).toBe(1);
    expect(called({ kind: 'checkout-read', revision: { id: 'r1' }, readAt: 0 })).toBe(1);
    expect(called(drifted())).toBe(1);
    expect(called(passEnded([inSync()]))).toBe(1);
    expect(called({ kind: 'pass-put-off', until: 0 })).toBe(1);
    expect(called({ kind: 'standing-by', lease: 'a/b', holder: 'c' })).toBe(1);
    expect(called(drifted({ origin: 'git' }), { kind: 'answer-failed', error: undefined })).toBe(0);
  });

  it('is called where only the health is other than before', () => {
    const told = new Told();
    told.tell({ kind: 'configuration-refused', problems: [] });
    expect(told.changes).toBe(1);
    told.tell({ kind: 'lease-in-reach', lease: 'a/b' });
    expect(told.changes).toBe(2);
  });

  it('is called for commits that are news, and no longer once it has stopped', () => {
    const status = new Status({ clock: STILL });
    status.sink(passEnded([inSync()]));
    let called = 0;
    const stop = status.onChange(() => {
      called += 1;
    });
    const commits = new Map([['Orders', { id: 'c1' }]]);
    status.attribute('r1', commits);
    status.attribute('r1', commits);
    expect(called).toBe(1);
    stop();
    status.sink(passEnded([inSync()]));
    expect(called).toBe(1);
  });
});

describe('another tenant', () => {
  it('has nothing of what was known of the one before, but the checkout is the same', async () => {
    const revision = { id: 'r1' };
    const held = { withheld: [{ guard: 'max-deletes', deletes: 1, howToLift: 'Raise it.' }] } as const;
    const before = told()
      .tell({ kind: 'checkout-read', revision, readAt: at('08:00:00') })
      .tell({ kind: 'adopted', title: 'Orders', id: 'id-1', revision: 'r1' })
      .pass('08:00:00', [inSync({ id: 'id-1' })], held)
      .failed('08:01:00')
      .tell(drifted(), { kind: 'tenant-replaced' });
    const fresh = told().tell({ kind: 'checkout-read', revision, readAt: at('08:00:00') });
    expect(await before.document()).toEqual(await fresh.document());
    const next = [inSync({ id: 'id-1' })];
    expect(await before.pass('08:02:00', next).document()).toEqual(await fresh.pass('08:02:00', next).document());
  });

  it('is not unhealthy because of the one before, nor is the daemon unready', () => {
    const one = told().pass('08:00:00', [inSync()]).failed('08:01:00').tell({ kind: 'tenant-replaced' });
    expect(one.health()).toMatchObject({
      reasons: ['the first pass has not ended yet'],
      revision: null,
      lastSuccess: null,
    });
    expect(one.hasPassed).toBe(true);
  });
});

describe('a pass that is stopped for a shutdown or another configuration', () => {
  const interrupted = (one: Told) =>
    one.failed('08:01:00', new PassAborted('the configuration is read again'), { isInterrupted: true });

  it('has not failed', async () => {
    const one = interrupted(told().pass('08:00:00', [inSync()]));
    const document = await one.document();
    expect(document).toMatchObject({
      failingSince: null,
      inSyncSince: iso('07:00:00'),
      lastPass: { result: 'failed', isInterrupted: true },
    });
    expect(document).not.toHaveProperty('failure');
    expect(one.health()).toMatchObject({ status: 'ok', reasons: [] });
  });

  it('does not end that passes fail', async () => {
    const one = interrupted(told().failed('08:00:00'));
    const { failingSince, failure } = await one.document();
    expect([failingSince, failure?.message]).toEqual([iso('08:00:00'), 'the API is down']);
    expect(one.health().reasons).toEqual(['the last pass failed: the API is down']);
  });

  it('does not make the daemon ready if it is the first', () => {
    expect(interrupted(told()).hasPassed).toBe(false);
  });
});

describe('a pass that takes longer than it may', () => {
  it('is told as overdue until it ends', async () => {
    const began = { trigger: 'schedule', startedAt: at('08:00:00') } as const;
    const one = told().tell({ kind: 'pass-began', ...began });
    expect((await one.document()).passing).not.toHaveProperty('isOverdue');
    one.tell({ kind: 'pass-overdue', ...began, isStuck: false });
    expect((await one.document()).passing).toEqual({
      startedAt: iso('08:00:00'),
      trigger: 'schedule',
      isOverdue: true,
    });
    expect((await one.failed('08:00:00').document()).passing).toBeNull();
  });
});

describe('what entries have adopted', () => {
  it('is told of twenty thousand in one pass, and that takes no longer for each of them', async () => {
    const one = told();
    const wanted = desired();
    const adopted = Array.from({ length: 20_000 }, (_, n) =>
      inSync({ title: `Orders ${n}`, id: `id-${n}`, desired: wanted }),
    );
    for (const { title, id = '' } of adopted) one.tell({ kind: 'adopted', title, id, revision: 'r1' });
    one.pass('08:00:00', adopted).pass('08:01:00', adopted);
    const { subscriptions } = await one.document();
    expect(subscriptions.filter(({ explanation }) => explanation.includes('was adopted'))).toHaveLength(20_000);
  }, 60_000);
});
