import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { createBody, differs } from '../../src/subscription/diff.ts';
import { NOTHING_REMEMBERED } from '../../src/plan/matching.ts';
import { titleKey, normaliseUrl } from '../../src/subscription/fields.ts';
import { planExitStatus } from '../../src/plan/render/describe.ts';
import { planPass, type PassInput } from '../../src/plan/plan-pass.ts';
import type { Action, Plan, Removal } from '../../src/plan/plan.ts';
import type { Observed, WebhookId } from '../../src/subscription/subscription.ts';
import { desired, observed } from '../support/subscriptions.ts';
import { anyPass, freePass, HOUR_MS, lawfulPass, NOW } from './arbitrary-pass.ts';
import { TenantModel } from './tenant-model.ts';

/** A moderate number for the suite; run with `PROPERTY_RUNS=20000` after a change of the planner. */
const RUNS = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 120) };

/** Passes as the daemon makes them, eight hours apart, so that a day of quarantine is over after the third. */
function passes(input: PassInput, tenant: TenantModel, times: number): Plan {
  for (let time = 0; time < times; time += 1) {
    tenant.carryOut(planNow(input, tenant));
    tenant.now += 8 * HOUR_MS;
  }
  return planNow(input, tenant);
}

function planNow(input: PassInput, tenant: TenantModel): Plan {
  return planPass({ ...input, observed: tenant.list(), now: tenant.now });
}

/** Nothing is left to do but what waits for the operator to settle a conflict, or for the end of a suspension. */
function expectRest(plan: Plan): void {
  expect(plan).toMatchObject({ actions: [], quarantined: [] });
  const isSettled = plan.standings.every(
    ({ state, observed }) => state === 'in-sync' || (state === 'suspended' && observed),
  );
  expect(plan.withheld.map(({ guard }) => guard)).toEqual(
    isSettled || plan.heldBack.length === 0 ? [] : ['unfinished'],
  );
}

const isPrune = (action: Removal): boolean => action.because !== 'tombstone';
/** Whether a removal counts under `max-deletes`. */
const isCountedUnder =
  ({ tombstones }: PassInput['policy']) =>
  (action: Removal): boolean =>
    (isPrune(action) || tombstones === 'owned') && !action.isEqual;
const removals = ({ actions }: Plan): readonly Removal[] =>
  actions.filter((action) => action.kind === 'delete' || action.kind === 'quarantine');
const touched = ({ actions, heldBack }: Plan): readonly Exclude<Action, { kind: 'create' }>[] =>
  [...actions, ...heldBack].filter((action) => action.kind !== 'create');

describe('applying plans, pass after pass', () => {
  it.prop([freePass], RUNS)('ends with a tenant whose plan is empty', (input) => {
    const tenant = new TenantModel(input.observed, NOW);
    const plan = passes(input, tenant, 8);
    expectRest(plan);
    for (const { desired, observed, state } of plan.standings) {
      if (state === 'conflict' || state === 'suspended') continue;
      expect(state).toBe('in-sync');
      expect(differs(desired, observed!)).toEqual([]);
    }
  });

  it.prop([freePass], RUNS)(
    'leaves no owned subscription that is not wanted, once there is no conflict and no suspension',
    (input) => {
      const tenant = new TenantModel(input.observed, NOW);
      const { standings } = passes(input, tenant, 8);
      if (standings.some(({ state }) => state !== 'in-sync')) return;
      const ours = tenant.list().filter(input.isOwned);
      const wanted = new Set([
        ...standings.map(({ observed }) => observed?.id),
        ...standings.flatMap(({ desired }) => desired.beside ?? []),
      ]);
      expect(ours.filter(({ id }) => !wanted.has(id))).toEqual([]);
    },
  );

  it.prop([lawfulPass], RUNS)('comes to rest in every mode and under every guard', (input) => {
    const tenant = new TenantModel(input.observed, NOW);
    const plan = passes(input, tenant, 8);
    expect(plan.hold ? [] : plan.actions).toEqual([]);
    expect(plan.heldBack.length > 0).toBe(plan.withheld.some(({ deletes }) => deletes > 0));
    const held = plan.heldBack.flatMap((removal) => plan.heldBy.get(removal) ?? expect.fail('no guard holds it'));
    for (const { guard, deletes } of plan.withheld) expect(held.filter((name) => name === guard)).toHaveLength(deletes);
  });

  it.prop([freePass, fc.infiniteStream(fc.boolean())], RUNS)(
    'ends there too when actions fail in the first passes',
    (input, fails) => {
      const tenant = new TenantModel(input.observed, NOW);
      for (let pass = 0; pass < 3; pass += 1) tenant.carryOut(planNow(input, tenant), () => fails.next().value);
      expectRest(passes(input, tenant, 8));
    },
  );

  it.prop([freePass], RUNS)('enables a subscription that a crash left disabled after its create', (input) => {
    const [crashed] = planPass(input).actions.flatMap((action) => (action.kind === 'create' ? action.desired : []));
    if (!crashed || (input.policy.owns.length === 0 && input.policy.adopt === 'never')) return;
    const tenant = new TenantModel(input.observed, NOW);
    const { id } = tenant.createOnly(createBody(crashed));
    const remembered = { ...NOTHING_REMEMBERED, created: new Set([id]) };
    for (const mode of ['create', 'sync'] as const) {
      const after = passes({ ...input, remembered, policy: { ...input.policy, mode } }, tenant, 1);
      expect(after.standings.find(({ desired }) => desired.title === crashed.title)?.observed).toMatchObject({
        id,
        enabled: crashed.enabled,
      });
    }
  });
});

