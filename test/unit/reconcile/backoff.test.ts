import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/apply/outcome.ts';
import type { Action, Standing } from '../../../src/plan/plan.ts';
import { BackoffState } from '../../../src/reconcile/backoff.ts';
import type { Drift } from '../../../src/reconcile/drift.ts';
import type { Desired, Observed } from '../../../src/subscription/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-11-24T08:00:00Z');

const origins = (drifts: readonly Drift[]) => drifts.map(({ origin }) => origin);

describe('where a difference comes from', () => {
  it('is git when the entry was edited since tenant and checkout agreed', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, START);
    expect(
      origins(backoff.recordStandings([differing(desired({ url: 'https://new.example.com/' }))], START, START)),
    ).toEqual(['git']);
  });

  it('is remote when the entry is as it was and the tenant is not', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, START);
    expect(origins(backoff.recordStandings([differing(desired())], START, START))).toEqual(['remote']);
    expect(backoff.origin('Orders')).toBe('remote');
  });

  it('is remote when a subscription vanished that was in sync', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, START);
    expect(origins(backoff.recordStandings([missing(desired())], START, START))).toEqual(['remote']);
  });

  it('is judged on the first pass by which of the two changed last', () => {
    const remote = observed({ updated_at: '2026-11-24T07:00:00Z' });
    const newer = Date.parse('2026-11-24T07:30:00Z');
    const older = Date.parse('2026-11-24T06:30:00Z');
    expect(origins(new BackoffState().recordStandings([differing(desired(), remote)], newer, START))).toEqual(['git']);
    expect(origins(new BackoffState().recordStandings([differing(desired(), remote)], older, START))).toEqual([
      'remote',
    ]);
  });

  it('is counted once, however many passes see the same difference', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    expect(backoff.recordStandings([differing(desired())], START, START + MINUTE)).toEqual([]);
  });
});

describe('a difference that no pass before has seen', () => {
  const look = (begunAt: number) => ({ begunAt, now: begunAt + SECOND });
  const seen = (backoff: BackoffState, standing: Standing, listedAt: number) =>
    backoff.recordStandings([standing], START, listedAt + SECOND, look(listedAt));
  const iso = (ms: number) => new Date(ms).toISOString();

  it('came about between the begin of the look that last saw the subscription and the end of this one', () => {
    const backoff = new BackoffState();
    seen(backoff, inSync(desired()), START);
    const [drift] = seen(backoff, differing(desired()), START + MINUTE);
    expect(drift?.between).toEqual({ after: iso(START), before: iso(START + MINUTE + SECOND) });
    expect(seen(backoff, differing(desired()), START + 2 * MINUTE)).toEqual([]);
    expect(backoff.between('Orders')).toEqual(drift?.between);
    seen(backoff, inSync(desired()), START + 3 * MINUTE);
    expect(backoff.between('Orders')).toBeUndefined();
  });

  it('came about after our own change, where that was answered later', () => {
    const backoff = new BackoffState();
    seen(backoff, differing(desired()), START);
    const done = { kind: 'done', action: updating(), observed: observed() } as const;
    backoff.recordOutcome(done, { ...at(START + 10 * SECOND), hasSucceeded: true });
    const [drift] = seen(backoff, differing(desired()), START + MINUTE);
    expect(drift).toMatchObject({ origin: 'remote', between: { after: iso(START + 10 * SECOND) } });
  });

  it('came about before a time that is known where this is the first look', () => {
    const older = { ...differing(desired()), observed: observed({ updated_at: iso(START + SECOND) }) };
    const [drift] = seen(new BackoffState(), older, START + MINUTE);
    expect(drift).toMatchObject({ origin: 'remote', between: { after: null, before: iso(START + MINUTE + SECOND) } });
  });

  it('is told as what has become of what is wanted', () => {
    const backoff = new BackoffState();
    seen(backoff, inSync(desired()), START);
    const changes = [{ field: 'enabled', from: false, to: true }] as const;
    const [drift] = seen(backoff, { ...differing(desired()), changes }, START + MINUTE);
    expect(drift?.changes).toEqual([{ field: 'enabled', from: true, to: false }]);
    const [gone] = seen(backoff, missing(desired()), START + 2 * MINUTE);
    expect(gone).toMatchObject({
      id: drift?.id,
      changes: [
        { field: 'title', from: 'Orders', to: undefined },
        { field: 'url', from: desired().url, to: undefined },
        { field: 'enabled', from: true, to: undefined },
      ],
    });
  });

  it('is not told between looks where it is git’s doing', () => {
    const backoff = new BackoffState();
    seen(backoff, inSync(desired()), START);
    seen(backoff, differing(desired({ url: 'https://new.example.com/' })), START + MINUTE);
    expect(backoff.between('Orders')).toBeUndefined();
  });
});

const at = (uptime: number) => ({ uptime, now: uptime, hasSucceeded: false, outages: 1 });

