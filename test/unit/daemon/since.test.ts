import { describe, expect, it } from 'vitest';
import { Since } from '../../../src/daemon/status/since.ts';
import type { SubscriptionState, SubscriptionStatus } from '../../../src/reconcile/report.ts';
import { status } from '../../support/pass-ended.ts';
import { observed } from '../../support/subscriptions.ts';

const at = (time: string) => `2026-11-24T${time}:00.000Z`;

/** An entry that is in sync since 07:00 by what the API says. */
const inSync = (over: Partial<SubscriptionStatus> = {}) =>
  status({ observed: observed({ updated_at: at('07:00') }), ...over });
const inState = (state: SubscriptionState) => status({ state });
const stray = (state: SubscriptionState) => {
  const { source: _source, ...rest } = status({ title: 'Old', state, id: 'id-9' });
  return rest;
};

/** What is known after looks at these times. */
function looks(...each: readonly (readonly [time: string, ...SubscriptionStatus[]])[]): Since {
  return each.reduce(
    (since, [time, ...subscriptions]) =>
      since.after({
        revision: { id: 'r1' },
        observedAt: Date.parse(at(time)),
        subscriptions: subscriptions.filter(({ state }) => state !== 'Unmanaged'),
        unmanaged: subscriptions.filter(({ state }) => state === 'Unmanaged'),
        warnings: [],
        checkoutErrors: 0,
        problems: [],
      }),
    Since.nothing,
  );
}

describe('since when a subscription is in its state', () => {
  it('is, of one that is in sync at the first look, its last change', () => {
    expect(looks(['08:00', inSync()]).of(inSync())).toEqual({ since: at('07:00') });
  });

  it('is the commit of its entry where that is later than its last change', () => {
    const since = looks(['08:00', inSync()]);
    const by = (time: string) => since.attributed(new Map([['Orders', { id: 'c', time }]])).of(inSync());
    expect(by(at('07:30'))).toEqual({ since: at('07:30') });
    expect(by(at('06:30'))).toEqual({ since: at('07:00') });
  });

  it('is never in the future, whatever clocks say', () => {
    const early = inSync({ observed: observed({ updated_at: at('09:00') }) });
    expect(looks(['08:00', early]).of(early)).toEqual({ since: at('08:00') });
    const since = looks(['08:00', inSync()]).attributed(new Map([['Orders', { id: 'c', time: at('11:00') }]]));
    expect(since.of(inSync())).toEqual({ since: at('08:00') });
  });

  it('stays as it is when a later commit leaves the subscription in sync', () => {
    const commits = (time: string) => new Map([['Orders', { id: 'c', time: at(time) }]]);
    const since = looks(['08:00', inSync()]).attributed(commits('07:30')).attributed(commits('07:45'));
    expect(since.of(inSync())).toEqual({ since: at('07:30') });
  });

  it.each(['Drifted', 'Pending', 'Failed', 'Withheld', 'Unmanaged'] as const)(
    'is at least the first look for one that is %s then',
    (state) => {
      const one = state === 'Withheld' || state === 'Unmanaged' ? stray(state) : inState(state);
      expect(looks(['08:00', one], ['08:01', one]).of(one)).toEqual({ since: at('08:00'), sinceIsAtLeast: true });
    },
  );

  it('is the look that first saw it so, from then on', () => {
    const since = looks(['08:00', inSync()], ['08:01', inState('Drifted')], ['08:02', inState('Drifted')]);
    expect(since.of(inState('Drifted'))).toEqual({ since: at('08:01') });
  });

  it('begins anew where the state was another one in between', () => {
    const since = looks(
      ['08:00', inState('Failed')],
      ['08:01', inState('Pending')],
      ['08:02', inState('Failed')],
      ['08:03', inState('Failed')],
    );
    expect(since.of(inState('Failed'))).toEqual({ since: at('08:02') });
  });

  it('begins anew where a pass put it right between two looks that saw it in sync', () => {
    const put = inSync({ lastChangeAt: '2026-11-24T08:01:02.000Z' });
    const since = looks(['08:00', inSync()], ['08:01', put], ['08:02', put]);
    expect(since.of(put)).toEqual({ since: '2026-11-24T08:01:02.000Z' });
  });

  it('is not an earlier change of ours where it was suspended since', () => {
    const changed = { lastChangeAt: '2026-11-24T08:00:02.000Z' };
    const since = looks(
      ['08:00', inSync(changed)],
      ['08:01', status({ state: 'Suspended', ...changed })],
      ['08:02', inSync(changed)],
    );
    expect(since.of(inSync(changed))).toEqual({ since: at('08:02') });
  });

  it('is kept apart for an entry and for another subscription of its title', () => {
    const twin = { ...stray('Withheld'), title: 'Orders' };
    const since = looks(['08:00', inSync()], ['08:01', inSync(), twin]);
    expect([since.of(inSync()), since.of(twin)]).toEqual([{ since: at('07:00') }, { since: at('08:01') }]);
  });

  it('is forgotten with the subscription', () => {
    const since = looks(['08:00', inState('Failed')], ['08:01'], ['08:02', inState('Failed')]);
    expect(since.of(inState('Failed'))).toEqual({ since: at('08:02') });
  });
});

describe('since when all of them are as they are', () => {
  it('is the latest of the entries, else the first look', () => {
    const later = inSync({ title: 'Users', observed: observed({ updated_at: at('07:40') }) });
    expect(looks(['08:00', inSync(), later, stray('Unmanaged')]).latest).toBe(Date.parse(at('07:40')));
    expect(looks(['08:00', stray('Unmanaged')]).latest).toBe(Date.parse(at('08:00')));
  });
});
