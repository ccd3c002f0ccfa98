import { describe, expect, it } from 'vitest';
import { outage } from '../../../../src/plan/guard.ts';
import { ANNA, REMOVED, said, situation, unwanted, withheldBy } from '../../../support/explained.ts';
import { observed } from '../../../support/subscriptions.ts';

const QUARANTINE = { ...situation().policy, quarantineMs: 86_400_000 };
const OUTAGE = { guard: 'unfinished', deletes: 1, ...outage([{ title: 'Orders', why: 'answered 503' }]) } as const;

describe('what is to be removed is explained', () => {
  it('with who removed it from git, and what is lost with it', () => {
    expect(said(unwanted('Pending', REMOVED))).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The next pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, revert 9c4e1fa.',
    );
  });

  it('where nobody knows who removed it', () => {
    expect(said(unwanted('Pending'))).toBe(
      'Git does not want it; which commit removed it is not known. The next pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, write its entry again.',
    );
  });

  it('as disabled first, where there is a quarantine', () => {
    expect(said(unwanted('Pending', REMOVED), { policy: QUARANTINE })).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The next pass disables it, and deletes it once policy.quarantine is over. Meanwhile it stays enabled and goes on delivering. If it is to stay, revert 9c4e1fa.',
    );
  });

  it('as a duplicate', () => {
    expect(said(unwanted('Pending', { because: 'surplus' }))).toBe(
      'It is a duplicate: the entry of its title has another subscription. The next pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, give it an entry of its own.',
    );
  });

  it('by its tombstone', () => {
    expect(said(unwanted('Pending', { because: 'tombstone', commit: ANNA }))).toBe(
      'Anna wrote the tombstone that wants it deleted in 9c4e1fa "Move the order hooks". The next pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, revert 9c4e1fa.',
    );
  });

  it('where the mode only observes', () => {
    expect(said(unwanted('Pending', REMOVED), { mode: 'observe', hold: 'observe' })).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". Mode observe changes nothing: with policy.mode sync, a pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, revert 9c4e1fa.',
    );
  });

  it('where the plan was dropped', () => {
    expect(
      said(
        unwanted('Pending', { ...REMOVED, error: { message: 'the checkout has changed since this plan was made' } }),
      ),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". It waits: the checkout has changed since this plan was made. The next pass deletes it for good, with what its delivery queue holds. Meanwhile it stays enabled and goes on delivering. If it is to stay, revert 9c4e1fa.',
    );
  });

  it('where its delete failed', () => {
    expect(
      said(
        unwanted('Failed', {
          ...REMOVED,
          error: { message: 'DELETE /webhooks/{webhook_id} answered 500 Oops (request 3d1b)', requestId: '3d1b' },
        }),
      ),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The last try to delete it failed: DELETE /webhooks/{webhook_id} answered 500 Oops (request 3d1b). The next pass tries again. Meanwhile it stays enabled and goes on delivering. If that does not end, give Upvest the request id 3d1b.',
    );
  });

  it('where the API does not disable it', () => {
    expect(said(unwanted('NotConverging', REMOVED))).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". It was to be disabled before it is deleted: the API answered success and still shows it enabled. The next pass tries again. Meanwhile it stays enabled and goes on delivering. Ask Upvest why.',
    );
  });

  it('in quarantine', () => {
    expect(
      said(
        unwanted('Quarantined', {
          ...REMOVED,
          observed: observed({ enabled: false }),
          until: '2026-11-25T08:00:00.000Z',
        }),
      ),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". It is in quarantine: disabled, so it delivers nothing, and due to be deleted at 2026-11-25T08:00:00Z. The first pass after that deletes it, unless a guard holds it. To keep it, revert 9c4e1fa before that: the same id is then enabled again.',
    );
  });

  it('in quarantine, while a freeze window is open', () => {
    expect(
      said(
        unwanted('Quarantined', {
          ...REMOVED,
          observed: observed({ enabled: false }),
          until: '2026-11-25T08:00:00.000Z',
        }),
        { hold: 'freeze', frozenUntil: '2026-11-30T07:00:00.000Z' },
      ),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". It is in quarantine: disabled, so it delivers nothing, and due to be deleted at 2026-11-25T08:00:00Z. A freeze window holds every change; the first pass after 2026-11-30T07:00:00Z deletes it if it is due by then. To have it sooner, take the window out of schedule.freeze. To keep it, revert 9c4e1fa before that: the same id is then enabled again.',
    );
  });
});

