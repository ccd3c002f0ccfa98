import { describe, expect, it } from 'vitest';
import { indexed } from '../../../src/apply/pending-creates.ts';
import { Ledger } from '../../../src/apply/recent-writes.ts';
import type { Observed, Unusable } from '../../../src/subscription/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const [BEFORE, WRITTEN, LATER] = ['2026-11-24T07:00:00Z', '2026-11-24T08:00:00Z', '2026-11-24T08:00:01Z'] as const;

const gone = async (): Promise<undefined> => undefined;
const refuse = async (): Promise<never> => {
  throw new Error('nothing was to be read');
};

/** The subscriptions of a listing as the ledger corrects it. */
async function corrected(
  ledger: Ledger,
  items: readonly Observed[],
  read: (id: string) => Promise<Observed | undefined>,
  at: number,
  unusable: readonly Unusable[] = [],
): Promise<readonly Observed[]> {
  return (await ledger.correct({ items, unusable }, read, at)).items;
}

describe('what we created or changed, for a minute,', () => {
  it('is there as answered, though no listing shows it and no read is made', async () => {
    const ledger = new Ledger();
    const created = observed();
    ledger.created(desired(), created, NOW);
    expect(await corrected(ledger, [], refuse, NOW + 60 * SECOND)).toEqual([created]);
    expect(ledger.read(created.id, undefined, NOW + 60 * SECOND)).toEqual(created);
  });

  it.each([
    ['older', BEFORE],
    ['equal', WRITTEN],
    ['unreadable', 'yesterday'],
  ])('is as answered where a read shows other content and a time that is %s', async (_name, updated_at) => {
    const ledger = new Ledger();
    const after = observed({ updated_at: WRITTEN, enabled: true });
    const stale = { ...after, updated_at, enabled: false };
    ledger.wrote(after, NOW);
    expect(await corrected(ledger, [stale], refuse, NOW + SECOND)).toEqual([after]);
    expect(ledger.read(after.id, stale, NOW + SECOND)).toEqual(after);
  });

  it("is as read where the time is newer: somebody's change, which a later stale read does not undo", async () => {
    const ledger = new Ledger();
    const ours = observed({ updated_at: WRITTEN });
    const theirs = { ...ours, url: 'https://elsewhere.example.com/', updated_at: LATER };
    ledger.wrote(ours, NOW);
    expect(await corrected(ledger, [theirs], refuse, NOW)).toEqual([theirs]);
    expect(await corrected(ledger, [ours], refuse, NOW + SECOND)).toEqual([theirs]);
    expect(await corrected(ledger, [], refuse, NOW + SECOND)).toEqual([theirs]);
  });

  it('is as asked for where the answer shows no time, until a read is newer than what was seen before', async () => {
    const ledger = new Ledger();
    const before = observed({ updated_at: BEFORE, enabled: false });
    const asked = { ...before, enabled: true, updated_at: '' };
    ledger.wrote(asked, NOW, before);
    expect(await corrected(ledger, [before], refuse, NOW + SECOND)).toEqual([asked]);
    const newer = { ...before, updated_at: WRITTEN };
    expect(await corrected(ledger, [newer], refuse, NOW + 2 * SECOND)).toEqual([newer]);
  });

  it('is gone where we deleted it, though it is shown', async () => {
    const ledger = new Ledger();
    const deleted = observed();
    ledger.deleted(deleted.id, NOW);
    expect(await corrected(ledger, [deleted], refuse, NOW + SECOND)).toEqual([]);
    expect(ledger.read(deleted.id, deleted, NOW + SECOND)).toBe('gone');
  });
});

describe('after the minute', () => {
  it('what is read is believed', async () => {
    const ledger = new Ledger();
    const ours = observed({ updated_at: WRITTEN });
    ledger.wrote(ours, NOW);
    const older = { ...ours, updated_at: BEFORE, enabled: false };
    expect(await corrected(ledger, [older], refuse, NOW + MINUTE + 1)).toEqual([older]);
  });

  it('what is absent is read by id, and gone where that answers 404', async () => {
    const ledger = new Ledger();
    const created = observed();
    ledger.created(desired(), created, NOW);
    await corrected(ledger, [], refuse, NOW + SECOND);
    expect(await corrected(ledger, [], async () => created, NOW + 2 * MINUTE)).toEqual([created]);
    expect(await corrected(ledger, [], gone, NOW + 3 * MINUTE)).toEqual([]);
    expect(await corrected(ledger, [], refuse, NOW + 4 * MINUTE)).toEqual([]);
  });

  it('what we created is gone where it is absent and 404, whenever a listing first had it', async () => {
    const ledger = new Ledger();
    ledger.created(desired(), observed(), NOW);
    expect(await corrected(ledger, [], refuse, NOW + 50 * SECOND)).toHaveLength(1);
    expect(await corrected(ledger, [], gone, NOW + 61 * SECOND)).toEqual([]);
  });

  it('what we deleted is there again where it is shown', async () => {
    const ledger = new Ledger();
    const deleted = observed();
    ledger.deleted(deleted.id, NOW);
    expect(await corrected(ledger, [deleted], refuse, NOW + MINUTE + 1)).toEqual([deleted]);
  });
});