describe('what `max-deletes` or `empty-checkout` withheld', () => {
  /** Larger than the allowed number, so that something is withheld. */
  const guarded = lawfulPass.map((input): PassInput => {
    const { policy } = input;
    return { ...input, frozenUntil: undefined, policy: { ...policy, mode: 'sync' } };
  });

  it.prop([guarded, fc.infiniteStream(fc.nat(3))], { numRuns: 2 * RUNS.numRuns })(
    'is not carried out by a later pass, whatever fails in between, without a change of files or tenant',
    (input, die) => {
      const tenant = new TenantModel(input.observed, NOW);
      const withheld = new Set<WebhookId>();
      for (let pass = 0; pass < 6; pass += 1) {
        const plan = planNow(input, tenant);
        const done = tenant.carryOut(plan, () => pass < 4 && die.next().value === 0);
        const gone = done.filter(
          (action) =>
            (action.kind === 'delete' || action.kind === 'quarantine') &&
            (isPrune(action) || input.policy.tombstones === 'owned'),
        );
        expect(gone.filter((action) => 'observed' in action && withheld.has(action.observed.id))).toEqual([]);
        for (const { guard } of plan.withheld) {
          if (guard !== 'max-deletes' && guard !== 'empty-checkout') continue;
          const covered = plan.heldBack.filter(guard === 'empty-checkout' ? isPrune : isCountedUnder(input.policy));
          for (const { observed } of covered) withheld.add(observed.id);
        }
        tenant.now += 8 * HOUR_MS;
      }
    },
  );
});

describe('a later create', () => {
  const share = fc.constantFrom(10, 20, 50, 99).map((percent) => ({ percent }));

  it.prop([lawfulPass, share, fc.array(fc.boolean(), { maxLength: 20 })], RUNS)(
    'does not lift the guard of an older removal that a share withholds, wanted or not',
    (drawn, maxDeletes, areWanted) => {
      const input: PassInput = { ...drawn, policy: { ...drawn.policy, mode: 'sync', maxDeletes } };
      const before = planPass(input);
      if (!before.withheld.some(({ guard }) => guard === 'max-deletes')) return;
      const later = areWanted.map((isWanted, n) => ({
        isWanted,
        title: `own ${n}`,
        url: `https://own.tld/later/${n}`,
      }));
      const after = planPass({
        ...input,
        observed: [...input.observed, ...later.map(observedAt(NOW + HOUR_MS))],
        desired: [
          ...input.desired,
          ...later.filter(({ isWanted }) => isWanted).map(({ title, url }) => desired({ title, url })),
        ],
      });
      const counted = before.heldBack.filter(isCountedUnder(input.policy));
      const held = new Set(counted.map(({ observed: { id } }) => id));
      expect(removals(after).filter(({ observed }) => held.has(observed.id))).toEqual([]);
    },
  );

  function observedAt(ms: number): (one: { readonly title: string; readonly url: string }) => Observed {
    const time = new Date(ms).toISOString();
    return ({ title, url }) => observed({ title, url, created_at: time, updated_at: time });
  }
});

