import { describe, expect, it } from 'vitest';
import { countsOf, rowsOf, searchIn } from '../../../src/daemon/page/model/list.ts';
import { shownState, STATE_ORDER, STATES } from '../../../src/daemon/page/model/states.ts';
import type { SubscriptionDocument } from '../../../src/daemon/status-document.ts';
import { STATE_NAMES, type SubscriptionState } from '../../../src/reconcile/report.ts';
import { DRIFTED, situations, subscription, subscriptions, WITHHELD } from '../../support/status-documents.ts';

const titles = (all: readonly { readonly title: string }[]) => all.map(({ title }) => title);

describe('the list', () => {
  it('has the most worrying first, then what changed last, then titles', () => {
    const earlier = subscription({ title: 'Users', state: 'Failed', since: '2026-11-26T10:00:00.000Z' });
    const later = subscription({ title: 'Positions', state: 'Failed', since: '2026-11-26T11:00:00.000Z' });
    const rows = rowsOf({ subscriptions: subscriptions(WITHHELD, DRIFTED, earlier, later) });
    expect(titles(rows).slice(0, 7)).toEqual([
      'Positions',
      'Users',
      'Orders',
      'Legacy orders',
      'Executions',
      'Order cancellations',
      'Account returns',
    ]);
  });

  it('counts a change that this process made as one', () => {
    const changed = subscription({ title: 'Users', lastChangeAt: '2026-11-26T13:20:00.000Z' });
    expect(titles(rowsOf({ subscriptions: subscriptions(changed) }))[0]).toBe('Users');
  });

  it('orders numbers in titles as numbers', () => {
    const same = { since: '2026-11-26T10:00:00.000Z' };
    const all = ['Hook 10', 'Hook 9'].map((title) => subscription({ title, ...same }));
    expect(titles(rowsOf({ subscriptions: all }))).toEqual(['Hook 9', 'Hook 10']);
  });

  it('leaves the document as it is', () => {
    const before = titles(situations.differs.subscriptions);
    rowsOf(situations.differs);
    expect(titles(situations.differs.subscriptions)).toEqual(before);
  });

  it('counts the states that occur, the most worrying first', () => {
    expect(countsOf(situations.differs)).toEqual([
      { state: 'Drifted', count: 1 },
      { state: 'Withheld', count: 1 },
      { state: 'InSync', count: 39 },
    ]);
  });
});

describe('the search', () => {
  const matches = (each: SubscriptionDocument, query: string) => searchIn([each])(query).length === 1;

  it.each([
    ['orders', true],
    ['ORDERS', true],
    ['  orders  ', true],
    ['', true],
    ['hooks.nordbank', true],
    ['/upvest/orders', true],
    ['execution', true],
    ['payments', true],
    ['8f3c1e9', true],
    ['order service', true],
    ['payments execution', true],
    ['payments isa', false],
    ['nordbank.example/upvest/ordersORDER', false],
    ['.*', false],
  ])('finds by title, url, category and commit: "%s"', (query, isFound) => {
    expect(matches(subscription(), query)).toBe(isFound);
  });

  it('finds what is disabled', () => {
    expect(matches(subscription({ enabled: false }), 'disabled')).toBe(true);
    expect(matches(subscription(), 'disabled')).toBe(false);
  });

  it('finds what is wanted, also where something else is observed', () => {
    expect(matches(DRIFTED, 'hooks-old')).toBe(true);
    expect(matches(DRIFTED, 'hooks.nordbank')).toBe(true);
    expect(matches(DRIFTED, 'execution')).toBe(true);
  });

  it('takes letters that look the same for the same', () => {
    expect(matches(subscription({ title: 'Tomás' }), 'toma\u0301s')).toBe(true);
  });

  it('keeps the order of the list', () => {
    const rows = rowsOf(situations.differs);
    const search = searchIn(rows);
    expect(search('')).toBe(rows);
    expect(titles(search('isa_'))).toEqual(['ISA allowances', 'ISA transfers', 'ISA wrappers']);
    expect(search('isx')).toEqual([]);
  });
});

describe('the states', () => {
  it('have each a word, a rank and a meaning', () => {
    expect([...STATE_ORDER].sort()).toEqual([...STATE_NAMES].sort());
    expect(STATE_ORDER.map((state) => STATES[state].rank)).toEqual(STATE_ORDER.map((_, index) => index));
    expect(new Set(STATE_ORDER.map((state) => STATES[state].word)).size).toBe(STATE_ORDER.length);
    expect(STATES.InSync).toMatchObject({ word: 'In sync', was: 'Was in sync', tone: 'ok' });
    expect(STATES.Conflict.was).toBe('Was in conflict');
  });

  it('are shown by their name where a newer program has one that is not known here', () => {
    const Paused = 'Paused' as SubscriptionState;
    expect(shownState(Paused)).toMatchObject({ word: 'Paused', was: 'Was Paused', tone: 'held', shape: 'Unmanaged' });
    expect(shownState('constructor' as SubscriptionState).word).toBe('constructor');
    const all = { subscriptions: subscriptions(WITHHELD, subscription({ title: 'Users', state: Paused })) };
    expect(titles(rowsOf(all)).slice(0, 2)).toEqual(['Legacy orders', 'Users']);
    expect(countsOf(all).map(({ state, count }) => `${state} ${count}`)).toEqual([
      'Withheld 1',
      'Paused 1',
      'InSync 39',
    ]);
  });

  it('are green in sync alone', () => {
    expect(STATE_ORDER.filter((state) => STATES[state].tone === 'ok')).toEqual(['InSync']);
  });
});
