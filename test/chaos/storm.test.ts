/** However an API fails, and for however long: it is not stormed. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import { Loop } from '../../src/reconcile/loop.ts';
import type { Pass } from '../../src/reconcile/pass.ts';
import type { FaultRule } from '../../src/sandbox/faults/fault.ts';
import { Passes } from '../support/passes.ts';
import { desired } from '../support/subscriptions.ts';
import { MOST_A_MINUTE } from './bound.ts';
import { HeldLimit } from './held-limit.ts';

const MINUTE_MS = 60_000;
const DEADLINE_MS = 15 * MINUTE_MS;
const CHECKOUT = Array.from({ length: 6 }, (_, n) =>
  desired({ title: `Hook ${n}`, url: `https://hooks.example.com/${n}` }),
);

const always = (on: string, effect: FaultRule['effect']): FaultRule => ({ on, times: 'always', effect });
const FAILURES: Readonly<Record<string, FaultRule>> = {
  'refuses every token': always('POST /auth/token', { kind: 'answer', status: 401 }),
  'refuses everybody': always('*', { kind: 'answer', status: 403 }),
  'takes no token it has given': always('* /webhooks', { kind: 'answer', status: 401 }),
  'fails altogether': always('*', { kind: 'answer', status: 500 }),
  'answers with pages of HTML': always('* /webhooks', { kind: 'answer', status: 200, body: 'html' }),
  'says that this is too much': always('* /webhooks', { kind: 'answer', status: 429 }),
  'says so and to come again at once': always('* /webhooks', { kind: 'answer', status: 429, retryAfter: 0 }),
  'says to come again in a second, for ever': always('*', { kind: 'answer', status: 503, retryAfter: 1 }),
  'says to come again in the year 9999': always('*', {
    kind: 'answer',
    status: 503,
    retryAfter: 'Fri, 31 Dec 9999 23:59:59 GMT',
  }),
  'forgets every token at once': always('* /webhooks', { kind: 'expire-tokens' }),
  'answers with nothing': always('*', { kind: 'answer', status: 200, body: 'none', carriedOut: true }),
  'answers with half of it': always('*', { kind: 'truncate', connection: 'kept' }),
  'breaks off in the middle': always('*', { kind: 'truncate', connection: 'cut' }),
  'never answers': always('*', { kind: 'delay', ms: 'never' }),
  'never answers a create': always('POST /webhooks', { kind: 'delay', ms: 'never' }),
  'forgets the urls': always('GET /webhooks', { kind: 'members', omit: ['url'] }),
  'has the title of every create already': always('POST /webhooks', { kind: 'answer', status: 409 }),
  'does otherwise than it is asked': always('PATCH *', { kind: 'members', set: { enabled: false } }),
  'cuts every connection': always('*', { kind: 'cut', carriedOut: false }),
  'lies about how many there are': always('GET /webhooks', { kind: 'listing', totalCount: 1 }),
  'refuses every create': always('POST /webhooks', { kind: 'answer', status: 400 }),
  'loses every create': always('POST /webhooks', { kind: 'answer', status: 503 }),
  'carries creates out and never says so': always('POST /webhooks', { kind: 'cut', carriedOut: true }),
  'fails every update': always('PATCH *', { kind: 'answer', status: 500 }),
  'has none to update': always('PATCH *', { kind: 'answer', status: 404 }),
};

it.each(Object.keys(FAILURES))(
  `an API that %s gets ${MOST_A_MINUTE} requests a minute at the most`,
  async (failure) => {
    using limit = new HeldLimit();
    await using passes = await Passes.over([], {
      switches: { rateLimit: 0 },
      api: { timeoutMs: limit.ms },
      sleep: async (_ms, gone) => {
        passes.clock.advance(10_000);
        limit.runOut();
        if (!gone.aborted) await once(gone, 'abort');
      },
    });
    passes.sandbox.fault(FAILURES[failure] ?? always('*', []));
    const { clock } = passes;
    const beganAt = clock.now();
    const enough = Promise.withResolvers<void>();
    let scheduled = 0;
    const onPass = ({ again }: Pass): void => {
      if (again === 'no') clock.advance(MINUTE_MS);
      const minute = Math.floor((clock.now() - beganAt) / MINUTE_MS);
      if (minute >= 15) enough.resolve();
      else if (minute > scheduled) {
        scheduled = minute;
        void loop.request('schedule');
      }
    };
    const pass = async (_trigger: unknown, _mayBeOutrun: unknown, signal: AbortSignal) =>
      passes.pass(CHECKOUT, { signal });
    const loop = new Loop({
      pass,
      clock: { now: () => clock.now(), uptime: () => clock.uptime(), sleep: patiently(clock) },
      random: () => 0,
      deadlineMs: DEADLINE_MS,
      emit: (happening) => happening.kind === 'pass-ended' && onPass(happening.pass),
    });
    void loop.request('start');
    await enough.promise;
    await loop.stop(new Error('seen enough'));

    const minutes = Map.groupBy(passes.sandbox.requests, ({ at }) => Math.floor((at - beganAt) / MINUTE_MS));
    const most = Math.max(...[...minutes.values()].map((requests) => requests.length));
    expect(most).toBeLessThanOrEqual(MOST_A_MINUTE);
  },
);

it('the bound is the one that the handbook states', async () => {
  const handbook = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  expect(handbook).toContain(`at most ${MOST_A_MINUTE} requests a minute`);
});

/** The deadline of a pass is waited for, as no pass here gets that far; everything else is over at once. */
function patiently(clock: Clock): Clock['sleep'] {
  return async (ms, signal) => {
    if (ms !== DEADLINE_MS) return clock.sleep(ms, signal);
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  };
}