describe('what a guard withholds is explained', () => {
  it('by the limit of deletes', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'] }), { withheld: withheldBy('max-deletes') }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard max-deletes holds the delete: 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by a share of deletes', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'] }), {
        withheld: withheldBy('max-deletes'),
        policy: { ...QUARANTINE, maxDeletes: { percent: 20 } },
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard max-deletes holds the delete: 2 deletes are more than the 20% that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by an empty checkout', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['empty-checkout', 'max-deletes'] }), {
        withheld: withheldBy('empty-checkout', 'max-deletes'),
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guards empty-checkout and max-deletes hold the delete: the checkout holds no entry at all, more often a wrong path than a wish; 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.allowEmpty: true and policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by errors in files, with no advice to approve it', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['invalid-checkout', 'max-deletes'] }), {
        withheld: withheldBy('invalid-checkout', 'max-deletes'),
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guards invalid-checkout and max-deletes hold the delete: files of the checkout have errors, and what cannot be read must not look deleted; 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. Fix the errors first (`webhook-reconciler validate` lists them). Fixing them deletes nothing by itself: max-deletes still holds all 2, unless fewer are left then. If the delete is really meant, after that write a tombstone (state: absent) for it or raise policy.maxDeletes for that once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by errors in files alone, which hold it as long as they are there', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['invalid-checkout'] }), {
        withheld: withheldBy('invalid-checkout'),
      }),
    ).toContain(
      '(`webhook-reconciler validate` lists them): the next pass then deletes it, if git still does not want it;',
    );
  });

  it('by errors in files and what goes by itself', () => {
    const guards = ['invalid-checkout', 'unfinished', 'freeze'] as const;
    expect(said(unwanted('Withheld', { ...REMOVED, guards }), { withheld: withheldBy(...guards) })).toContain(
      'Fixing them deletes nothing by itself: unfinished and freeze still hold it. If the delete is really meant, after that write a tombstone (state: absent) for it; if',
    );
  });

  it('by errors in files, one of which may be in its own entry', () => {
    const guards = ['invalid-checkout'] as const;
    const text = said(unwanted('Withheld', { guards }), { withheld: withheldBy(...guards) });
    expect(text).toMatch(/^No entry that can be read has it: its own may be one of those with errors\. /);
    expect(text).toMatch(/if it is to stay, see that its entry is there\.$/);
  });

  it('by too many duplicates', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-surplus'], because: 'surplus' }), {
        withheld: withheldBy('max-surplus'),
      }),
    ).toBe(
      'It is a duplicate: the entry of its title has another subscription. The guard max-surplus holds the delete: 2 duplicates are more than may go in one pass, so find out what made them. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent, with its reconcile.id) for it; if it is to stay, give it an entry of its own.',
    );
  });

  it('by what does not stand', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['unfinished'] }), { withheld: withheldBy('unfinished') }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard unfinished holds the delete: something that is wanted does not stand ("Users" (in conflict)). Meanwhile it stays enabled and goes on delivering. If the delete is meant, it goes by itself once that is over; sooner, write a tombstone (state: absent) for it; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by several guards', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes', 'unfinished'] }), {
        withheld: withheldBy('max-deletes', 'unfinished'),
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guards max-deletes and unfinished hold the delete: 2 deletes are more than the 1 that policy.maxDeletes allows in one pass; something that is wanted does not stand ("Users" (in conflict)). Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('by a freeze window', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['freeze'] }), {
        withheld: withheldBy('freeze'),
        hold: 'freeze',
        frozenUntil: '2026-11-30T07:00:00.000Z',
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard freeze holds the delete: a freeze window holds every change until 2026-11-30T07:00:00Z. Meanwhile it stays enabled and goes on delivering. If the delete is meant, the first pass after the window sees to it; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('where it has a tombstone, and the API fails', () => {
    expect(
      said(unwanted('Withheld', { because: 'tombstone', commit: ANNA, guards: ['unfinished'] }), {
        withheld: [OUTAGE],
      }),
    ).toBe(
      'Anna wrote the tombstone that wants it deleted in 9c4e1fa "Move the order hooks". The guard unfinished holds the delete: the API fails or the pass was interrupted ("Orders" (answered 503)). Meanwhile it stays enabled and goes on delivering. If the delete is meant, it goes by itself once that is over; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('where it is disabled already', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'], observed: observed({ enabled: false }) }), {
        withheld: withheldBy('max-deletes'),
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard max-deletes holds the delete: 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays, disabled: it delivers nothing. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa.',
    );
  });

  it('where another instance leads', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'] }), {
        withheld: withheldBy('max-deletes'),
        hold: 'standby',
        holder: 'payments-1',
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard max-deletes holds the delete: 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa. This instance is on standby: payments-1 leads and decides.',
    );
  });

  it('where the mode would not delete it anyway', () => {
    expect(
      said(unwanted('Withheld', { ...REMOVED, guards: ['max-deletes'] }), {
        withheld: withheldBy('max-deletes'),
        hold: 'observe',
        mode: 'observe',
      }),
    ).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". The guard max-deletes holds the delete: 2 deletes are more than the 1 that policy.maxDeletes allows in one pass. Meanwhile it stays enabled and goes on delivering. If the delete is meant, write a tombstone (state: absent) for it or set policy.maxDeletes: 2 for this once; if it is to stay, revert 9c4e1fa. Mode observe deletes nothing either way.',
    );
  });
});

