import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { Loop } from '../../src/reconcile/loop.ts';
import type { Pass } from '../../src/reconcile/pass.ts';
import type { Trigger } from '../../src/reconcile/report.ts';
import { FakeClock } from '../support/fake-clock.ts';

const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 100) };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DEADLINE_MS = 15 * MINUTE;

/** What happens around a loop. */
type Step =
  | { readonly kind: 'request'; readonly trigger: Trigger }
  | { readonly kind: 'end'; readonly again: Pass['again']; readonly putOffMs?: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'jump'; readonly ms: number };

const trigger = fc.constantFrom<Trigger>('watch', 'poll', 'schedule', 'request');
/** NTP, a sleeping laptop, somebody's hand. */
const jump = fc.integer({ min: -90 * MINUTE, max: 90 * MINUTE });
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ kind: fc.constant('request'), trigger }),
  fc.record({ kind: fc.constant('end'), again: fc.constantFrom<Pass['again'][]>('no', 'at-once', 'later') }),
  fc.record({
    kind: fc.constant('end'),
    again: fc.constant('later' as const),
    putOffMs: fc.integer({ min: MINUTE, max: 120 * MINUTE }),
  }),
  fc.record({ kind: fc.constant('advance'), ms: fc.integer({ min: 0, max: 6 * MINUTE }) }),
  fc.record({ kind: fc.constant('jump'), ms: jump }),
);
const story = fc.array(step, { maxLength: 30 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the loop, whatever happens around it', () => {
  it.prop([story, chance], RUNS)('never runs two passes at once', async (steps, random) => {
    const world = new World(random);
    for (const one of steps) {
      await world.take(one);
      expect(world.running).toBeLessThanOrEqual(1);
    }
  });

  it.prop([story, chance], RUNS)('answers every request with a pass that began after it', async (steps, random) => {
    const world = new World(random);
    for (const one of steps) await world.take(one);
    await world.calm();
    expect(world.asked.length).toBe(steps.filter(({ kind }) => kind === 'request').length);
    for (const { begunBefore, answer } of world.asked) expect(answer).toBeGreaterThan(begunBefore);
  });

  it.prop([story, chance], RUNS)(
    'runs no more passes than were asked for, by a trigger or by a pass',
    async (steps, random) => {
      const world = new World(random);
      for (const one of steps) await world.take(one);
      await world.calm();
      expect(world.begun).toBeLessThanOrEqual(
        world.asked.length + world.endedWith('at-once') + world.endedWith('later'),
      );
    },
  );

  it.prop([fc.array(chance, { minLength: 1, maxLength: 12 }), jump], RUNS)(
    'waits after the n-th failure in a row up to 5 s · 2ⁿ⁻¹, at most 5 min, never less than 2.5 s or a tenth of it',
    async (chances, ms) => {
      const world = new World(() => chances[failures - 1] ?? 0);
      let failures = 0;
      await world.take({ kind: 'request', trigger: 'schedule' });
      for (const _ of chances) {
        failures += 1;
        await world.take({ kind: 'end', again: 'later' });
        const longest = Math.min(5 * SECOND * 2 ** (failures - 1), 5 * MINUTE);
        const waitMs = (world.loop.retryAt ?? 0) - world.clock.now();
        expect(waitMs).toBeGreaterThanOrEqual(Math.max(2.5 * SECOND, longest / 10));
        expect(waitMs).toBeLessThanOrEqual(longest);
        world.clock.jump(ms);
        expect((world.loop.retryAt ?? 0) - world.clock.now()).toBe(waitMs);
        await world.clock.advance(waitMs - 1);
        expect(world.running).toBe(0);
        await world.clock.advance(1);
        expect(world.running).toBe(1);
      }
    },
  );

  it.prop([story, chance], RUNS)(
    'begins no pass of the schedule while the API is to be left alone, and others 5 minutes apart',
    async (steps, random) => {
      const world = new World(random);
      for (const one of steps) await world.take(one);
      for (const { by, at, wasPutOff } of world.begins) {
        if (!wasPutOff) continue;
        expect(by).not.toMatch(/schedule|retry/);
        const near = world.begins.filter((other) => other.wasPutOff && Math.abs(other.at - at) < 5 * MINUTE);
        expect(near).toHaveLength(1);
      }
    },
  );

  it.prop([story, story, chance], RUNS)(
    'comes to rest when it is stopped, and begins nothing more',
    async (before, after, random) => {
      const world = new World(random);
      for (const one of before) await world.take(one);
      const { begun } = world;
      let isAtRest = false;
      void world.loop.stop(new Error('shutting down')).then(() => (isAtRest = true));
      await world.clock.advance(0);
      expect(isAtRest).toBe(world.running === 0);
      for (const one of after) await world.take(one);
      await world.take({ kind: 'end', again: 'later' });
      expect(isAtRest).toBe(true);
      expect(world.begun).toBe(begun);
      expect(world.clock.sleeping).toBe(0);
    },
  );

  it.prop([story, chance], RUNS)(
    'is not stuck as long as passes end within a minute of being told to',
    async (steps, random) => {
      const world = new World(random);
      for (const one of steps) {
        await world.take(one);
        if (world.isToldToStop) await world.take({ kind: 'end', again: 'later' });
        expect(world.loop.stuckSince).toBeUndefined();
      }
    },
  );
});

