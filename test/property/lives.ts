/**
 * Arbitrary lives of a process and its tenant: passes with commits, restarts and other clients in between, over any
 * API, from a vocabulary so small that titles and urls collide all the time. Also what can be judged of a life from
 * outside.
 */
import { fc } from '@fast-check/vitest';
import type { Policy } from '../../src/config/config.ts';
import type { SubscriptionStatus } from '../../src/reconcile/report.ts';
import type { Desired, Observed, Tombstone } from '../../src/subscription/subscription.ts';
import type { Faults, Loss, Rewrite, Traits } from '../support/model-api.ts';
import { type Content, ModelledPasses, type Passed } from '../support/modelled-passes.ts';
import { desired } from '../support/subscriptions.ts';

export const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 40) };
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** A time longer than any back-off. */
export const LONG = 2 * HOUR;

type Step =
  | { readonly kind: 'pass' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** `during`: the commit comes after so many requests of the next pass. */
  | { readonly kind: 'commit'; readonly content: Content; readonly during?: number }
  /** A commit of other files; `aheadMs`: how far the clock of its committer is ahead. */
  | { readonly kind: 'unrelated'; readonly aheadMs: number }
  | { readonly kind: 'dirty' | 'reset' | 'restart' }
  /** A change by another client; `pick`: which of the existing subscriptions. */
  | { readonly kind: 'vanish'; readonly pick: number }
  | { readonly kind: 'edit'; readonly pick: number; readonly over: Partial<Observed> }
  | { readonly kind: 'stranger'; readonly made: Seed };

type Seed = Pick<Observed, 'title' | 'url' | 'type' | 'enabled'>;

export interface Life {
  readonly traits: Traits;
  readonly faults: Faults;
  readonly policy: Partial<Policy>;
  readonly seeds: readonly Seed[];
  readonly first: Content;
  readonly steps: readonly Step[];
}

const TITLES = [
  'own Orders',
  'own fish & chips_2',
  'own Übersicht ﬁrst',
  'own title that is longer than thirty-two',
] as const;
const URLS = [1, 2, 3, 4].map((number) => `https://own.tld/${number}`);
export const titles = fc.constantFrom(...TITLES);
export const urls = fc.constantFrom(...URLS);
const categories = fc.constantFrom<(readonly string[])[]>(['ALL'], ['USER'], ['ORDER', 'USER']);

/** Most entries are plain. */
const special = fc.constantFrom<Partial<Desired>[]>(
  ...Array.from({ length: 12 }, () => ({})),
  { ignore: ['title'] },
  { ignore: ['enabled'] },
  { ignore: ['type'] },
  { suspend: true },
);
const fields = fc.record({
  title: titles,
  url: urls,
  type: categories,
  enabled: fc.constantFrom(true, true, true, false),
});
const entry: fc.Arbitrary<Desired> = fc.tuple(fields, special).map(([drawn, more]) => desired({ ...drawn, ...more }));
export const entries = fc.uniqueArray(entry, { maxLength: 4, selector: ({ title }) => title });
/** Plain entries with one url each, as in most checkouts. */
export const apart = fc
  .uniqueArray(fields, { maxLength: 4, comparator: (a, b) => a.title === b.title || a.url === b.url })
  .map((drawn) => drawn.map((one) => desired(one)));
const tombstone: fc.Arbitrary<Tombstone> = titles.map((title) => ({
  title,
  source: { file: 'old.yaml', line: 1, column: 1 },
}));

export function content(
  of: fc.Arbitrary<readonly Desired[]>,
  buried: fc.Arbitrary<readonly Tombstone[]> = fc.constant([]),
): fc.Arbitrary<Content> {
  return fc.tuple(of, buried).map(([wanted, tombstones]) => ({
    desired: wanted,
    tombstones: tombstones.filter(({ title }) => !wanted.some((other) => other.title === title)),
  }));
}
const someTombstones = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.uniqueArray(tombstone, { maxLength: 2, selector: ({ title }) => title }) },
);
export const withTombstones = content(entries, someTombstones);

