import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../src/config/config.ts';
import type { Problem } from '../../../src/document/problems.ts';
import { planPass } from '../../../src/plan/plan-pass.ts';
import { BackoffState } from '../../../src/reconcile/backoff.ts';
import { subscriptionStatuses } from '../../../src/reconcile/subscription-status.ts';
import type { Desired, Observed } from '../../../src/subscription/subscription.ts';
import { desired, observed } from '../../support/subscriptions.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');

const MOMENT = { uptime: NOW, now: NOW };
const NOTHING = { outcomes: [] };

describe('the states of subscriptions', () => {
  it('tell where drift comes from: an edit in git, or another client on the tenant', () => {
    const backoff = new BackoffState();
    const before = planOf([desired()], [observed()]);
    backoff.recordStandings(before.plan.standings, NOW, NOW);
    const drifted = planOf([desired()], [observed({ enabled: false })]);
    backoff.recordStandings(drifted.plan.standings, NOW, NOW);
    const { subscriptions } = subscriptionStatuses(drifted, NOTHING, backoff, MOMENT);
    expect(subscriptions).toMatchObject([{ state: 'Drifted', origin: 'remote', differs: [{ field: 'enabled' }] }]);
  });

  it('tell when what was refused is tried again, in whole seconds, and no longer once that has come', () => {
    const backoff = new BackoffState();
    const drifted = planOf([desired()], [observed({ enabled: false })]);
    backoff.recordStandings(drifted.plan.standings, NOW, NOW);
    const [action] = drifted.plan.actions;
    const failure = { message: 'no', status: 400, requestId: 'r' };
    const failed = { kind: 'failed', action: action ?? expect.fail(), failure } as const;
    backoff.recordOutcome(failed, { uptime: 5, now: NOW, hasSucceeded: false, outages: 0 });
    const told = (uptime: number) =>
      subscriptionStatuses(drifted, NOTHING, backoff, { uptime, now: NOW - 5.5 + uptime }).subscriptions;
    const retryAt = new Date(NOW + 30_000).toISOString();
    expect(told(5)).toMatchObject([{ state: 'Failed', retryAt }]);
    expect(told(20_000)).toMatchObject([{ state: 'Failed', retryAt }]);
    expect(told(30_005)[0]).not.toHaveProperty('retryAt');
  });

  it('are NotConverging after an update that did not come out as it was sent, whatever else it has changed', () => {
    const backoff = new BackoffState();
    const rewritten = observed({ title: 'orders' });
    const found = observed({ id: rewritten.id, title: 'Old', enabled: false });
    const before = planOf([desired()], [found]);
    backoff.recordStandings(before.plan.standings, NOW, NOW);
    const [action] = before.plan.actions;
    const outcome = { kind: 'not-converging', action: action!, observed: rewritten, fields: ['title'] } as const;
    backoff.recordOutcome(outcome, { uptime: NOW, now: NOW, hasSucceeded: true, outages: 0 });
    expect(subscriptionStatuses(before, { outcomes: [outcome] }, backoff, MOMENT).subscriptions).toMatchObject([
      {
        title: 'Orders',
        state: 'NotConverging',
        differs: [{ field: 'title' }],
        error: { message: expect.stringContaining('title') },
      },
    ]);
  });

  it('show an entry with an error once, as failed, with its observed subscription', () => {
    const remote = observed({ title: 'Broken' });
    const { subscriptions } = subscriptionStatuses(
      planOf([], [remote], [broken()]),
      NOTHING,
      new BackoffState(),
      MOMENT,
    );
    expect(subscriptions).toMatchObject([
      {
        title: 'Broken',
        state: 'Failed',
        id: remote.id,
        source: 'webhooks.yaml:3:5',
        error: { message: 'url: is missing' },
      },
    ]);
  });

  it('show what is wanted beside what is there, and how it differs, also in conflict', () => {
    const stranger = observed({ url: 'https://stranger.example.net/' });
    const wanted = desired();
    const conflict = planOf([wanted], [stranger], [], ({ url }) => url === wanted.url);
    const { subscriptions } = subscriptionStatuses(conflict, NOTHING, new BackoffState(), MOMENT);
    expect(subscriptions).toMatchObject([
      {
        state: 'Conflict',
        id: stranger.id,
        url: stranger.url,
        desired: { url: wanted.url, enabled: true },
        observed: { url: stranger.url, enabled: true },
        differs: [{ field: 'url', from: stranger.url, to: wanted.url }],
      },
    ]);
  });

  it('invent nothing about a subscription that is yet to be created', () => {
    const { subscriptions } = subscriptionStatuses(planOf([desired()], []), NOTHING, new BackoffState(), MOMENT);
    expect(subscriptions).toMatchObject([{ state: 'Pending', desired: { enabled: true }, observed: null }]);
    for (const observedOnly of ['id', 'url', 'type', 'enabled'])
      expect(subscriptions[0]).not.toHaveProperty(observedOnly);
  });

  it('invent nothing about an entry with an error, of which nothing is on the tenant', () => {
    const { subscriptions } = subscriptionStatuses(planOf([], [], [broken()]), NOTHING, new BackoffState(), MOMENT);
    expect(subscriptions).toEqual([
      {
        title: 'Broken',
        state: 'Failed',
        source: 'webhooks.yaml:3:5',
        desired: null,
        observed: null,
        differs: [],
        error: { message: 'url: is missing' },
      },
    ]);
  });

  it('show the subscription of an entry with an error once, also where it is not ours', () => {
    const foreign = observed({ title: 'Broken' });
    const { subscriptions, unmanaged } = subscriptionStatuses(
      planOf([], [foreign], [broken()], () => false),
      NOTHING,
      new BackoffState(),
      MOMENT,
    );
    expect(subscriptions).toMatchObject([{ title: 'Broken', state: 'Failed', desired: null, observed: foreign }]);
    expect(unmanaged).toEqual([]);
  });

  it('say when a suspension ends', () => {
    const suspend = '2026-12-24T08:00:00Z';
    const drifted = planOf([desired({ suspend })], [observed({ enabled: false })]);
    const { subscriptions } = subscriptionStatuses(drifted, NOTHING, new BackoffState(), MOMENT);
    expect(subscriptions).toMatchObject([
      { state: 'Suspended', until: suspend, differs: [{ field: 'enabled', from: false, to: true }] },
    ]);
  });

  it('show what a guard withholds, what is in quarantine, and what is unmanaged', () => {
    const withheld = subscriptionStatuses(
      planOf([], [observed({ title: 'Old' })]),
      NOTHING,
      new BackoffState(),
      MOMENT,
    );
    expect(withheld.subscriptions).toMatchObject([{ title: 'Old', state: 'Withheld', guards: ['empty-checkout'] }]);
    const foreign = subscriptionStatuses(
      planOf([], [observed({ title: 'Foreign' })], [], () => false),
      NOTHING,
      new BackoffState(),
      MOMENT,
    );
    expect(foreign).toMatchObject({ subscriptions: [], unmanaged: [{ title: 'Foreign', state: 'Unmanaged' }] });
  });

  it('tell why a subscription is not wanted, and why it stays', () => {
    const statuses = (...given: Parameters<typeof planOf>) => {
      const snapshot = subscriptionStatuses(planOf(...given), NOTHING, new BackoffState(), MOMENT);
      return [...snapshot.subscriptions, ...snapshot.unmanaged].filter((one) => one.desired === null);
    };
    const old = observed({ title: 'Old', url: 'https://hooks.example.com/old' });
    const beside = desired({ beside: [old.id] });
    const suspended = desired({ title: 'Old', url: 'https://hooks.example.com/new', suspend: true });

    expect(statuses([desired()], [observed(), old])).toMatchObject([{ state: 'Pending', because: 'pruned' }]);
    expect(statuses([desired()], [observed(), observed()])).toMatchObject([{ state: 'Pending', because: 'surplus' }]);
    expect(statuses([], [old])).toMatchObject([{ state: 'Withheld', because: 'pruned' }]);
    expect(statuses([], [old], [], () => false)).toMatchObject([{ state: 'Unmanaged', because: 'not-owned' }]);
    expect(statuses([], [old], [], () => true, 'upsert')).toMatchObject([{ state: 'Unmanaged', because: 'mode' }]);
    expect(statuses([beside], [observed(), old])).toMatchObject([{ because: 'beside', keptFor: 'Orders' }]);
    expect(statuses([suspended], [old, observed({ title: 'Old' })])).toMatchObject([
      { state: 'Unmanaged', because: 'may-mean', keptFor: 'Old' },
    ]);
  });
});

function broken(): Problem {
  const at = { file: 'webhooks.yaml', line: 3, column: 5 };
  return { severity: 'error', ...at, field: 'url', message: 'is missing', rule: 'required', title: 'Broken' };
}

function planOf(
  wanted: readonly Desired[],
  found: readonly Observed[],
  problems: readonly Problem[] = [],
  isOwned: (one: Pick<Observed, 'title' | 'url'>) => boolean = () => true,
  mode: Mode = 'sync',
) {
  const plan = planPass({
    desired: wanted,
    tombstones: [],
    observed: found,
    isOwned,
    policy: {
      mode,
      owns: 'all',
      hosts: [],
      tombstones: 'any',
      pins: 'any',
      adopt: 'exact',
      maxDeletes: { percent: 20 },
      allowEmpty: false,
      quarantineMs: 0,
    },
    checkoutValid: problems.length === 0,
    now: NOW,
  });
  const checkout = {
    revision: { id: 'r1' },
    desired: wanted,
    tombstones: [],
    problems,
    errors: problems.length,
    files: 1,
    changedAt: NOW,
  };
  return { checkout, plan, listing: { items: found, unusable: [] }, fingerprint: '', listedAt: 0, term: undefined };
}
