import { describe, expect, it } from 'vitest';
import { RecentWrites } from '../../../src/apply/recent-writes.ts';
import type { Loaded } from '../../../src/desired/load.ts';
import { Loop } from '../../../src/reconcile/loop.ts';
import { BackoffState } from '../../../src/reconcile/backoff.ts';
import type { Ports } from '../../../src/reconcile/observe.ts';
import { type Pass, runPass } from '../../../src/reconcile/pass.ts';
import { readTimeout } from '../../../src/runtime/ports.ts';
import { UNLIMITED } from '../../../src/base/write-permit.ts';
import type { UpvestClient } from '../../../src/upvest/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { PERMISSIVE } from '../../support/policy.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const MINUTE = 60_000;
const never = async <T>(): Promise<T> => new Promise<T>(() => {});

describe('a pass in which something hangs for ever', () => {
  it.each<[string, Partial<Ports>]>([
    ['the look at the checkout', { fingerprint: never }],
    ['the reading of the checkout', { load: never }],
  ])('%s ends at its deadline, says so, and is tried again', async (_, hanging) => {
    const { clock, passes, requests } = run(hanging);
    await clock.advance(15 * MINUTE);
    expect(passes).toMatchObject([
      { report: { result: 'failed', error: 'the pass took longer than 900 s' }, again: 'later' },
    ]);
    expect(requests).toEqual([]);
    await clock.advance(20 * MINUTE);
    expect(passes).toHaveLength(2);
  });

  it.each<[string, Partial<UpvestClient>]>([
    ['the listing', { listWebhooks: until }],
    ['a create', { createWebhook: async (_body, signal) => until(signal) }],
  ])('%s ends at its deadline, though only the signal ends the wait', async (_, hanging) => {
    const { clock, passes, requests } = run({}, hanging);
    await clock.advance(15 * MINUTE);
    expect(passes).toHaveLength(1);
    expect(passes[0]?.report.result).not.toBe('converged');
    expect(requests).toEqual([]);
  });

  it('the check of the checkout between two actions: nothing more is changed', async () => {
    let looks = 0;
    const fingerprint = async () => ((looks += 1) === 1 ? 'as it was' : never<string>());
    const { clock, passes, requests } = run({ fingerprint });
    await clock.advance(15 * MINUTE);
    expect(passes).toMatchObject([{ report: { result: 'incomplete' } }]);
    expect(requests).toEqual([]);
  });

  it('the reading of the checkout ends at once when the loop is stopped', async () => {
    const { loop, passes } = run({ load: never });
    await loop.stop(new Error('shutting down'));
    expect(passes).toMatchObject([{ report: { error: 'shutting down' } }]);
  });
});

describe('a read of the checkout', () => {
  it('that hangs is given up, and the error names the path and what to check', async () => {
    const read = readTimeout('/git/current', 10);
    await expect(read(never)).rejects.toThrow(
      '/git/current could not be read within 0.01 s: its file system does not answer, check the volume',
    );
  });

  it('is not begun while one that was given up still hangs, and goes on when that is over', async () => {
    const read = readTimeout('/git/current', 10);
    const hung = Promise.withResolvers<void>();
    await expect(read(async () => hung.promise)).rejects.toThrow();
    const begun: string[] = [];
    const next = async () => begun.push('next');
    await expect(read(next)).rejects.toThrow();
    expect(begun).toEqual([]);
    hung.resolve();
    await read(next);
    expect(begun).toEqual(['next']);
  });
});

/** A loop over real passes that are to create one subscription, with the first under way. */
function run(hanging: Partial<Ports> = {}, hangingCalls: Partial<UpvestClient> = {}) {
  const clock = new FakeClock();
  const passes: Pass[] = [];
  const requests: string[] = [];
  const change = async (name: string) => {
    requests.push(name);
    return { value: observed() };
  };
  const client: UpvestClient = {
    listWebhooks: async () => ({ items: [], unusable: [] }),
    getWebhook: async () => undefined,
    createWebhook: async () => change('create'),
    updateWebhook: async () => change('update'),
    deleteWebhook: never,
    testWebhook: never,
    verifyKeys: never,
    now: () => clock.now(),
    requestsSent: 0,
    close: async () => undefined,
    ...hangingCalls,
  };
  const checkout = {
    revision: { id: 'r1' },
    desired: [desired()],
    tombstones: [],
    problems: [],
    errors: 0,
    files: 1,
    changedAt: 0,
  };
  const ports: Ports = {
    config: { api: { concurrency: 1 }, policy: PERMISSIVE, schedule: { freeze: [], timezone: 'UTC' } },
    client,
    writePermit: UNLIMITED,
    clock,
    recentWrites: new RecentWrites(),
    load: async (): Promise<Loaded> => ({ ok: true, checkout }),
    fingerprint: async () => 'as it was',
    ...hanging,
  };
  const backoff = new BackoffState();
  const loop = new Loop({
    pass: async (trigger, _mayBeOutrun, signal) =>
      runPass(trigger, {
        ports,
        backoff,
        emit: () => {},
        onTestDue: () => {},
        patienceMs: 15_000,
        mayBeOutrun: () => true,
        signal,
      }),
    clock,
    random: () => 0,
    deadlineMs: 15 * MINUTE,
    emit: (happening) => {
      if (happening.kind === 'pass-ended') passes.push(happening.pass);
    },
  });
  void loop.request('start');
  return { loop, clock, passes, requests };
}

/** Waits as the calls of the client do: an aborted signal ends the wait. */
async function until<T>(signal?: AbortSignal): Promise<T> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
