import { describe, expect, it } from 'vitest';
import { type ReceiverHappening, TestDeliveries } from '../../../src/reconcile/test-deliveries.ts';
import { ApiError, NotLeaderError } from '../../../src/upvest/errors.ts';
import type { TestAnswer } from '../../../src/upvest/wire.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const OK: TestAnswer = { state: 'ok', detail: 'answered 200 OK' };
const REFUSED: TestAnswer = { state: 'refused', detail: 'answered 503' };
const due = (name: string) => ({ title: name, id: `id of ${name}` });

const apiError = (status: number, retryAfterMs?: number) =>
  new ApiError({
    request: { method: 'POST', route: '/webhooks/{webhook_id}/test' },
    status,
    problem: { title: 'no' },
    outcome: 'refused',
    requestId: 'request-1',
    retryAfterMs,
  });

/** An API whose answers the test gives, one for each id that was asked for. */
class SlowApi {
  readonly asked: string[] = [];
  readonly #answers: ((answer: TestAnswer | Error) => void)[] = [];

  async testWebhook(id: string, signal?: AbortSignal): Promise<{ readonly value: TestAnswer }> {
    this.asked.push(id);
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly value: TestAnswer }>();
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
    this.#answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve({ value: answer })));
    return promise;
  }

  /** Answers the oldest that waits. */
  answer(answer: TestAnswer | Error): void {
    this.#answers.shift()?.(answer);
  }
}

function deliveries({ concurrency = 2, pending = new Map<string, ReturnType<typeof due>>() } = {}) {
  const api = new SlowApi();
  const clock = new FakeClock();
  const happened: ReceiverHappening[] = [];
  const emit = (happening: ReceiverHappening) => void happened.push(happening);
  const tests = new TestDeliveries({ client: api, clock, emit, concurrency, pending });
  const states = () =>
    happened.map((one) => (one.kind === 'receiver-tested' ? [one.tested.title, one.tested.state] : one.count));
  return { api, clock, happened, tests, states, pending };
}

describe('test deliveries', () => {
  it('are sent so many at once, in the order in which they became due', async () => {
    const { api, clock, tests, states } = deliveries();
    for (const name of ['A', 'B', 'C']) tests.due(due(name));
    expect(api.asked).toEqual(['id of A', 'id of B']);
    api.answer(OK);
    await clock.advance(0);
    expect(api.asked).toEqual(['id of A', 'id of B', 'id of C']);
    api.answer(REFUSED);
    api.answer(OK);
    await clock.advance(0);
    expect(states()).toEqual([
      ['A', 'ok'],
      ['B', 'refused'],
      ['C', 'ok'],
    ]);
  });

  it('of an entry that changed again report the later one alone', async () => {
    const { api, clock, tests, happened } = deliveries();
    tests.due(due('A'));
    tests.due({ title: 'A', id: 'other' });
    api.answer(REFUSED);
    api.answer(OK);
    await clock.advance(0);
    expect(happened).toMatchObject([{ tested: { title: 'A', id: 'other', state: 'ok' } }]);
  });

  it('of an id the API does not find yet are sent again, for fifteen seconds', async () => {
    const { api, clock, tests, happened } = deliveries();
    tests.due(due('A'));
    for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
      api.answer(apiError(404));
      await clock.advance(waitMs);
    }
    expect(api.asked).toHaveLength(5);
    api.answer(apiError(404));
    await clock.advance(60_000);
    expect(api.asked).toHaveLength(5);
    const failure = { status: 404, requestId: 'request-1' };
    expect(happened).toMatchObject([{ tested: { title: 'A', state: 'unknown', failure } }]);
  });

  it('wait after an outage, ever longer, and for as long as the API asks', async () => {
    const { api, clock, tests } = deliveries({ concurrency: 1 });
    for (const name of ['A', 'B', 'C', 'D']) tests.due(due(name));
    const begun = async (error: Error) => {
      const since = clock.uptime();
      const before = api.asked.length;
      api.answer(error);
      await clock.advance(0);
      while (api.asked.length === before) await clock.advance(1_000);
      return clock.uptime() - since;
    };
    expect(await begun(apiError(503))).toBe(5_000);
    expect(await begun(apiError(503))).toBe(10_000);
    expect(await begun(apiError(429, 90_000))).toBe(90_000);
  });

  it('are dropped without a word by an instance that no longer leads', async () => {
    const { api, clock, tests, happened, pending } = deliveries();
    tests.due(due('A'));
    api.answer(new NotLeaderError('it stands by'));
    await clock.advance(0);
    expect([happened, pending.size]).toEqual([[], 0]);
  });

  it('that were stopped are left to the next instance, and report nothing', async () => {
    const { clock, tests, happened, pending } = deliveries();
    for (const name of ['A', 'B', 'C']) tests.due(due(name));
    tests.stop();
    await clock.advance(60_000);
    expect([happened, [...pending.keys()]]).toEqual([[], ['A', 'B', 'C']]);

    const next = deliveries({ concurrency: 3, pending });
    next.tests.begin();
    expect(next.api.asked).toEqual(['id of A', 'id of B', 'id of C']);
  });

  it('that find a thousand receivers not well list twenty within a minute, and count the others', async () => {
    const { api, clock, tests, happened } = deliveries({ concurrency: 1 });
    for (let index = 0; index < 1_000; index += 1) tests.due(due(`Hook ${index}`));
    for (let index = 0; index < 1_000; index += 1) {
      api.answer(REFUSED);
      await clock.advance(0);
    }
    await clock.advance(60_000);
    const listed = happened.filter((one) => one.kind === 'receiver-tested' && one.isListed);
    expect(listed).toHaveLength(20);
    expect(happened.at(-1)).toEqual({ kind: 'receivers-not-listed', count: 980 });
  });

  it('are waited for by a command, but not for ever', async () => {
    const { api, clock, tests } = deliveries();
    tests.due(due('A'));
    tests.due(due('B'));
    const left = tests.atRest(60_000);
    api.answer(OK);
    await clock.advance(60_000);
    expect(await left).toBe(1);

    const none = tests.atRest(60_000);
    api.answer(OK);
    await clock.advance(0);
    expect(await none).toBe(0);
  });
});
