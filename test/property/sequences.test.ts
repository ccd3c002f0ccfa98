/**
 * Passes in a row over an API that lags, rewrites, refuses, fills up and loses answers. What has to hold is judged from
 * outside, by the true state of the tenant, without the planner.
 */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { compileOwns } from '../../src/config/owns.ts';
import type { Observed, WebhookId } from '../../src/subscription/subscription.ts';
import { CALM, type Faults, NO_LAG, PLAIN, type Rewrite, type Sent, type Write } from '../support/model-api.ts';
import { ModelledPasses, type Passed } from '../support/modelled-passes.ts';
import { desired } from '../support/subscriptions.ts';
import {
  answered,
  apart,
  commit,
  content,
  edit,
  entries,
  isAsWanted,
  lagging,
  live,
  LONG,
  losses,
  MINUTE,
  nothing,
  NOTHING,
  overtake,
  owns,
  policies,
  rewrites,
  rows,
  RUNS,
  SECOND,
  seeds,
  shown,
  stands,
  statusOf,
  stranger,
  titles,
  traits,
  urls,
  vanish,
  wait,
  withTombstones,
  type Life,
} from './lives.ts';

describe('one entry has one subscription', () => {
  const life = (faults: fc.Arbitrary<Faults>, rewritten: fc.Arbitrary<readonly Rewrite[]> = fc.constant([])) =>
    fc.record<Life>({
      traits: fc.record({
        rewrites: rewritten,
        refusals: fc.constant([]),
        capacity: fc.constant(Number.POSITIVE_INFINITY),
        uniqueUrls: fc.constant(false),
        silentUpdates: fc.boolean(),
      }),
      faults,
      policy: fc.record({ owns, maxDeletes: fc.constantFrom({ count: 1 }, { percent: 100 }) }),
      seeds: fc.constant([]),
      first: content(apart),
      steps: rows(fc.oneof(wait, commit(content(apart)), overtake(content(apart)), vanish, nothing), 6),
    });

  /**
   * Whether the entry has a subscription already: one of its title, unless another entry wants the url of that, or one
   * of its url, where all are owned and the API shows what it was sent. Where it rewrites values, a subscription
   * belongs to the entry whose create was answered with it, before it belongs to another entry by url.
   */
  const hasOne = (
    { api, read: { desired: wanted }, policy }: ModelledPasses,
    { title, url }: Sent,
    isRespelt: boolean,
  ) =>
    api.sent.some((other) => {
      const isTaken = wanted.some((entry) => entry.title !== title && entry.url === other.url);
      return (other.title === title && !isTaken) || (other.url === url && policy.owns !== NOTHING && !isRespelt);
    });

  const holds = async (drawn: Life) => {
    const lag = Math.max(...Object.values(drawn.faults.lag));
    const twice: Sent[] = [];
    await live(
      drawn,
      () => expect(twice).toEqual([]),
      (step, passes) => {
        passes.api.onCreate = ({ title, url }) => {
          if (hasOne(passes, { title, url }, drawn.traits.rewrites.length > 0)) twice.push({ title, url });
        };
        // What may remain after a restart within the lag is described in docs/operations.md.
        if (step.kind === 'restart') passes.clock.advance(lag + MINUTE);
        // An update without an answer does not prove anything until reads show it.
        if (step.kind === 'commit' && drawn.faults.lost.length > 0) passes.clock.advance(lag);
        // A process knows the id that its create was answered with while the title is in the checkout.
        if (drawn.traits.rewrites.length === 0) return;
        if (step.kind === 'restart') passes.api.forgetSent();
        if (step.kind === 'commit') passes.api.forgetSent(step.content.desired.map(({ title }) => title));
      },
    );
  };

  it.prop([life(lagging(59 * SECOND, answered))], RUNS)('while reads lag up to a minute', holds);
  it.prop([life(lagging(14 * SECOND, losses))], RUNS)('while reads lag up to 15 s and answers are lost', holds);
  it.prop([life(lagging(59 * SECOND, answered), rewrites)], RUNS)(
    'while titles and urls are stored otherwise than they were sent',
    holds,
  );
});

