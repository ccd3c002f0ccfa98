/** A client that keeps a copy of the status document by what it is told of changes has the document itself. */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { type Comparison, compared, type StatusContents } from '../../src/daemon/endpoints/status-changes.ts';
import { servedInChunks } from '../../src/daemon/served-json.ts';
import { maskedKey } from '../../src/daemon/status/subscription-document.ts';
import { keyOf } from '../../src/daemon/status-document.ts';
import { type Copy, inOrder, withChange } from '../support/status-copy.ts';

const value = fc.oneof(
  fc.constantFrom(null, 1, 'InSync', 'https://user:secret@h.tld/p?secret', '\u202e', '\ud800', '\n'),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
/** Few, so that the same come again. */
const title = fc.constantFrom(
  'a',
  'b',
  'https://h.tld/?c',
  'https://h.tld/?d',
  'id 1',
  'd\u2028',
  '__proto__',
  'x'.repeat(40_000),
);
const withKey = <T extends Parameters<typeof maskedKey>[0]>(drawn: T) => ({ ...drawn, ...maskedKey(drawn) });
const element = fc
  .record(
    { title, id: fc.constantFrom('1', '2'), source: fc.constant('a.yaml:1:1'), state: value, list: fc.array(value) },
    { requiredKeys: ['title', 'state'] },
  )
  .map(withKey);
const contents = fc.record(
  {
    mode: fc.constantFrom('sync', 'observe'),
    lease: value,
    hold: value,
    warnings: fc.array(value, { maxLength: 2 }),
    subscriptions: fc.array(element, { maxLength: 6 }),
    unmanaged: fc.array(element, { maxLength: 3 }),
    passes: fc.array(value, { maxLength: 3 }),
    changes: fc.array(value, { maxLength: 3 }),
  },
  { requiredKeys: ['subscriptions', 'unmanaged', 'passes', 'changes'] },
);
/** Lists grow at their beginning and are cut at their end, or are other ones altogether. */
const documents = fc.array(fc.tuple(contents, fc.nat(4), fc.boolean()), { minLength: 1, maxLength: 8 }).map((drawn) => {
  const all: (typeof drawn)[number][0][] = [];
  for (const [next, kept, isAnother] of drawn) {
    const before = all.at(-1);
    const grown = (name: 'passes' | 'changes') => [...next[name], ...(before?.[name] ?? []).slice(0, kept)];
    all.push(isAnother ? next : { ...next, passes: grown('passes'), changes: grown('changes') });
  }
  return all;
});

const lazy = (document: StatusContents): StatusContents => ({
  ...document,
  subscriptions: Iterator.from(document.subscriptions).map((each) => each),
  unmanaged: Iterator.from(document.unmanaged).map((each) => each),
});

function done<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
const served = (document: StatusContents): Copy => JSON.parse(textOf(done(servedInChunks(document)))) as Copy;
const compare = (document: StatusContents, some: Partial<Comparison> = {}) =>
  done(compared(lazy(document), { told: undefined, at: 'now', isWholeWanted: false, scope: 'all', ...some }));

describe('a copy of the status document', () => {
  it.prop([documents])('equals it after every change, whatever happens', (sequence) => {
    const [first, ...rest] = sequence;
    if (!first) return;
    const begun = compare(first, { isWholeWanted: true });
    expect(begun.change).toBeUndefined();
    let copy = JSON.parse(textOf(begun.whole)) as Copy;
    expect(copy).toEqual(served(first));
    let { told } = begun;
    for (const next of rest) {
      const { change, told: toldNow } = compare(next, { told });
      if (change) copy = withChange(copy, JSON.parse(textOf(change)));
      told = toldNow;
      expect(inOrder(copy)).toEqual(inOrder(served(next)));
      expect(compare(next, { told }).change).toBeUndefined();
    }
  });

  it.prop([fc.uniqueArray(element, { selector: keyOf, maxLength: 6 })])(
    'tells apart what reads the same once it is masked',
    (subscriptions) => {
      const some = { unmanaged: [], passes: [], changes: [] };
      const { told } = compare({ ...some, subscriptions: [] });
      const { change } = compare({ ...some, subscriptions }, { told });
      const copy = { ...some, subscriptions: [] };
      const { subscriptions: all } = change ? withChange(copy, JSON.parse(textOf(change))) : copy;
      expect(all).toEqual(served({ ...some, subscriptions }).subscriptions);
    },
  );

  it.prop([documents])('begins at any later moment', (sequence) => {
    let told: Comparison['told'];
    for (const next of sequence) {
      const { whole, told: toldNow } = compare(next, { told, isWholeWanted: true });
      told = toldNow;
      expect(JSON.parse(textOf(whole))).toEqual(served(next));
    }
  });

  it.prop([contents, contents])('may be compared but for its subscriptions', (one, drawn) => {
    const { hold: _hold, lease: _lease, ...others } = drawn;
    const situation = ({ hold, lease }: typeof one) => ({
      ...(hold !== undefined && { hold }),
      ...(lease !== undefined && { lease }),
    });
    const other = { ...others, ...situation(one) };
    const { told, whole } = compare(one, { isWholeWanted: true });
    const { change, told: toldNow } = compare(other, { told, scope: 'members' });
    const copy = JSON.parse(textOf(whole)) as Copy;
    const partly = change ? withChange(copy, JSON.parse(textOf(change))) : copy;
    const { subscriptions, unmanaged } = one;
    expect(inOrder(partly)).toEqual(inOrder(served({ ...other, subscriptions, unmanaged })));
    const { change: rest } = compare(other, { told: toldNow });
    expect(inOrder(rest ? withChange(partly, JSON.parse(textOf(rest))) : partly)).toEqual(inOrder(served(other)));
  });

  it.prop([contents, contents])(
    'is compared as a whole where what explains its subscriptions is other',
    (one, drawn) => {
      const { told } = compare(one);
      const other = { ...drawn, frozenUntil: 'Monday' };
      expect(compare(other, { told, scope: 'members' })).toEqual(compare(other, { told, scope: 'all' }));
    },
  );
});