const seed: fc.Arbitrary<Seed> = fc.record({
  title: fc.oneof(titles, fc.constantFrom('own old 1', 'own old 2', 'foreign')),
  url: fc.oneof(urls, fc.constantFrom('https://own.tld/old', 'https://foreign.tld/1')),
  type: categories,
  enabled: fc.boolean(),
});
export const seeds = fc.array(seed, { maxLength: 6 });

export const rewrites = fc.subarray<Rewrite>(['lower', 'cut', 'escape', 'dashes', 'nfkc', 'ascii', 'slash']);
const refusals = fc.array(
  fc.record({
    title: titles,
    status: fc.constantFrom(409, 412, 422, 423, 500),
    of: fc.constantFrom('create' as const, 'update' as const),
  }),
  { maxLength: 1 },
);
export const traits: fc.Arbitrary<Traits> = fc.record({
  rewrites: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: rewrites }),
  refusals: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: refusals }),
  capacity: fc.oneof(
    { weight: 4, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    { weight: 1, arbitrary: fc.integer({ min: 3, max: 6 }) },
  ),
  uniqueUrls: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  silentUpdates: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const upTo = (ms: number) => fc.oneof(fc.constant(0), fc.integer({ min: 1, max: ms }), fc.constant(ms));
export const lagging = (ms: number, lost: fc.Arbitrary<Faults['lost']>): fc.Arbitrary<Faults> =>
  fc.record({
    lag: fc.record({ listing: upTo(ms), read: upTo(ms), change: upTo(ms) }),
    replicas: fc.boolean(),
    lost,
  });
export const losses = fc.array(fc.constantFrom<(Loss | undefined)[]>(undefined, undefined, 'done', 'undone'), {
  maxLength: 5,
});
export const answered = fc.constant<Faults['lost']>([]);

/** A policy that owns nothing. */
export const NOTHING: Policy['owns'] = [];
export const owns = fc.constantFrom<Policy['owns'][]>('all', NOTHING, [{ url: 'https://own.tld/*' }]);
export const policies = fc.record({
  owns,
  adopt: fc.constantFrom('exact' as const, 'title' as const, 'never' as const),
  maxDeletes: fc.oneof(
    fc.nat(3).map((count) => ({ count })),
    fc.constantFrom({ percent: 20 }, { percent: 50 }),
  ),
  allowEmpty: fc.constantFrom(false, false, true),
  quarantineMs: fc.constantFrom(0, 0, 0, HOUR),
});

const PASS: Step = { kind: 'pass' };
export const wait = fc
  .constantFrom(1, 5 * SECOND, 20 * SECOND, MINUTE, 10 * MINUTE)
  .map((ms): Step => ({ kind: 'wait', ms }));
export const commit = (of: fc.Arbitrary<Content>) => of.map((made): Step => ({ kind: 'commit', content: made }));
/** A commit that overtakes the pass under way. */
export const overtake = (of: fc.Arbitrary<Content>) =>
  fc
    .tuple(of, fc.integer({ min: 1, max: 8 }))
    .map(([made, during]): Step => ({ kind: 'commit', content: made, during }));
/** Steps that change neither content, nor configuration, nor the tenant. */
export const nothing: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(0, HOUR, 24 * HOUR).map((aheadMs): Step => ({ kind: 'unrelated', aheadMs })),
  fc.constantFrom<Step[]>({ kind: 'dirty' }, { kind: 'reset' }, { kind: 'restart' }),
  wait,
);
export const vanish = fc.nat(9).map((pick): Step => ({ kind: 'vanish', pick }));
export const edit = fc.record({
  kind: fc.constant('edit' as const),
  pick: fc.nat(9),
  over: fc.oneof(
    urls.map((url) => ({ url })),
    fc.boolean().map((enabled) => ({ enabled })),
    categories.map((type) => ({ type })),
  ),
});
export const stranger = seed.map((made): Step => ({ kind: 'stranger', made }));
/** Each step with a pass after it, so that every step is seen. */
export const rows = (step: fc.Arbitrary<Step>, maxLength: number) =>
  fc.array(step, { maxLength }).map((steps) => steps.flatMap((one): Step[] => [one, PASS]));