describe('what is not ours', () => {
  it('and was first seen within the last minute is there as seen, absent and 404 or not', async () => {
    const ledger = new Ledger();
    const seen = observed();
    await corrected(ledger, [seen], refuse, NOW);
    expect(await corrected(ledger, [], gone, NOW + MINUTE)).toEqual([seen]);
    expect(ledger.read(seen.id, undefined, NOW + MINUTE)).toBe('unproved');
  });

  it('and was first seen longer ago is gone where it is absent and 404', async () => {
    const ledger = new Ledger();
    await corrected(ledger, [observed()], refuse, NOW);
    expect(await corrected(ledger, [], gone, NOW + MINUTE + 1)).toEqual([]);
  });

  it('and was seen newer within the last minute is as seen before where a read is older', async () => {
    const ledger = new Ledger();
    const older = observed({ updated_at: BEFORE });
    const newer = { ...older, updated_at: WRITTEN, enabled: false };
    await corrected(ledger, [older], refuse, NOW);
    await corrected(ledger, [newer], refuse, NOW + 2 * MINUTE);
    expect(await corrected(ledger, [older], refuse, NOW + 3 * MINUTE)).toEqual([newer]);
    expect(await corrected(ledger, [older], refuse, NOW + 4 * MINUTE)).toEqual([older]);
  });

  it('and was seen newer within the last minute is as seen before where only a read by id shows it, and that is older', async () => {
    const ledger = new Ledger();
    const newer = observed({ updated_at: WRITTEN, enabled: true });
    await corrected(ledger, [newer], refuse, NOW);
    const older = async () => ({ ...newer, updated_at: BEFORE, enabled: false });
    expect(await corrected(ledger, [], older, NOW + SECOND)).toEqual([newer]);
  });

  it('and is listed without title or url is as this process has seen it, else unusable', async () => {
    const ledger = new Ledger();
    const seen = observed();
    await corrected(ledger, [seen], refuse, NOW);
    const [known, unknown] = [{ id: seen.id }, { id: 'other', url: 'https://hooks.example.com/' }];
    expect(await ledger.correct({ items: [], unusable: [known, unknown] }, refuse, NOW + 2 * MINUTE)).toEqual({
      items: [seen],
      unusable: [unknown],
      unshown: new Set(),
    });
  });
});

describe('a listing that suddenly lacks what the last one had', () => {
  const many = Array.from({ length: 150 }, () => observed());

  it('is not believed where some of it is there and it is more than can be read', async () => {
    const ledger = new Ledger();
    await corrected(ledger, many, refuse, NOW);
    const read = async (id: string) => many.find((one) => one.id === id && id !== many[0]?.id);
    await expect(corrected(ledger, [], read, NOW + 2 * MINUTE)).rejects.toMatchObject({
      name: 'IncompleteListingError',
    });
  });

  it('is believed where none of what is read is there', async () => {
    const ledger = new Ledger();
    await corrected(ledger, many, refuse, NOW);
    expect(await corrected(ledger, [], gone, NOW + 2 * MINUTE)).toEqual([]);
  });
});

describe('a tenant that is reached by another client', () => {
  it('is the same where its listing shows any of what was seen', async () => {
    const ledger = new Ledger();
    const [old, created] = [observed(), observed()];
    await corrected(ledger, [old], refuse, NOW);
    ledger.created(desired(), created, NOW);
    expect(await corrected(ledger.ofAnotherClient(), [old], refuse, NOW + SECOND)).toEqual([old, created]);
  });

  it('is another one where it shows nothing of it: what was done is nothing to go by', async () => {
    const ledger = new Ledger();
    await corrected(ledger, [observed()], refuse, NOW);
    ledger.created(desired(), observed(), NOW);
    expect(await corrected(ledger.ofAnotherClient(), [], refuse, NOW + SECOND)).toEqual([]);
  });
});