describe('a title', () => {
  it.prop([anyPass, fc.infiniteStream(fc.boolean())], RUNS)(
    'is never created twice, whatever fails in between',
    (input, fails) => {
      const tenant = new TenantModel(input.observed, NOW);
      for (let pass = 0; pass < 4; pass += 1) tenant.carryOut(planNow(input, tenant), () => fails.next().value);
      passes(input, tenant, 3);
      expect(tenant.created).toEqual([...new Set(tenant.created)]);
    },
  );
});

describe('an API that writes titles in lower case', () => {
  const lowerCase = (title: string): string => title.toLowerCase();

  it.prop([lawfulPass], RUNS)(
    'does not cause a title to be created twice, by one process or by the next one',
    (input) => {
      const tenant = new TenantModel(input.observed, NOW, lowerCase);
      for (let pass = 0; pass < 4; pass += 1) {
        const answered = new Map([...tenant.answers()].map(([title, id]) => [titleKey(title), id]));
        tenant.carryOut(planNow({ ...input, remembered: { ...NOTHING_REMEMBERED, answered } }, tenant));
      }
      expect(tenant.created).toEqual([...new Set(tenant.created)]);
      // A tombstone may delete what this process created, `beside` is consent to a second one, and titles that the API
      // writes alike cannot be told apart.
      const written = new Set(input.desired.map(({ title }) => lowerCase(titleKey(title))));
      if (input.tombstones.length > 0 || input.desired.some(({ beside }) => beside)) return;
      if (written.size < input.desired.length) return;
      tenant.carryOut(planNow(input, tenant));
      expect(tenant.created).toEqual([...new Set(tenant.created)]);
    },
  );
});

describe('a foreign subscription', () => {
  it.prop([anyPass], RUNS)('is in a plan only by a tombstone or an approved adoption', (input) => {
    for (const action of touched(planPass(input))) {
      if (input.isOwned(action.observed)) continue;
      if (action.kind === 'delete') expect([action.because, input.policy.tombstones]).toEqual(['tombstone', 'any']);
      else if (action.kind === 'quarantine') expect.unreachable();
      else expect([action.adopts, isApproved(action, input.policy)]).toEqual([true, true]);
    }
  });

  function isApproved(
    { desired, observed, by }: Extract<Action, { kind: 'enable' | 'update' }>,
    { adopt, pins }: PassInput['policy'],
  ): boolean {
    if (adopt === 'never' || by === 'rename') return false;
    if (by === 'id') return desired.id === observed.id && pins === 'any';
    const sameUrl = normaliseUrl(desired.url) === normaliseUrl(observed.url);
    return titleKey(desired.title) === titleKey(observed.title) && (adopt === 'title' || sameUrl);
  }
});

describe('removals', () => {
  it.prop([anyPass], RUNS)('never exceed the guard', (input) => {
    const plan = planPass(input);
    const isCounted = (action: Action): action is Removal =>
      (action.kind === 'delete' || action.kind === 'quarantine') && isCountedUnder(input.policy)(action);
    const ours = [...plan.actions, ...plan.heldBack].filter(isCounted);
    const matched = plan.standings.filter(({ observed, state }) => observed && state !== 'conflict');
    const managed = matched.length + ours.length + plan.quarantined.length;
    const { maxDeletes } = input.policy;
    const limit =
      'count' in maxDeletes ? maxDeletes.count : Math.max(1, Math.floor((managed * maxDeletes.percent) / 100));
    expect(plan.actions.filter(isCounted).length).toBeLessThanOrEqual(limit);
    if (limit === 0) expect(removals(plan).filter(isPrune)).toEqual([]);
  });

  it.prop([anyPass], RUNS)('do not happen on a broken checkout, in a freeze, nor without an entry', (input) => {
    const plan = planPass(input);
    if (!input.checkoutValid || input.frozenUntil !== undefined) expect(removals(plan)).toEqual([]);
    if (input.desired.length === 0 && !input.policy.allowEmpty) expect(removals(plan).filter(isPrune)).toEqual([]);
  });

  it.prop([anyPass], RUNS)('do not exist in the modes upsert and create', (input) => {
    for (const mode of ['upsert', 'create'] as const) {
      const plan = planPass({ ...input, policy: { ...input.policy, mode } });
      expect([...removals(plan), ...plan.heldBack, ...plan.quarantined]).toEqual([]);
      if (mode === 'create')
        expect(plan.actions.every(({ kind }) => kind === 'create' || kind === 'enable')).toBe(true);
    }
  });

  it.prop([lawfulPass], RUNS)(
    'never delete a subscription and create one of its url where it could have been renamed',
    (input) => {
      const plan = planPass({ ...input, checkoutValid: true });
      const going = [...removals(plan), ...plan.heldBack]
        .filter(isPrune)
        .map(({ observed }) => normaliseUrl(observed.url));
      going.push(...plan.quarantined.map(({ observed }) => normaliseUrl(observed.url)));
      const open = plan.standings.filter(({ observed, state }) => !observed || state === 'conflict');
      const coming = open.map(({ desired }) => normaliseUrl(desired.url));
      for (const action of plan.actions) {
        if (action.kind !== 'create') continue;
        const url = normaliseUrl(action.desired.url);
        const isUnique =
          going.filter((other) => other === url).length === 1 && coming.filter((other) => other === url).length === 1;
        expect(isUnique).toBe(false);
      }
    },
  );
});