/** Lives `life`; `look` is called after each pass and `before` ahead of every other step. */
export async function live(
  life: Life,
  look: (passed: Passed, passes: ModelledPasses) => void,
  before: (step: Step, passes: ModelledPasses) => void = () => undefined,
): Promise<ModelledPasses> {
  const passes = new ModelledPasses(life.traits, life.policy);
  const { api, clock } = passes;
  for (const [index, made] of life.seeds.entries()) api.seed(made, HOUR + index * MINUTE);
  api.faults = life.faults;
  before({ kind: 'commit', content: life.first }, passes);
  passes.commit(life.first);
  for (const step of [PASS, ...life.steps]) {
    if (step.kind === 'pass') {
      // The loop does the same: a stale plan is made again at once, but not for ever.
      for (let more = 3, again = 'at-once'; more > 0 && again === 'at-once'; more -= 1) {
        const passed = await passes.pass();
        look(passed, passes);
        ({ again } = passed);
      }
      api.onRequest = () => undefined;
      continue;
    }
    before(step, passes);
    const there = api.tenant;
    const picked = 'pick' in step ? there[step.pick % Math.max(1, there.length)]?.id : undefined;
    switch (step.kind) {
      case 'wait':
        clock.advance(step.ms);
        break;
      case 'commit':
        if (step.during === undefined) passes.commit(step.content);
        else commitDuring(passes, step.content, step.during);
        break;
      case 'unrelated':
        passes.commit(passes.content, clock.now() + step.aheadMs);
        break;
      case 'dirty':
      case 'reset':
      case 'restart':
        passes[step.kind]();
        break;
      case 'vanish':
        if (picked !== undefined) api.remove(picked);
        break;
      case 'edit':
        if (picked !== undefined) api.edit(picked, step.over);
        break;
      case 'stranger':
        api.seed(step.made);
    }
  }
  return passes;
}

function commitDuring(passes: ModelledPasses, content: Content, requests: number): void {
  let left = requests;
  passes.api.onRequest = () => {
    left -= 1;
    if (left === 0) passes.commit(content);
  };
}

/** What the tenant has, without the times of change. */
export const shown = (passes: ModelledPasses) =>
  passes.api.tenant.map(({ updated_at: _when, ...rest }) => JSON.stringify(rest)).sort();

export const statusOf = ({ snapshot }: Passed, title: string): SubscriptionStatus | undefined =>
  snapshot?.subscriptions.find((status) => status.title === title && status.source !== undefined);

/** Whether an entry differs from its subscription at most in what the API spells otherwise than it was sent. */
export function stands(entry: Desired, passed: Passed, passes: ModelledPasses): boolean {
  const status = statusOf(passed, entry.title);
  const found = status?.id === undefined ? undefined : passes.api.true(status.id);
  if (!status || !found) return false;
  if (status.state === 'Suspended') return true;
  const isShown = status.state === 'InSync' || status.state === 'NotConverging';
  const isDelivering = isAsWanted(entry, 'enabled', found) && isAsWanted(entry, 'type', found);
  return isShown && isDelivering;
}

/** Whether a field is as wanted, or ignored. */
export function isAsWanted(entry: Desired, field: 'title' | 'url' | 'enabled' | 'type', found: Observed): boolean {
  if (entry.ignore.includes(field)) return true;
  if (field === 'type') return sameSet(found.type, entry.type ?? found.type);
  return field === 'title' ? found.title.trim() === entry.title : found[field] === entry[field];
}

const sameSet = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));
