import { describe, expect, it } from 'vitest';
import { InFlight } from '../../../src/runtime/leadership.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const LEASE_MS = 15_000;

describe('a change that was sent', () => {
  it('is in flight until it is answered', () => {
    const changes = new InFlight(new FakeClock());
    const [settleOne, settleOther] = [changes.begin(), changes.begin()];
    settleOne(true);
    expect(changes.within(LEASE_MS)).toBe(true);
    settleOther(true);
    expect(changes.within(LEASE_MS)).toBe(false);
  });

  it('and was given up without an answer stays in flight for a while', async () => {
    const clock = new FakeClock();
    const changes = new InFlight(clock);
    const settle = changes.begin();
    await clock.advance(60_000);
    settle(false);
    await clock.advance(LEASE_MS - 1);
    expect(changes.within(LEASE_MS)).toBe(true);
    await clock.advance(1);
    expect(changes.within(LEASE_MS)).toBe(false);
  });

  it('without an answer stays in flight when another one is answered', () => {
    const changes = new InFlight(new FakeClock());
    changes.begin()(false);
    changes.begin()(true);
    expect(changes.within(LEASE_MS)).toBe(true);
  });
});
