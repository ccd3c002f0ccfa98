import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../../src/daemon/page/model/patch.ts';
import {
  type ChangeEvent,
  keyOf,
  type StatusDocument,
  type SubscriptionDocument,
} from '../../../src/daemon/status-document.ts';
import {
  DRIFTED,
  NOW,
  pass,
  passes,
  situations,
  statusDocument,
  subscription,
} from '../../support/status-documents.ts';

const change = (document: StatusDocument, event: Omit<ChangeEvent, 'at'>) =>
  applyChange(document, { at: NOW, ...event });
const before = situations['in sync'];

describe('a document that changes', () => {
  it('takes over the members that are set, and keeps the others as the same objects', () => {
    const after = change(before, { set: { mode: 'observe', nextPassAt: null } });
    expect(after).toEqual({ ...before, mode: 'observe', nextPassAt: null });
    expect(after.subscriptions).toBe(before.subscriptions);
  });

  it('loses the members that are unset', () => {
    const after = change({ ...before, hold: 'freeze' }, { unset: ['hold'] });
    expect(after).toEqual(before);
  });

  it('keeps what did not change as the same object, in its place', () => {
    const after = change(before, { subscriptions: { put: [DRIFTED], gone: [] } });
    const { subscriptions: was } = before;
    expect(after.subscriptions.map(({ title }) => title)).toEqual(was.map(({ title }) => title));
    expect(after.subscriptions.filter((each, index) => each !== was[index])).toEqual([DRIFTED]);
    expect(was).toEqual(statusDocument().subscriptions);
  });

  it('adds what is new at the end, and takes out what is gone', () => {
    const put = [subscription({ title: 'New' })];
    const after = change(before, { subscriptions: { put, gone: ['title Orders'] } });
    expect(after.subscriptions.map(({ title }) => title)).not.toContain('Orders');
    expect(after.subscriptions.at(-1)?.title).toBe('New');
    expect(after.subscriptions).toHaveLength(41);
  });

  it('has what is gone and put in one event', () => {
    const after = change(before, { subscriptions: { put: [DRIFTED], gone: [keyOf(DRIFTED)] } });
    expect(after.subscriptions.filter(({ title }) => title === 'Orders')).toEqual([DRIFTED]);
  });

  it('knows what nothing wants by its id', () => {
    const [first, second] = before.unmanaged;
    const after = change(before, { unmanaged: { put: [], gone: [`id ${first?.id ?? ''}`] } });
    expect(after.unmanaged).toEqual([second]);
  });

  it('grows lists at their beginning, and cuts them', () => {
    const added = [pass({ startedAt: NOW })];
    const after = change(before, { passes: { added, length: 100 } });
    expect(after.passes).toEqual([
      ...added,
      ...passes()
        .slice(0, 99)
        .map((_, index) => before.passes[index]),
    ]);
    expect(change(before, { passes: { added, length: 1 } }).passes).toEqual(added);
    expect(change(before, { changes: { added: [], length: 0 } }).changes).toEqual([]);
  });

  it('is the one that the host has, after any sequence of changes', () => {
    const states = fc.constantFrom('InSync', 'Drifted', 'Failed');
    const list = fc.uniqueArray(
      fc.record({ title: fc.constantFrom('A', 'B', 'C', 'D', 'E'), state: states, isWanted: fc.boolean() }),
      { selector: ({ title }) => title },
    );
    fc.assert(
      fc.property(fc.array(list, { maxLength: 8 }), (sequence) => {
        let copy: readonly SubscriptionDocument[] = [];
        let host: readonly SubscriptionDocument[] = [];
        for (const wanted of sequence) {
          const next = wanted.map(elementOf);
          const event = { subscriptions: difference(host, next) };
          copy = change({ ...before, subscriptions: copy }, event).subscriptions;
          host = next;
          expect(byKey(copy)).toEqual(byKey(host));
          expect(copy).toHaveLength(host.length);
        }
      }),
    );
  });
});

function elementOf(each: { title: string; state: 'InSync' | 'Drifted' | 'Failed'; isWanted: boolean }) {
  const { source, ...element } = subscription({ title: each.title, state: each.state, id: `id of ${each.title}` });
  return each.isWanted && source !== undefined ? { ...element, source } : element;
}

function byKey(all: readonly SubscriptionDocument[]): ReadonlyMap<string, SubscriptionDocument> {
  return new Map(all.map((each) => [keyOf(each), each]));
}

/** What a host tells of two lists, by comparing them whole. */
function difference(was: readonly SubscriptionDocument[], is: readonly SubscriptionDocument[]) {
  const known = byKey(was);
  const there = byKey(is);
  return {
    put: is.filter((each) => JSON.stringify(known.get(keyOf(each))) !== JSON.stringify(each)),
    gone: [...known.keys()].filter((key) => !there.has(key)),
  };
}
