import { describe, expect, it } from 'vitest';
import { Status } from '../../../src/daemon/status.ts';
import type { Withheld } from '../../../src/plan/plan.ts';
import type { PassResult } from '../../../src/reconcile/report.ts';
import { FACTS, STILL } from '../../support/pass-ended.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-24T08:00:00Z');

describe('health', () => {
  it('is failing when no pass has succeeded for five minutes', () => {
    const { uptime, health, ends } = setup();
    ends('converged');
    uptime.ms = 5 * MINUTE;
    expect(health().status).toBe('ok');
    uptime.ms += 1;
    expect(health()).toMatchObject({
      status: 'failing',
      reasons: ['no successful pass for more than 300 s'],
      lastSuccess: '2026-11-24T08:00:00.000Z',
    });
  });

  it('is patient for three times as long as it is between two passes', () => {
    const { uptime, health, ends } = setup();
    ends('converged');
    uptime.ms = 30 * MINUTE;
    expect(health(10 * MINUTE).status).toBe('ok');
    uptime.ms += 1;
    expect(health(10 * MINUTE).status).toBe('failing');
  });

  it('counts from the start as long as nothing has succeeded', () => {
    const { uptime, health, ends } = setup();
    uptime.ms = 4 * MINUTE;
    ends('failed');
    expect(health().status).toBe('degraded');
    uptime.ms = 6 * MINUTE;
    expect(health().status).toBe('failing');
  });

  it('says of a failure that it worked before, so that nobody looks for an error in the settings first', () => {
    const { health, ends } = setup();
    ends('failed');
    expect(health().reasons).toEqual(['the last pass failed: the API is down']);
    ends('converged');
    ends('failed');
    expect(health().reasons).toEqual([
      'the last pass failed: the API is down. It worked at 2026-11-24T08:00:00.000Z, and is tried again by itself: see first whether something is down',
    ]);
  });

  it('says of a freeze that it holds more than deletes, of which there may be none', () => {
    const { health, ends } = setup();
    ends('observed', NOW, [{ guard: 'freeze', deletes: 0, howToLift: 'Wait.' }]);
    expect(health()).toMatchObject({ status: 'degraded', reasons: ['every change withheld (freeze): Wait.'] });
  });

  it.each([-60, 60])('does not care that the clock was set by %s minutes', (minutes) => {
    const { uptime, health, ends } = setup();
    ends('converged');
    ends('converged', NOW + minutes * MINUTE);
    uptime.ms = 4 * MINUTE;
    expect(health().status).toBe('ok');
    uptime.ms = 6 * MINUTE;
    expect(health().status).toBe('failing');
  });
});

it('a schedule that never comes again has no next pass', () => {
  expect(
    new Status({ clock: STILL }).contents({ ...FACTS, nextPassAt: Number.POSITIVE_INFINITY }).nextPassAt,
  ).toBeNull();
});

it('a status already made is not changed by the next pass', () => {
  const { status, ends } = setup();
  ends('converged');
  const served = status.contents(FACTS);
  ends('failed');
  expect([...served.passes].map(({ result }) => result)).toEqual(['converged']);
});

function setup() {
  const uptime = { ms: 0 };
  const status = new Status({ clock: { now: () => NOW, uptime: () => uptime.ms } });
  return {
    uptime,
    status,
    health: (resyncMs = MINUTE) => status.health('sync', resyncMs),
    ends: (result: PassResult, now = NOW, withheld: readonly Withheld[] = []) => {
      const changes = { create: 0, enable: 0, update: 0, delete: 0 };
      const startedAt = new Date(now).toISOString();
      const error = result === 'failed' ? { error: 'the API is down' } : {};
      const base = { startedAt, durationMs: 0, trigger: 'schedule', changes, withheld, requests: 2 } as const;
      const report = { ...base, result, ...error };
      status.sink({ kind: 'pass-ended', pass: { report, again: 'no' }, endedAt: now });
    },
  };
}