describe('a subscription that does not converge', () => {
  const stuck = (backoff: BackoffState, now: number) =>
    backoff.recordOutcome(
      { kind: 'not-converging', action: updating(), observed: observed(), fields: ['url'] },
      at(now),
    );

  it('is left alone for 30 s, doubling to 30 min', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    const waits: number[] = [];
    let now = START;
    for (let n = 0; n < 8; n += 1) {
      stuck(backoff, now);
      const until = backoff.backOff(updating(), now)?.notBefore ?? now;
      waits.push((until - now) / SECOND);
      now = until;
      expect(backoff.backOff(updating(), now)).toBeUndefined();
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800]);
  });

  it('is tried again at once when its entry is edited', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    stuck(backoff, START);
    backoff.recordStandings([differing(desired({ url: 'https://fixed.example.com/' }))], START, START);
    expect(backoff.backOff(updating(), START)).toBeUndefined();
  });

  it('is forgotten once it is seen in sync', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    stuck(backoff, START);
    backoff.recordStandings([inSync(desired())], START, START);
    expect(backoff.backOff(updating(), START)).toBeUndefined();
  });
});

describe('a subscription the API refuses', () => {
  it('is left alone for a while, and says why', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    backoff.recordOutcome(
      { kind: 'failed', action: updating(), failure: { message: 'answered 400', status: 400, requestId: 'r1' } },
      at(START),
    );
    expect(backoff.backOff(updating(), START)).toMatchObject({
      state: 'Failed',
      message: 'answered 400',
      requestId: 'r1',
    });
  });

  it.each([401, 403, 429, 500, 503, undefined])('is not to blame for a failure with status %s', (status) => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired())], START, START);
    const failure = { message: 'no', ...(status !== undefined && { status }) };
    backoff.recordOutcome({ kind: 'failed', action: updating(), failure }, at(START));
    expect(backoff.backOff(updating(), START)).toBeUndefined();
  });
});

describe('a subscription that another client keeps changing back', () => {
  it('is contested after more than 5 corrections in 10 minutes, and corrected at a falling rate', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, START);
    const correctedAt: number[] = [];
    for (let now = START; now < START + 60 * MINUTE; now += 30 * SECOND) {
      backoff.recordStandings([differing(desired())], START, now);
      if (backoff.backOff(updating(), now)) continue;
      backoff.recordOutcome(done(), at(now));
      correctedAt.push((now - START) / MINUTE);
    }
    expect(backoff.isContested('Orders')).toBe(true);
    expect(correctedAt).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3.5, 5.5, 9.5, 17.5, 33.5]);
  });

  it('is no longer contested after 10 quiet minutes', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, START);
    for (let n = 0; n < 6; n += 1) {
      backoff.recordStandings([differing(desired())], START, START);
      backoff.recordOutcome(done(), at(START));
    }
    backoff.recordStandings([inSync(desired())], START, START + 5 * MINUTE);
    expect(backoff.isContested('Orders')).toBe(true);
    backoff.recordStandings([inSync(desired())], START, START + 12 * MINUTE);
    expect(backoff.isContested('Orders')).toBe(false);
  });

  it('is not contested by edits in git, however many', () => {
    const backoff = new BackoffState();
    for (let n = 0; n < 20; n += 1) {
      const edited = desired({ url: `https://hooks.example.com/${n}` });
      backoff.recordStandings([differing(edited)], START, START);
      backoff.recordOutcome(done(edited), at(START));
    }
    expect(backoff.isContested('Orders')).toBe(false);
  });
});

it('an entry that left the checkout is forgotten', () => {
  const backoff = new BackoffState();
  backoff.recordStandings([differing(desired())], START, START);
  backoff.recordStandings([], START, START);
  expect(backoff.origin('Orders')).toBeUndefined();
});

describe('the origin in an audit line', () => {
  const young = observed({ updated_at: new Date(START + MINUTE).toISOString() });

  it('is another client where this process has seen the entry as wanted', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([inSync(desired())], START, 0);
    backoff.recordStandings([differing(desired(), young)], START, MINUTE);
    expect(backoff.originOf(updating(), START)).toBe('remote');
  });

  it('is not known in the first pass: an earlier run may have written what a commit took back since', () => {
    const backoff = new BackoffState();
    backoff.recordStandings([differing(desired(), young)], START, 0);
    expect(backoff.originOf(updating(), START)).toBeUndefined();
  });
});

function inSync(of: Desired): Standing {
  return { desired: of, observed: observed(), by: 'title', state: 'in-sync', changes: [] };
}

function differing(of: Desired, remote: Observed = observed()): Standing {
  return {
    desired: of,
    observed: remote,
    by: 'title',
    state: 'differs',
    changes: [{ field: 'url', from: 'a', to: 'b' }],
  };
}

function missing(of: Desired): Standing {
  return { desired: of, state: 'missing', changes: [] };
}

function updating(of: Desired = desired()): Action {
  const changes = [{ field: 'url', from: 'a', to: 'b' }] as const;
  return { kind: 'update', desired: of, observed: observed(), changes, by: 'title', adopts: false };
}

function done(of: Desired = desired()): Outcome {
  return { kind: 'done', action: updating(of), observed: observed() };
}
