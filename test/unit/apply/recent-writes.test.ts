import { describe, expect, it } from 'vitest';
import { indexed } from '../../../src/apply/pending-creates.ts';
import { RecentWrites } from '../../../src/apply/recent-writes.ts';
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

/** The subscriptions of a listing as recent writes correct it. */
async function corrected(
  recentWrites: RecentWrites,
  items: readonly Observed[],
  read: (id: string) => Promise<Observed | undefined>,
  at: number,
  unusable: readonly Unusable[] = [],
): Promise<readonly Observed[]> {
  return (await recentWrites.correct({ items, unusable }, read, at)).items;
}

describe('what we created or changed, for a minute,', () => {
  it('exists as answered, though no listing shows it and no read is made', async () => {
    const recentWrites = new RecentWrites();
    const created = observed();
    recentWrites.created(desired(), created, NOW);
    expect(await corrected(recentWrites, [], refuse, NOW + 60 * SECOND)).toEqual([created]);
    expect(recentWrites.read(created.id, undefined, NOW + 60 * SECOND)).toEqual(created);
  });

  it.each([
    ['older', BEFORE],
    ['equal', WRITTEN],
    ['unreadable', 'yesterday'],
  ])('is as answered where a read shows other content and a time that is %s', async (_name, updated_at) => {
    const recentWrites = new RecentWrites();
    const after = observed({ updated_at: WRITTEN, enabled: true });
    const stale = { ...after, updated_at, enabled: false };
    recentWrites.wrote(after, NOW);
    expect(await corrected(recentWrites, [stale], refuse, NOW + SECOND)).toEqual([after]);
    expect(recentWrites.read(after.id, stale, NOW + SECOND)).toEqual(after);
  });

  it('is as read where the time is newer: another client has changed it, which a later stale read does not undo', async () => {
    const recentWrites = new RecentWrites();
    const ours = observed({ updated_at: WRITTEN });
    const theirs = { ...ours, url: 'https://elsewhere.example.com/', updated_at: LATER };
    recentWrites.wrote(ours, NOW);
    expect(await corrected(recentWrites, [theirs], refuse, NOW)).toEqual([theirs]);
    expect(await corrected(recentWrites, [ours], refuse, NOW + SECOND)).toEqual([theirs]);
    expect(await corrected(recentWrites, [], refuse, NOW + SECOND)).toEqual([theirs]);
  });

  it('is as sent where the answer shows no time, until a read is newer than what was seen before', async () => {
    const recentWrites = new RecentWrites();
    const before = observed({ updated_at: BEFORE, enabled: false });
    const asked = { ...before, enabled: true, updated_at: '' };
    recentWrites.wrote(asked, NOW, before);
    expect(await corrected(recentWrites, [before], refuse, NOW + SECOND)).toEqual([asked]);
    const newer = { ...before, updated_at: WRITTEN };
    expect(await corrected(recentWrites, [newer], refuse, NOW + 2 * SECOND)).toEqual([newer]);
  });

  it('is gone where we deleted it, though reads show it', async () => {
    const recentWrites = new RecentWrites();
    const deleted = observed();
    recentWrites.deleted(deleted.id, NOW);
    expect(await corrected(recentWrites, [deleted], refuse, NOW + SECOND)).toEqual([]);
    expect(recentWrites.read(deleted.id, deleted, NOW + SECOND)).toBe('gone');
  });
});