describe('what is unmanaged is explained', () => {
  it('as not owned', () => {
    expect(said(unwanted('Unmanaged', { because: 'not-owned' }))).toBe(
      'Git does not want it and policy.owns does not cover it: it is neither changed nor deleted here. Who made it is not known. To have it managed, write an entry with its title and url. To have it deleted, write a tombstone (state: absent) for it.',
    );
  });

  it('as not owned, where tombstones and adoption do not reach it', () => {
    expect(
      said(unwanted('Unmanaged', { because: 'not-owned' }), {
        policy: { ...QUARANTINE, adopt: 'never', tombstones: 'owned' },
      }),
    ).toBe(
      'Git does not want it and policy.owns does not cover it: it is neither changed nor deleted here. Who made it is not known. To have it managed, let policy.owns cover it and write an entry for it. To have it deleted, let policy.owns cover it.',
    );
  });

  it('by the entry that is in conflict with it, which has the ways out', () => {
    expect(said(unwanted('Unmanaged', { because: 'not-owned', conflictWith: 'Purchases' }))).toBe(
      'Git does not want it and policy.owns does not cover it: it is neither changed nor deleted here. Who made it is not known. The entry "Purchases" is in conflict with it: the ways to settle that are there.',
    );
  });

  it('as kept by the mode', () => {
    expect(said(unwanted('Unmanaged', { ...REMOVED, because: 'mode' }), { mode: 'upsert' })).toBe(
      'Anna removed it from git in 9c4e1fa "Move the order hooks". Git does not want it, but mode upsert deletes nothing: it stays and is not managed. With policy.mode: sync a pass removes it, unless a guard holds that; to keep it, write an entry for it.',
    );
  });

  it('as kept for an entry that may mean it', () => {
    expect(said(unwanted('Unmanaged', { because: 'may-mean', keptFor: 'Old orders' }))).toBe(
      'It is owned and no entry has it, but the entry "Old orders" is suspended or in conflict and may mean it: it is kept until that is settled. See that entry for how.',
    );
  });

  it('as kept beside an entry', () => {
    expect(said(unwanted('Unmanaged', { because: 'beside', keptFor: 'Old orders' }))).toBe(
      'It is owned and no entry has it, but the entry "Old orders" names it in reconcile.beside: it is kept as long as it does. To have it managed, write an entry for it; to have it deleted, take it out of reconcile.beside.',
    );
  });

  it('as unreadable', () => {
    expect(said(unwanted('Unmanaged', { observed: null }))).toBe(
      'The API lists it without a usable title or url, so nobody can say what it is for: it is not touched. An entry that may mean it waits. Look at it by its id at Upvest, and fix or delete it there.',
    );
  });
});