describe('a plan', () => {
  it.prop([lawfulPass, fc.infiniteStream(fc.nat())], RUNS)(
    'does not depend on the order of files, documents and pages',
    (input, order) => {
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => ({ item, at: order.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ item }) => item);
      const other = planPass({
        ...input,
        desired: shuffled(input.desired),
        tombstones: shuffled(input.tombstones),
        observed: shuffled(input.observed),
      });
      expect(other).toEqual(planPass(input));
    },
  );

  it.prop([anyPass], RUNS)('names every observed subscription once and every entry once', (input) => {
    const plan = planPass(input);
    const acted = [...touched(plan), ...plan.quarantined].map(({ observed }) => observed.id);
    const unmanaged = plan.unmanaged.map(({ id }) => id);
    expect(acted).toEqual([...new Set(acted)]);
    expect(unmanaged.filter((id) => acted.includes(id))).toEqual([]);
    expect(plan.standings.length).toBe(input.desired.length);

    const standing = plan.standings.flatMap(({ observed }) => observed?.id ?? []);
    const seen = new Set([...acted, ...unmanaged, ...standing]);
    expect([...seen].toSorted()).toEqual(input.observed.map(({ id }) => id).toSorted());
  });

  it.prop([anyPass], RUNS)('leaves suspended entries and those in conflict alone', (input) => {
    const plan = planPass(input);
    const resting = plan.standings.filter(({ state }) => state === 'suspended' || state === 'conflict');
    const ids = new Set(resting.flatMap(({ observed }) => observed?.id ?? []));
    const titles = new Set(resting.map(({ desired }) => desired.title));
    expect(touched(plan).filter(({ observed }) => ids.has(observed.id))).toEqual([]);
    expect(plan.actions.filter((action) => action.kind === 'create' && titles.has(action.desired.title))).toEqual([]);
  });

  it.prop([anyPass], RUNS)('has an exit status that says whether something is pending', (input) => {
    const plan = planPass(input);
    const isPending = plan.actions.length + plan.heldBack.length + plan.conflicts.length > 0;
    expect(planExitStatus(plan) > 0).toBe(isPending);
  });
});

describe('a checkout that can be read only in part', () => {
  it.prop([freePass, fc.infiniteStream(fc.boolean())], RUNS)(
    'deletes no subscription that the whole one keeps, and creates no more, unless titles or urls move',
    (drawn, unreadable) => {
      const wanted = new Set(drawn.desired.map(({ title }) => titleKey(title)));
      const tombstones = drawn.tombstones.filter(({ title }) => !wanted.has(titleKey(title)));
      const input = { ...drawn, tombstones };
      const straight = new TenantModel(input.observed, NOW);
      passes(input, straight, 8);

      const detour = new TenantModel(input.observed, NOW);
      const readable = input.desired.filter(() => !unreadable.next().value);
      const inPart = { ...input, desired: readable, checkoutValid: false };
      const { actions } = planNow(inPart, detour);
      passes(inPart, detour, 3);
      expect(detour.deleted).toEqual([]);
      // Updates are not withheld, and an unreadable entry may want the title or the url that is moved.
      if (actions.some(isMove)) return;
      passes(input, detour, 8);

      const kept = new Set(detour.list().map(({ id }) => id));
      const before = new Set(input.observed.map(({ id }) => id));
      const lost = straight.list().filter(({ id }) => before.has(id) && !kept.has(id));
      expect(lost).toEqual([]);
      expect(detour.created.length).toBeLessThanOrEqual(straight.created.length);
    },
  );

  function isMove(action: Action): boolean {
    return action.kind === 'update' && action.changes.some(({ field }) => field === 'url' || field === 'title');
  }
});