describe('after the minute', () => {
  it('what is read is believed', async () => {
    const recentWrites = new RecentWrites();
    const ours = observed({ updated_at: WRITTEN });
    recentWrites.wrote(ours, NOW);
    const older = { ...ours, updated_at: BEFORE, enabled: false };
    expect(await corrected(recentWrites, [older], refuse, NOW + MINUTE + 1)).toEqual([older]);
  });

  it('an absent subscription is read by id, and is gone where that answers 404', async () => {
    const recentWrites = new RecentWrites();
    const created = observed();
    recentWrites.created(desired(), created, NOW);
    await corrected(recentWrites, [], refuse, NOW + SECOND);
    expect(await corrected(recentWrites, [], async () => created, NOW + 2 * MINUTE)).toEqual([created]);
    expect(await corrected(recentWrites, [], gone, NOW + 3 * MINUTE)).toEqual([]);
    expect(await corrected(recentWrites, [], refuse, NOW + 4 * MINUTE)).toEqual([]);
  });

  it('what we created is gone where it is absent and 404, whenever a listing first had it', async () => {
    const recentWrites = new RecentWrites();
    recentWrites.created(desired(), observed(), NOW);
    expect(await corrected(recentWrites, [], refuse, NOW + 50 * SECOND)).toHaveLength(1);
    expect(await corrected(recentWrites, [], gone, NOW + 61 * SECOND)).toEqual([]);
  });

  it('what we deleted exists again where it is shown', async () => {
    const recentWrites = new RecentWrites();
    const deleted = observed();
    recentWrites.deleted(deleted.id, NOW);
    expect(await corrected(recentWrites, [deleted], refuse, NOW + MINUTE + 1)).toEqual([deleted]);
  });
});

describe('a subscription that we did not write', () => {
  it('and first saw within the last minute exists as seen, absent and 404 or not', async () => {
    const recentWrites = new RecentWrites();
    const seen = observed();
    await corrected(recentWrites, [seen], refuse, NOW);
    expect(await corrected(recentWrites, [], gone, NOW + MINUTE)).toEqual([seen]);
    expect(recentWrites.read(seen.id, undefined, NOW + MINUTE)).toBe('unproved');
  });

  it('and first saw longer ago is gone where it is absent and 404', async () => {
    const recentWrites = new RecentWrites();
    await corrected(recentWrites, [observed()], refuse, NOW);
    expect(await corrected(recentWrites, [], gone, NOW + MINUTE + 1)).toEqual([]);
  });

  it('and saw newer within the last minute is as seen before where a read is older', async () => {
    const recentWrites = new RecentWrites();
    const older = observed({ updated_at: BEFORE });
    const newer = { ...older, updated_at: WRITTEN, enabled: false };
    await corrected(recentWrites, [older], refuse, NOW);
    await corrected(recentWrites, [newer], refuse, NOW + 2 * MINUTE);
    expect(await corrected(recentWrites, [older], refuse, NOW + 3 * MINUTE)).toEqual([newer]);
    expect(await corrected(recentWrites, [older], refuse, NOW + 4 * MINUTE)).toEqual([older]);
  });

  it('and saw newer within the last minute is as seen before where only a read by id shows it, and that is older', async () => {
    const recentWrites = new RecentWrites();
    const newer = observed({ updated_at: WRITTEN, enabled: true });
    await corrected(recentWrites, [newer], refuse, NOW);
    const older = async () => ({ ...newer, updated_at: BEFORE, enabled: false });
    expect(await corrected(recentWrites, [], older, NOW + SECOND)).toEqual([newer]);
  });

  it('and that is listed without title or url is as this process has seen it, else unusable', async () => {
    const recentWrites = new RecentWrites();
    const seen = observed();
    await corrected(recentWrites, [seen], refuse, NOW);
    const [known, unknown] = [{ id: seen.id }, { id: 'other', url: 'https://hooks.example.com/' }];
    expect(await recentWrites.correct({ items: [], unusable: [known, unknown] }, refuse, NOW + 2 * MINUTE)).toEqual({
      items: [seen],
      unusable: [unknown],
      unshown: new Set(),
    });
  });
});

