/**
 * Whatever the API answers in a readable shape, passes end as documented, without a fault of ours, with few requests.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentWrites } from '../../../src/apply/recent-writes.ts';
import { BackoffState } from '../../../src/reconcile/backoff.ts';
import { runPass } from '../../../src/reconcile/pass.ts';
import { UNLIMITED } from '../../../src/base/write-permit.ts';
import { PERMISSIVE } from '../../support/policy.ts';
import { desired } from '../../support/subscriptions.ts';
import { connect } from '../upvest/connect.ts';
import { json, type Reply, scriptedApi, WEBHOOK } from '../upvest/scripted-api.ts';

const NUM_RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
const MOST_REQUESTS = 120;

const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('', '\ud800', '..', 'A', 'https://a.tld/', '+275760-09-13T00:00:00Z', '0000', 1e308),
  fc.constantFrom<unknown>(['ALL'], [[]], { delay: '99999999999999999999h' }, { delay: '0.1ms', max_package_size: -1 }),
);
const subscription = fc
  .record({
    title: fc.constantFrom('A', 'B', 'a ', 'x'),
    url: fc.constantFrom('https://a.tld/0', 'https://a.tld/1'),
    id: fc.constantFrom('id-0', 'id-1', 'id-2', 'id-3'),
    enabled: fc.boolean(),
    odd: fc.dictionary(fc.constantFrom(...Object.keys(WEBHOOK), 'exclude_type', '__proto__'), oddValue, { maxKeys: 3 }),
  })
  .map(({ odd, ...plain }) => Object.assign({}, WEBHOOK, plain, odd));
const listings = fc.array(fc.array(subscription, { maxLength: 4 }), { minLength: 3, maxLength: 3 });
const answers = fc.array(fc.tuple(fc.constantFrom(200, 201, 404, 400, 500, 403), fc.oneof(subscription, oddValue)), {
  minLength: 1,
  maxLength: 8,
});
const checkouts = fc.uniqueArray(
  fc.record({
    title: fc.constantFrom('A', 'B', 'a ', 'C'),
    url: fc.constantFrom('https://a.tld/0', 'https://a.tld/1'),
    enabled: fc.boolean(),
    type: fc.constantFrom(['ALL'], ['USER']),
    config: fc.constantFrom({}, { delay: '5s', max_package_size: 100 }),
  }),
  { maxLength: 3, selector: ({ title }) => title },
);
const policies = fc.record({
  owns: fc.constantFrom('all' as const, [], [{ title: 'A*' }]),
  quarantineMs: fc.constantFrom(0, 3_600_000),
});

it('passes end as documented, whatever is listed and answered', async () => {
  await using api = await scriptedApi();
  await fc.assert(
    fc.asyncProperty(listings, answers, checkouts, policies, async (listed, answered, wanted, policy) => {
      await using connected = connect(api.url, { retries: 1 });
      const { client, clock } = connected;
      const [listing, answer] = [turns(listed), turns(answered)];
      api.next((response, request) => {
        const isListing = request.url.startsWith('/webhooks?');
        const reply: Reply = isListing ? page(listing()) : json(...answer());
        reply(response, request);
      });
      const checkout = { revision: { id: 'r1' }, tombstones: [], problems: [], errors: 0, files: 1, changedAt: 0 };
      const context = {
        ports: {
          config: {
            api: { concurrency: 1 },
            policy: { ...PERMISSIVE, ...policy },
            schedule: { freeze: [], timezone: 'UTC' },
          },
          client,
          clock,
          writePermit: UNLIMITED,
          recentWrites: new RecentWrites(),
          load: async () => ({ ok: true, checkout: { ...checkout, desired: wanted.map(desired) } }) as const,
          fingerprint: async () => 'as it was',
        },
        backoff: new BackoffState(),
        emit: () => undefined,
        onTestDue: () => undefined,
        patienceMs: 15_000,
        mayBeOutrun: () => false,
        signal: new AbortController().signal,
      };
      for (let passes = 0; passes < 4; passes += 1) {
        const { error, report } = await runPass('command', context);
        expect([undefined, 'ApiError', 'IncompleteListingError']).toContain((error as Error | undefined)?.name);
        expect(report.requests).toBeLessThan(MOST_REQUESTS);
        clock.moveOn(61_000);
      }
    }),
    { numRuns: NUM_RUNS },
  );
});

function turns<T>(values: readonly T[]): () => T {
  let turn = 0;
  return () => values[turn++ % values.length] as T;
}

function page(data: readonly unknown[]): Reply {
  return json(200, { meta: { count: data.length, total_count: data.length }, data });
}
