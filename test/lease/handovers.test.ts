import { expect, it } from 'vitest';
import { Fleet } from './fleet.ts';
import { handOver, WAYS, type Way } from './handover.ts';
import { testify } from './witness.ts';

/** Those that end in a release take no time; the others wait for the lease to run out. */
const HANDOVERS: readonly Way[] = ['end', 'end', 'kill', 'end', 'pause', 'hang', 'end'];

it('three instances hand the lease over again and again, and never two of them change the tenant', async () => {
  await using fleet = await Fleet.of(3, {
    leaseDuration: '2s',
    renewDeadline: '1s',
    retryPeriod: '100ms',
    timeout: '500ms',
  });
  fleet.churn(100);
  expect(WAYS).toEqual(expect.arrayContaining([...HANDOVERS]));
  for (const way of HANDOVERS) await handOver(fleet, way);
  await fleet.calm();
  await fleet.server.until(() => fleet.isConverged());
  const { handovers, changes, violations } = testify(fleet.witness);
  expect(violations).toEqual([]);
  expect(handovers).toBeGreaterThanOrEqual(HANDOVERS.length);
  expect(changes).toBeGreaterThan(0);
});