describe('a listing that suddenly lacks what the last one had', () => {
  const many = Array.from({ length: 150 }, () => observed());

  it('is not believed where some of those exist and they are more than can be read', async () => {
    const recentWrites = new RecentWrites();
    await corrected(recentWrites, many, refuse, NOW);
    const read = async (id: string) => many.find((one) => one.id === id && id !== many[0]?.id);
    await expect(corrected(recentWrites, [], read, NOW + 2 * MINUTE)).rejects.toMatchObject({
      name: 'IncompleteListingError',
    });
  });

  it('is believed where none of those that are read exists', async () => {
    const recentWrites = new RecentWrites();
    await corrected(recentWrites, many, refuse, NOW);
    expect(await corrected(recentWrites, [], gone, NOW + 2 * MINUTE)).toEqual([]);
  });
});

describe('a tenant that is reached by another client', () => {
  it('is the same where its listing shows any of what was seen', async () => {
    const recentWrites = new RecentWrites();
    const [old, created] = [observed(), observed()];
    await corrected(recentWrites, [old], refuse, NOW);
    recentWrites.created(desired(), created, NOW);
    expect(await corrected(recentWrites.ofAnotherClient(), [old], refuse, NOW + SECOND)).toEqual([old, created]);
  });

  it('is another one where its listing shows nothing of it: recent writes are forgotten', async () => {
    const recentWrites = new RecentWrites();
    await corrected(recentWrites, [observed()], refuse, NOW);
    recentWrites.created(desired(), observed(), NOW);
    expect(await corrected(recentWrites.ofAnotherClient(), [], refuse, NOW + SECOND)).toEqual([]);
  });

  it('is another one, where it lacks what a delete without an answer was sent for: that is not reported as done', async () => {
    const recentWrites = new RecentWrites();
    const [deleted, other] = [observed(), observed()];
    await corrected(recentWrites, [deleted], refuse, NOW);
    const change = { action: 'delete' as const, id: deleted.id, title: deleted.title, fields: [], changes: [] };
    recentWrites.unanswered({ change, expected: 'deleted' }, NOW);
    recentWrites.ofAnotherClient();
    await corrected(recentWrites, [other], gone, NOW + SECOND);
    recentWrites.resolve([other], [], NOW + SECOND);
    expect(recentWrites.confirmed()).toEqual([]);
  });
});

describe('a create whose outcome is not known', () => {
  const USERS = desired({ title: 'Users', url: 'https://hooks.example.com/users', type: ['USER'] });
  const titles = new Set(['Users', 'Orders']);
  const made = (over: Partial<Observed> = {}) =>
    observed({ title: 'Users', url: USERS.url, type: ['USER'], enabled: false, ...over });

  function pending(known: readonly string[] = []) {
    const recentWrites = new RecentWrites();
    recentWrites.creates.sent(USERS, NOW, new Set(known));
    const sent = recentWrites.creates.pending(USERS, new Set());
    if (!sent) throw new Error('it is pending');
    return { recentWrites, sent };
  }

  it('is resolved by a new subscription of its tidied title', () => {
    const { recentWrites, sent } = pending();
    const created = made({ title: ' Users' });
    expect(recentWrites.findCreated(sent, indexed([observed(), created]), titles)).toBe(created);
  });

  it('is resolved by one of its url, categories and config, where no other entry has that title', () => {
    const { recentWrites, sent } = pending();
    expect(recentWrites.findCreated(sent, indexed([made({ title: 'users' })]), titles)).toMatchObject({
      title: 'users',
    });
    expect(recentWrites.findCreated(sent, indexed([made({ title: 'Orders' })]), titles)).toBeUndefined();
    expect(recentWrites.findCreated(sent, indexed([made({ title: 'users', type: ['ALL'] })]), titles)).toBeUndefined();
  });

  it('is not resolved by one that was there before, that another create has made, or that we deleted', () => {
    const before = made();
    const there = pending([before.id]);
    expect(there.recentWrites.findCreated(there.sent, indexed([before]), titles)).toBeUndefined();
    const { recentWrites, sent } = pending();
    const [taken, deleted] = [made(), made()];
    recentWrites.created(desired({ title: 'Other' }), taken, NOW);
    recentWrites.deleted(deleted.id, NOW);
    expect(recentWrites.findCreated(sent, indexed([taken, deleted]), titles)).toBeUndefined();
  });

  it('is reported once a listing shows it, and forgotten after a minute in which none has', () => {
    const { recentWrites } = pending();
    recentWrites.resolve([], [USERS], NOW + MINUTE);
    expect(recentWrites.creates.pending(USERS, new Set())).toBeDefined();
    recentWrites.resolve([made()], [USERS], NOW + MINUTE);
    expect(recentWrites.confirmed()).toMatchObject([{ action: 'create', title: 'Users' }]);
    expect(recentWrites.confirmed()).toEqual([]);
    const other = pending().recentWrites;
    other.resolve([], [USERS], NOW + MINUTE + 1);
    expect(other.creates.pending(USERS, new Set())).toBeUndefined();
  });

  it('may come from the instance that led before, for a minute after the takeover', async () => {
    const recentWrites = new RecentWrites();
    recentWrites.creates.inherit(NOW);
    expect(recentWrites.creates.pending(USERS, new Set())).toMatchObject({ isInherited: true, at: NOW });
    recentWrites.creates.settled('Users');
    expect(recentWrites.creates.pending(USERS, new Set())).toBeUndefined();
    expect(recentWrites.creates.pending(desired(), new Set())).toBeDefined();
    await corrected(recentWrites, [], refuse, NOW + MINUTE + 1);
    expect(recentWrites.creates.pending(desired(), new Set())).toBeUndefined();
  });
});

