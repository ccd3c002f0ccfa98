import { beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../../src/daemon/page/live/store.ts';
import { addressOf, hrefOf } from '../../../src/daemon/page/model/address.ts';
import { keyOf, type SubscriptionDocument } from '../../../src/daemon/status-document.ts';
import { DRIFTED, NOW, statusDocument, subscription, WITHHELD } from '../../support/status-documents.ts';
import { Timers } from './timers.ts';

const SINCE = '2026-11-26T12:00:00.000Z';
const one = (title: string, over: Partial<SubscriptionDocument> = {}) => subscription({ title, since: SINCE, ...over });
const [ACCOUNTS, BALANCES, CHECKS] = [one('Accounts'), one('Balances'), one('Checks')];

let timers: Timers;
let store: Store;
beforeEach(() => {
  timers = new Timers(Date.parse(NOW));
  store = new Store(timers, addressOf(''));
  show(ACCOUNTS, BALANCES, CHECKS);
});

function show(...subscriptions: readonly SubscriptionDocument[]): void {
  store.takeSnapshot({ at: iso(), mayReconcile: 'yes', document: statusDocument({ subscriptions }) });
}

function change(...put: readonly SubscriptionDocument[]): void {
  store.takeChange({ at: iso(), subscriptions: { put, gone: [] } });
}

const iso = () => new Date(timers.now()).toISOString();
const titles = () => store.view.shown.value.map(({ title }) => title);
const failed = (title: string) => one(title, { state: 'Failed' });

describe('the list of subscriptions', () => {
  it('is sorted anew when one of them changes', () => {
    change(failed('Checks'));
    expect(titles()).toEqual(['Checks', 'Accounts', 'Balances']);
  });

  it('stays in its order while somebody points at it, shows what is so, and has new ones at its end', () => {
    store.view.touch();
    change(failed('Checks'), one('A new one', { state: 'Failed' }));
    expect(titles()).toEqual(['Accounts', 'Balances', 'Checks', 'A new one']);
    expect(store.view.shown.value[2]?.state).toBe('Failed');
  });

  it('is put into its order when the pointer leaves it', () => {
    store.view.touch();
    change(failed('Checks'));
    store.view.leave();
    expect(titles()).toEqual(['Checks', 'Accounts', 'Balances']);
  });

  it('is put into its order once the pointer has not moved for five seconds', () => {
    store.view.touch();
    change(failed('Checks'));
    timers.advance(3_000);
    store.view.touch();
    timers.advance(4_999);
    expect(titles()).toEqual(['Accounts', 'Balances', 'Checks']);
    timers.advance(1);
    expect(titles()).toEqual(['Checks', 'Accounts', 'Balances']);
  });

  it('keeps a row that the filter does not want any longer for as long as somebody may be about to press it', () => {
    change(failed('Balances'), failed('Checks'));
    store.view.filter('Failed');
    store.view.touch();
    change(BALANCES);
    expect(titles()).toEqual(['Balances', 'Checks']);
    store.view.leave();
    expect(titles()).toEqual(['Checks']);
  });

  it('follows a filter and a search at once, wherever the pointer is', () => {
    store.view.touch();
    change(failed('Checks'));
    store.view.filter('Failed');
    expect(titles()).toEqual(['Checks']);
    store.view.filter(undefined);
    store.view.search('bal');
    expect(titles()).toEqual(['Balances']);
    store.view.clear();
    expect(titles()).toEqual(['Checks', 'Accounts', 'Balances']);
  });

  it('keeps the objects of those that did not change, which are not drawn again then', () => {
    change(failed('Checks'));
    expect(store.view.shown.value.slice(1)).toEqual([ACCOUNTS, BALANCES]);
    expect(store.view.shown.value[1]).toBe(ACCOUNTS);
  });
});

describe('a list of thousands', () => {
  beforeEach(() => show(...Array.from({ length: 500 }, (_, index) => one(`Hook ${index}`))));

  it('is drawn 200 rows at a time', () => {
    expect(store.view.drawLimit.value).toBe(200);
    store.view.showMoreRows();
    expect(store.view.drawLimit.value).toBe(400);
    store.view.search('hook');
    timers.advance(100);
    expect(store.view.drawLimit.value).toBe(200);
  });

  it('is drawn as far as it is on the screen after each key of a search, and on when no other key follows', () => {
    store.view.search('h');
    expect(store.view.drawLimit.value).toBe(50);
    timers.advance(59);
    store.view.search('ho');
    timers.advance(59);
    expect(store.view.drawLimit.value).toBe(50);
    timers.advance(1);
    expect(store.view.drawLimit.value).toBe(200);
  });
});

describe('what is looked at', () => {
  it('is in the address: filters are steps to go back, letters of a search are not', () => {
    const addresses: string[] = [];
    store.view.onAddress = (address, isStep) => addresses.push(`${isStep ? 'step' : 'same'} ${hrefOf(address)}`);
    store.view.filter('InSync');
    store.view.search('che');
    store.view.toggle(CHECKS);
    store.view.showChanges('all');
    store.view.clear();
    expect(addresses).toEqual([
      'step ?state=InSync',
      'same ?state=InSync&q=che',
      'same ?state=InSync&q=che&open=Checks',
      'step ?state=InSync&q=che&open=Checks&changes=all',
      'step ?open=Checks&changes=all',
    ]);
  });

  it('is opened by its title, and by its id where several on the tenant may have that title', () => {
    show(DRIFTED, WITHHELD);
    store.view.toggle(DRIFTED);
    store.view.toggle(WITHHELD);
    expect(store.view.address.value.open).toEqual(['Orders', keyOf(WITHHELD)]);
    store.view.toggle(DRIFTED);
    expect([store.view.isOpen(DRIFTED), store.view.isOpen(WITHHELD)]).toEqual([false, true]);
  });

  it('is one row, where several share a title: the entry, else the first, unless the id says which', () => {
    const { source: _, ...unwritten } = one('Orders', { desired: null, state: 'Failed' });
    const [first, second] = [
      { ...unwritten, id: 'b1' },
      { ...unwritten, id: 'b2' },
    ];
    const entry = one('Orders');
    const opened = () => store.view.rows.value.filter((row) => store.view.isOpen(row));
    show(first, second, entry);
    store.view.take(addressOf('?open=Orders'));
    expect(opened()).toEqual([entry]);
    store.view.toggle(second);
    expect(opened()).toEqual([second, entry]);
    store.view.toggle(entry);
    expect(store.view.address.value.open).toEqual(['id b2']);
    expect(store.view.reveal('id b1')).toBe('id b1');
    expect(opened()).toEqual([first, second]);
    show(first, second);
    store.view.take(addressOf('?open=Orders'));
    expect(opened()).toEqual([first]);
    store.view.toggle(first);
    expect(opened()).toEqual([]);
    store.view.toggle(second);
    const adopted = one('Orders', { id: 'b2' });
    show(first, adopted);
    expect(opened()).toEqual([adopted]);
  });

  it('stays open when it changes', () => {
    store.view.toggle(CHECKS);
    change(failed('Checks'));
    expect(store.view.shown.value.filter((row) => store.view.isOpen(row)).map(({ title }) => title)).toEqual([
      'Checks',
    ]);
  });

  it('is revealed whatever was filtered, and however far down it is', () => {
    show(...Array.from({ length: 500 }, (_, index) => one(`Hook ${index}`)));
    store.view.search('nothing like it');
    expect(store.view.reveal('Hook 450')).toBe('title Hook 450');
    expect(titles().length).toBe(500);
    expect(store.view.rowLimit.value).toBeGreaterThan(450);
    expect(store.view.address.value.open).toEqual(['Hook 450']);
  });

  it('goes from filter to filter, and from the last to all', () => {
    change(failed('Checks'));
    const states = Array.from({ length: 3 }, () => {
      store.view.nextFilter();
      return store.view.address.value.state;
    });
    expect(states).toEqual(['Failed', 'InSync', undefined]);
  });
});

describe('what the page knows', () => {
  it('counts by the clock of the daemon, however wrong that of this machine is', () => {
    timers.advance(-3_600_000);
    store.takeSnapshot({ at: NOW, mayReconcile: 'yes', document: statusDocument() });
    timers.advance(2_000);
    store.tick();
    expect(new Date(store.second.value).toISOString()).toBe('2026-11-26T13:26:39.000Z');
  });

  it('marks a state that has just changed, for five seconds', () => {
    change(failed('Checks'));
    expect([...store.marked.value]).toEqual(['title Checks']);
    change({ ...ACCOUNTS, explanation: 'Another sentence.' });
    timers.advance(5_000);
    expect([...store.marked.value]).toEqual([]);
  });

  it('shows the result of the button for ten seconds, and a field for the token until it is used', () => {
    store.takePress({ kind: 'ended', says: 'Converged' });
    store.takePress({ kind: 'queued', at: timers.now() });
    timers.advance(10_000);
    expect(store.press.value.kind).toBe('queued');
    store.takePress({ kind: 'ended', says: 'Converged' });
    timers.advance(10_000);
    expect(store.press.value).toEqual({ kind: 'idle' });
    store.takePress({ kind: 'refused', says: 'The token was refused', asksForToken: true });
    timers.advance(60_000);
    expect(store.press.value).toMatchObject({ kind: 'refused', asksForToken: true });
  });

  it('takes what the button comes to from a change too: a token was configured meanwhile', () => {
    store.takeChange({ at: iso(), mayReconcile: 'token' });
    expect(store.mayReconcile.value).toBe('token');
    change(failed('Checks'));
    expect(store.mayReconcile.value).toBe('token');
  });

  it('shows nothing before the first snapshot, but where that does not come at once', () => {
    const early = new Store(timers, addressOf(''));
    expect(early.isShown.value).toBe(false);
    timers.advance(700);
    expect(early.isShown.value).toBe(true);
  });
});