describe('a guard does not lift itself', () => {
  const life = fc.record<Life>({
    traits,
    faults: fc.oneof(fc.constant(CALM), lagging(5 * SECOND, answered)),
    policy: policies,
    seeds,
    first: withTombstones,
    steps: rows(
      fc.oneof(
        { weight: 5, arbitrary: nothing },
        { weight: 1, arbitrary: commit(withTombstones) },
        { weight: 1, arbitrary: stranger },
      ),
      6,
    ),
  });

  it.prop([life], RUNS)('without a change of files, configuration or tenant by others', async (drawn) => {
    let withheld = new Set<WebhookId>();
    /** Until then reads need not show what other clients have done. */
    let quietUntil = 0;
    await live(
      drawn,
      ({ writes, report, snapshot }, { clock }) => {
        expect(writes.filter(({ id, kind }) => kind === 'delete' && withheld.has(id))).toEqual([]);
        const isByThem = ({ guard }: { readonly guard: string }) => ['max-deletes', 'empty-checkout'].includes(guard);
        // Where other guards hold some removals too, the status does not tell which ones these two hold.
        if (clock.now() < quietUntil || !report.withheld.every(isByThem)) return;
        for (const { state, id } of snapshot?.subscriptions ?? [])
          if (state === 'Withheld' && id !== undefined) withheld.add(id);
      },
      ({ kind }, { clock }) => {
        const lag = Math.max(...Object.values(drawn.faults.lag));
        if (kind === 'restart') clock.advance(lag);
        // Only the process that made it knows which subscription an entry had under another title or url.
        if (kind === 'restart' && drawn.traits.rewrites.length > 0) quietUntil = Number.POSITIVE_INFINITY;
        else if (!['commit', 'stranger', 'edit', 'vanish'].includes(kind)) return;
        withheld = new Set();
        if (kind !== 'commit') quietUntil = Math.max(quietUntil, clock.now() + lag);
      },
    );
  });
});

describe('a removal', () => {
  const life = fc.record<Life>({
    traits,
    faults: fc.oneof(
      fc.constant(CALM),
      fc.record({ lag: fc.constant(NO_LAG), replicas: fc.constant(false), lost: losses }),
    ),
    policy: policies,
    seeds,
    first: withTombstones,
    steps: rows(fc.oneof(nothing, commit(withTombstones), stranger, vanish, edit), 5),
  });

  it.prop([life], RUNS)('is done, failed with an error of its own, or named as withheld', async (drawn) => {
    await live(drawn, ({ report, snapshot, again }, { api }) => {
      if (report.result === 'failed' || report.result === 'observed' || again === 'at-once') return;
      const left = (snapshot?.subscriptions ?? []).filter(
        ({ source, id, state, error }) =>
          source === undefined &&
          id !== undefined &&
          api.true(id) &&
          state !== 'Quarantined' &&
          !(state === 'Failed' && error),
      );
      const named = report.withheld.reduce((sum, { deletes }) => sum + deletes, 0);
      expect([left.map(({ title, state }) => `${title} ${state}`), named >= left.length]).toEqual([
        expect.anything(),
        true,
      ]);
    });
  });

  it.prop([life], RUNS)('without a tombstone waits while an entry does not stand', async (drawn) => {
    await live(
      drawn,
      (passed, passes) => {
        const { desired: wanted, tombstones } = passes.content;
        const isTombstoned = ({ title }: Observed) => tombstones.some((other) => other.title === title.trim());
        const pruned = passed.writes.filter(({ kind, before }) => kind === 'delete' && before && !isTombstoned(before));
        if (pruned.length === 0) return;
        const lying = wanted.filter((one) => !stands(one, passed, passes)).map(({ title }) => title);
        expect([pruned.map(({ before }) => before?.title), lying]).toEqual([expect.anything(), []]);
      },
      ({ kind }, { clock }) => {
        // A subscription that was answered with an id, or seen a moment ago, counts as existing for a minute.
        if (kind === 'vanish') clock.advance(MINUTE + SECOND);
      },
    );
  });
});