describe('a create that was answered with another title or url', () => {
  const ORDERS = desired({ title: 'Orders_EU' });

  it('is known by its id, until that is gone or its title leaves the checkout', () => {
    const recentWrites = new RecentWrites();
    const answered = observed({ title: 'orders-eu' });
    recentWrites.created(ORDERS, answered, NOW);
    expect([...recentWrites.remembered([ORDERS], [answered]).answered]).toEqual([['Orders_EU', answered.id]]);
    expect(recentWrites.remembered([ORDERS], []).answered.size).toBe(0);
    recentWrites.created(ORDERS, answered, NOW);
    expect(recentWrites.remembered([desired()], [answered]).answered.size).toBe(0);
  });

  it('is known by its title where only accents or blanks at the ends differ', () => {
    const recentWrites = new RecentWrites();
    const answered = observed({ title: 'Orders_EU', url: 'https://HOOKS.example.com:443/orders' });
    recentWrites.created(ORDERS, answered, NOW);
    expect(recentWrites.remembered([ORDERS], [answered]).answered.size).toBe(0);
  });
});

describe('an update or delete whose answer was lost', () => {
  it('does not prove anything, and is reported once the tenant shows it', async () => {
    const recentWrites = new RecentWrites();
    const before = observed({ enabled: false });
    const expected = { ...before, enabled: true };
    recentWrites.unanswered(
      { change: { action: 'enable', id: before.id, title: before.title, fields: ['enabled'], changes: [] }, expected },
      NOW,
    );
    expect(await corrected(recentWrites, [before], refuse, NOW)).toEqual([before]);
    recentWrites.resolve([before], [], NOW);
    expect(recentWrites.confirmed()).toEqual([]);
    recentWrites.resolve([expected], [], NOW + SECOND);
    expect(recentWrites.confirmed()).toMatchObject([{ action: 'enable', because: 'its answer was lost' }]);
  });

  it('is not reported where another change of it was answered', () => {
    const recentWrites = new RecentWrites();
    const expected = observed();
    recentWrites.unanswered(
      {
        change: { action: 'enable', id: expected.id, title: expected.title, fields: ['enabled'], changes: [] },
        expected,
      },
      NOW,
    );
    recentWrites.wrote(expected, NOW);
    recentWrites.resolve([expected], [], NOW);
    expect(recentWrites.confirmed()).toEqual([]);
  });
});