/** A loop, and what has become of all that was asked of it. */
class World {
  readonly clock = new FakeClock();
  readonly loop: Loop;
  /** How many passes had begun when it was asked, and the number of the pass that answered. */
  readonly asked: { readonly begunBefore: number; answer?: number }[] = [];
  /** `at`: Clock.uptime(). */
  readonly begins: { readonly by: Trigger; readonly at: number; readonly wasPutOff: boolean }[] = [];
  begun = 0;
  running = 0;
  readonly #ended: Pass['again'][] = [];
  #end: ((how: Pick<Pass, 'again' | 'notBefore'>) => void) | undefined;
  #signal: AbortSignal | undefined;

  constructor(random: number | (() => number)) {
    this.loop = new Loop({
      clock: this.clock,
      random: typeof random === 'number' ? () => random : random,
      deadlineMs: DEADLINE_MS,
      emit: () => undefined,
      pass: async (by, _mayBeOutrun, signal) => this.#pass(by, signal),
    });
  }

  get isToldToStop(): boolean {
    return this.running === 1 && this.#signal?.aborted === true;
  }

  endedWith(again: Pass['again']): number {
    return this.#ended.filter((one) => one === again).length;
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'request': {
        const asked: World['asked'][number] = { begunBefore: this.begun };
        this.asked.push(asked);
        void this.loop.request(one.trigger).then(({ report }) => (asked.answer = report.requests));
        break;
      }
      case 'end':
        this.#end?.({
          again: one.again,
          ...(one.putOffMs !== undefined && { notBefore: this.clock.uptime() + one.putOffMs }),
        });
        break;
      case 'advance':
        await this.clock.advance(one.ms);
        break;
      case 'jump':
        this.clock.jump(one.ms);
        break;
    }
    await this.clock.advance(0);
  }

  /** From now on every pass goes through. */
  async calm(): Promise<void> {
    while (this.running > 0 || this.loop.retryAt !== undefined) {
      await this.take({ kind: 'end', again: 'no' });
      await this.clock.advance(5 * MINUTE);
    }
  }

  async #pass(by: Trigger, signal: AbortSignal): Promise<Pass> {
    this.begins.push({ by, at: this.clock.uptime(), wasPutOff: this.loop.putOffUntil !== undefined });
    this.begun += 1;
    this.running += 1;
    this.#signal = signal;
    const number = this.begun;
    const ended = Promise.withResolvers<Pick<Pass, 'again' | 'notBefore'>>();
    this.#end = ended.resolve;
    const how = await ended.promise;
    this.#ended.push(how.again);
    this.running -= 1;
    const changes = { create: 0, enable: 0, update: 0, delete: 0 };
    const startedAt = new Date(this.clock.now()).toISOString();
    // The number of the pass goes where the number of its requests would.
    const report = {
      startedAt,
      durationMs: 0,
      trigger: by,
      result: 'converged',
      changes,
      withheld: [],
      requests: number,
    } as const;
    return { ...how, report };
  }
}
