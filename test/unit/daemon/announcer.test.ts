import { describe, expect, it } from 'vitest';
import { Announcer } from '../../../src/daemon/announcer.ts';
import { CredentialError } from '../../../src/http/credential-file.ts';
import type { Occurrence } from '../../../src/kubernetes/event-correlator.ts';
import { CheckoutError, PassAborted } from '../../../src/reconcile/errors.ts';
import type { PassReport } from '../../../src/reconcile/report.ts';
import type { DriftOrigin } from '../../../src/subscription/diff.ts';
import type { Happening } from '../../../src/runtime/happening.ts';
import { ApiError, IncompleteListingError } from '../../../src/upvest/errors.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { drifted } from '../../support/pass-ended.ts';

const REVISION = '3f2c9e1d8a4b5c6d7e8f90123456789012345678';

function announcer({ leads = (): boolean => true } = {}) {
  const clock = new FakeClock();
  const said: string[] = [];
  const subject = new Announcer({ uptime: () => clock.uptime(), leads });
  const record = ({ type, reason, message }: Occurrence) => void said.push(`${type} ${reason}: ${message}`);
  void subject.postTo({ record, close: async () => Promise.resolve() });
  const drift = (origin: DriftOrigin) => subject.sink(drifted({ origin }));
  const passed = (result: PassReport['result'], rest: Partial<PassReport> = {}, error?: unknown) => {
    const report: PassReport = {
      startedAt: '2026-11-24T08:00:00.000Z',
      durationMs: 1,
      trigger: 'schedule',
      result,
      changes: { create: 0, enable: 0, update: 0, delete: 0 },
      withheld: [],
      requests: 1,
      revision: REVISION,
      ...rest,
    };
    const pass = { report, ...(error !== undefined && { error }), again: 'no' } as const;
    subject.sink({ kind: 'pass-ended', pass, endedAt: Date.parse('2026-11-24T08:00:01Z') });
  };
  const failing = (error: unknown) => {
    passed('failed', { error: 'canary' }, error);
  };
  return { clock, said, sink: subject.sink, drift, passed, failing };
}

type ChangeFailed = Extract<Happening, { kind: 'change-failed' }>;
const changeFailed: ChangeFailed = {
  kind: 'change-failed',
  action: {} as ChangeFailed['action'],
  failure: { message: 'canary' },
};

describe('a pass is announced', () => {
  it('not at all when there is nothing to say', () => {
    const { said, drift, passed } = announcer();
    drift('git');
    passed('converged');
    expect(said).toEqual([]);
  });

  it('when another client changed the tenant, by count and revision', () => {
    const { said, drift, passed } = announcer();
    drift('remote');
    drift('remote');
    passed('converged');
    passed('converged');
    expect(said).toEqual([
      'Warning Drift: 2 subscriptions differed from the checkout at revision 3f2c9e1d8a4b: another client changed the tenant',
    ]);
  });

  it('when deletes are withheld, by guard, once and then every ten minutes', async () => {
    const { said, clock, passed } = announcer();
    const withheld = [
      { guard: 'invalid-checkout', deletes: 3, howToLift: 'canary' },
      { guard: 'freeze', deletes: 0, howToLift: 'canary' },
    ] as const;
    for (let minute = 0; minute < 20; minute += 1) {
      passed('incomplete', { withheld });
      await clock.advance(60_000);
    }
    const once =
      'Warning DeletesWithheld: Withheld at revision 3f2c9e1d8a4b: 3 deletes by invalid-checkout. /healthz says how to lift it';
    expect(said).toEqual([once, once]);
    passed('converged');
    passed('incomplete', { withheld });
    expect(said).toEqual([once, once, once]);
  });

  it('when changes failed', () => {
    const { said, sink, passed } = announcer();
    sink(changeFailed);
    passed('incomplete');
    expect(said).toEqual(['Warning ChangesFailed: 1 change failed at revision 3f2c9e1d8a4b: see /status']);
  });

  it('when it failed, and when the next one does not', () => {
    const { said, passed, failing } = announcer();
    failing(new IncompleteListingError('canary'));
    failing(new IncompleteListingError('canary'));
    passed('converged');
    passed('converged');
    expect(said).toEqual([
      'Warning PassFailed: The pass failed: the listing of the tenant could not be proved complete',
      'Normal Recovered: Passes succeed again, after 2 passes that failed',
    ]);
  });

  it.each([
    [
      new ApiError({
        request: { method: 'GET', route: '/webhooks' },
        status: 503,
        problem: { title: 'canary' },
        outcome: 'refused',
      }),
      'GET /webhooks answered 503',
    ],
    [
      new ApiError({
        request: { method: 'GET', route: '/webhooks' },
        problem: { title: 'canary' },
        outcome: 'unknown',
      }),
      'GET /webhooks got no answer',
    ],
    [new CredentialError('canary'), 'the credentials cannot be used, see the log'],
    [new CheckoutError('missing', 'canary'), 'the checkout cannot be read (missing), see the log'],
    [new TypeError('canary'), 'see the log'],
  ])('that failed by the kind of its error alone: %s', (error, why) => {
    const { said, failing } = announcer();
    failing(error);
    expect(said).toEqual([`Warning PassFailed: The pass failed: ${why}`]);
  });

  it('as failed when it took too long, but not when it was stopped for a shutdown', () => {
    const { said, passed, failing } = announcer();
    passed('failed', { error: 'canary', isInterrupted: true }, new PassAborted('shutting down'));
    expect(said).toEqual([]);
    failing(new PassAborted('the pass took longer than 900 s', { isOverdue: true }));
    expect(said).toEqual(['Warning PassFailed: The pass failed: it took too long and was stopped']);
  });

  it('by a standby only when it fails', () => {
    const { said, drift, passed, failing } = announcer({ leads: () => false });
    drift('remote');
    passed('observed', { withheld: [{ guard: 'max-deletes', deletes: 9, howToLift: '' }] });
    failing(new CredentialError(''));
    expect(said).toHaveLength(1);
  });
});

it('changes of leadership are announced with who it was', () => {
  const { said, sink } = announcer();
  const lease = { lease: 'payments/webhook-reconciler', identity: 'reconciler-1_a' };
  sink({ kind: 'leadership-gained', ...lease, how: 'afresh' });
  for (const how of ['lost', 'released', 'left'] as const)
    sink({ kind: 'leadership-lost', ...lease, how, why: 'canary', holder: undefined });
  expect(said).toEqual([
    'Normal BecameLeader: reconciler-1_a became the leader',
    'Warning LostLease: reconciler-1_a lost the lease and changes nothing any more',
    'Normal ReleasedLease: reconciler-1_a released the lease',
    'Normal LeftLease: reconciler-1_a leaves the lease to run out: a change got no answer',
  ]);
});