describe('a create whose outcome is not known', () => {
  const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users', type: ['USER'] });
  const titles = new Set(['Users', 'Orders']);
  const made = (over: Partial<Observed> = {}) =>
    observed({ title: 'Users', url: USERS.url, type: ['USER'], enabled: false, ...over });

  function pending(known: readonly string[] = []) {
    const ledger = new Ledger();
    ledger.creates.sent(USERS, NOW, new Set(known));
    const sent = ledger.creates.pending(USERS, new Set());
    if (!sent) throw new Error('it is pending');
    return { ledger, sent };
  }

  it('is answered for by a new subscription of its tidied title', () => {
    const { ledger, sent } = pending();
    const created = made({ title: ' Users' });
    expect(ledger.findCreated(sent, indexed([observed(), created]), titles)).toBe(created);
  });

  it('or of its url, categories and config, where no other entry has that title', () => {
    const { ledger, sent } = pending();
    expect(ledger.findCreated(sent, indexed([made({ title: 'users' })]), titles)).toMatchObject({ title: 'users' });
    expect(ledger.findCreated(sent, indexed([made({ title: 'Orders' })]), titles)).toBeUndefined();
    expect(ledger.findCreated(sent, indexed([made({ title: 'users', type: ['ALL'] })]), titles)).toBeUndefined();
  });

  it('but by none that was there before, that answers for another, or that we deleted', () => {
    const before = made();
    const there = pending([before.id]);
    expect(there.ledger.findCreated(there.sent, indexed([before]), titles)).toBeUndefined();
    const { ledger, sent } = pending();
    const [taken, deleted] = [made(), made()];
    ledger.created(desired({ title: 'Other' }), taken, NOW);
    ledger.deleted(deleted.id, NOW);
    expect(ledger.findCreated(sent, indexed([taken, deleted]), titles)).toBeUndefined();
  });

  it('is reported once a listing shows it, and forgotten after a minute in which none has', () => {
    const { ledger } = pending();
    ledger.resolve([], [USERS], NOW + MINUTE);
    expect(ledger.creates.pending(USERS, new Set())).toBeDefined();
    ledger.resolve([made()], [USERS], NOW + MINUTE);
    expect(ledger.confirmed()).toMatchObject([{ action: 'create', title: 'Users' }]);
    expect(ledger.confirmed()).toEqual([]);
    const other = pending().ledger;
    other.resolve([], [USERS], NOW + MINUTE + 1);
    expect(other.creates.pending(USERS, new Set())).toBeUndefined();
  });

  it('may be of the instance that led before, for a minute after the takeover', async () => {
    const ledger = new Ledger();
    ledger.creates.inherit(NOW);
    expect(ledger.creates.pending(USERS, new Set())).toMatchObject({ isInherited: true, at: NOW });
    ledger.creates.settled('Users');
    expect(ledger.creates.pending(USERS, new Set())).toBeUndefined();
    expect(ledger.creates.pending(desired(), new Set())).toBeDefined();
    await corrected(ledger, [], refuse, NOW + MINUTE + 1);
    expect(ledger.creates.pending(desired(), new Set())).toBeUndefined();
  });
});

describe('a create that was answered with another title or url', () => {
  const ORDERS = desired({ title: 'Orders_EU' });

  it('is known by its id, until that is gone or its title leaves the checkout', () => {
    const ledger = new Ledger();
    const answered = observed({ title: 'orders-eu' });
    ledger.created(ORDERS, answered, NOW);
    expect([...ledger.remembered([ORDERS], [answered]).answered]).toEqual([['Orders_EU', answered.id]]);
    expect(ledger.remembered([ORDERS], []).answered.size).toBe(0);
    ledger.created(ORDERS, answered, NOW);
    expect(ledger.remembered([desired()], [answered]).answered.size).toBe(0);
  });

  it('is known by its title where only the spelling differs that nobody sees', () => {
    const ledger = new Ledger();
    const answered = observed({ title: 'Orders_EU', url: 'https://HOOKS.example.com:443/orders' });
    ledger.created(ORDERS, answered, NOW);
    expect(ledger.remembered([ORDERS], [answered]).answered.size).toBe(0);
  });
});

describe('an update or delete whose answer was lost', () => {
  it('is proof of nothing, and reported once the tenant shows it', async () => {
    const ledger = new Ledger();
    const before = observed({ enabled: false });
    const left = { ...before, enabled: true };
    ledger.unanswered(
      { change: { action: 'enable', id: before.id, title: before.title, fields: ['enabled'] }, left },
      NOW,
    );
    expect(await corrected(ledger, [before], refuse, NOW)).toEqual([before]);
    ledger.resolve([before], [], NOW);
    expect(ledger.confirmed()).toEqual([]);
    ledger.resolve([left], [], NOW + SECOND);
    expect(ledger.confirmed()).toMatchObject([{ action: 'enable', because: 'its answer was lost' }]);
  });

  it('is not reported where another change of it was answered', () => {
    const ledger = new Ledger();
    const left = observed();
    ledger.unanswered({ change: { action: 'enable', id: left.id, title: left.title, fields: ['enabled'] }, left }, NOW);
    ledger.wrote(left, NOW);
    ledger.resolve([left], [], NOW);
    expect(ledger.confirmed()).toEqual([]);
  });
});