describe('a delivery queue', () => {
  const named = fc.uniqueArray(fc.record({ title: titles, url: urls }), {
    maxLength: 4,
    comparator: (a, b) => a.title === b.title || a.url === b.url,
  });
  const idsByUrl = ({ api }: ModelledPasses) => new Map(api.tenant.map(({ url, id }) => [url, id]));

  it.prop([named, named, fc.boolean()], RUNS)(
    'stays with the receiver behind its url',
    async (first, then, uniqueUrls) => {
      const passes = new ModelledPasses({ ...PLAIN, uniqueUrls });
      passes.commit({ desired: first.map((one) => desired(one)) });
      await passes.pass();
      const before = idsByUrl(passes);
      passes.clock.advance(LONG);
      passes.commit({ desired: then.map((one) => desired(one)) });
      for (let pass = 0; pass < 3; pass += 1) await passes.pass();
      const after = idsByUrl(passes);
      expect([...after.keys()].toSorted()).toEqual(then.map(({ url }) => url).toSorted());
      for (const [url, id] of before) if (after.has(url)) expect([url, after.get(url)]).toEqual([url, id]);
    },
  );
});

describe('a subscription that is not ours', () => {
  const life = fc.record<Life>({
    traits,
    faults: fc.record({ lag: fc.constant(NO_LAG), replicas: fc.constant(false), lost: losses }),
    policy: policies,
    seeds,
    first: content(entries.map((drawn) => drawn.map((one, at) => (at === 0 ? { ...one, suspend: true } : one)))),
    steps: rows(fc.oneof(nothing, commit(withTombstones), stranger, edit), 5),
  });

  it.prop([life], RUNS)('is never touched, whether it is foreign or suspended', async (drawn) => {
    const adopted = new Set<WebhookId>();
    const judge = (
      { kind, id, before }: Write,
      { api, content: { desired: wanted, tombstones }, policy }: ModelledPasses,
    ) => {
      if (!before) return;
      const named = <T extends { readonly title: string }>(list: readonly T[]) =>
        list.find(({ title }) => title === before.title.trim());
      expect([before.title, named(wanted)?.suspend]).toEqual([before.title, undefined]);
      if (api.isOurs(id) || adopted.has(id) || compileOwns(policy.owns)(before)) return;
      const entry = named(wanted);
      const isAlike = policy.adopt === 'title' || (policy.adopt === 'exact' && entry?.url === before.url);
      const mayDo = kind === 'delete' ? named(tombstones) !== undefined : entry !== undefined && isAlike;
      expect([kind, before, mayDo]).toEqual([kind, before, true]);
      adopted.add(id);
    };
    await live(
      drawn,
      ({ writes }, passes) => {
        for (const write of writes) judge(write, passes);
      },
      ({ kind }) => {
        if (kind === 'restart') adopted.clear();
      },
    );
  });
});

describe('once faults stop', () => {
  const life = fc.record<Life>({
    traits,
    faults: lagging(50 * SECOND, losses),
    policy: policies,
    seeds,
    first: withTombstones,
    steps: rows(fc.oneof(nothing, commit(withTombstones), overtake(withTombstones), stranger, vanish, edit), 5),
  });

  it.prop([life], RUNS)('all remaining differences are named, and the next pass changes nothing', async (drawn) => {
    const passes = await live(drawn, () => undefined);
    passes.api.faults = CALM;
    let last: Passed | undefined;
    for (let more = 0; more < 8; more += 1) {
      passes.clock.advance(LONG);
      last = await passes.pass();
    }
    const before = shown(passes);
    passes.clock.advance(LONG);
    const next = await passes.pass();
    expect(shown(passes)).toEqual(before);
    expect(next.writes.filter(({ kind }) => kind !== 'update')).toEqual([]);
    for (const entry of passes.content.desired) {
      const status = statusOf(next, entry.title);
      const found = status?.id === undefined ? undefined : passes.api.true(status.id);
      const isThere =
        status?.state === 'InSync' &&
        found !== undefined &&
        (['title', 'url', 'enabled', 'type'] as const).every((field) => isAsWanted(entry, field, found));
      const isNamed = ['Conflict', 'NotConverging', 'Failed', 'Suspended'].includes(status?.state ?? '');
      const isSaid = isThere || (isNamed && (status?.state === 'Suspended' || status?.error !== undefined));
      expect([entry.title, status?.state, isSaid]).toEqual([entry.title, status?.state, true]);
    }
    expect(last?.report.result).not.toBe('failed');
  });
});
