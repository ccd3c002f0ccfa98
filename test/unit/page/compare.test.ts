import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakable, compareRows, type Marked, textOf } from '../../../src/daemon/page/model/compare.ts';
import type { DifferenceDocument, FieldsDocument } from '../../../src/daemon/status-document.ts';
import { DRIFTED, subscription, WITHHELD } from '../../support/status-documents.ts';

/** What is wanted and missing in brackets with a plus, what is there and not wanted with a minus. */
const marked = (parts: Marked) =>
  parts.map(({ text, mark }) => (mark === undefined ? text : `[${mark === 'ins' ? '+' : '−'}${text}]`)).join('');

const rowOf = (field: DifferenceDocument['field'], to: unknown, from: unknown) => {
  const [row] = compareRows(subscription({ state: 'Drifted', differs: [{ field, from, to }] }));
  return row && { wanted: marked(row.wanted), observed: marked(row.observed), difference: row.difference };
};

describe('wanted beside observed', () => {
  it('shows what differs first, and says the difference in words', () => {
    const rows = compareRows(DRIFTED).map(({ field, kind, wanted, observed, difference }) =>
      [field, kind, marked(wanted), marked(observed), difference].join(' | '),
    );
    expect(rows).toEqual([
      'url | differs | https://[+hooks].nordbank.example/upvest/orders | https://[−hooks-old].nordbank.example/upvest/orders | other host',
      'type | differs | ORDER, [+EXECUTION], ORDER_CANCELLATION | ORDER, ORDER_CANCELLATION | EXECUTION is missing',
      'title | equal | Orders | Orders | equal',
      'enabled | equal | true | true | equal',
      'config.delay | equal | 5s | 5s | equal',
      'config.max_package_size | unmanaged | not managed | 10240 | left as it is',
    ]);
  });

  it.each([
    [
      'the path',
      'https://a.example/x/users',
      'https://a.example/x/orders',
      'other path',
      'https://a.example/x/[+users]',
    ],
    ['the scheme', 'https://a.example/', 'http://a.example/', 'other scheme', '[+https:]//a.example/'],
    ['the query', 'https://a.example/?a=1', 'https://a.example/', 'other query', 'https://a.example/[+?a=1]'],
    ['the port', 'https://a.example:8443/', 'https://a.example/', 'other host', 'https://a.[+example:8443]/'],
    ['several', 'https://b.example/y', 'https://a.example/x', 'other host, other path', 'https://[+b].example/[+y]'],
    ['what is not a url', 'x', 'https://a.example/', 'differs', '[+x]'],
  ])('marks of a url what is other: %s', (_, wanted, observed, difference, shown) => {
    expect(rowOf('url', wanted, observed)).toMatchObject({ wanted: shown, difference });
  });

  it.each([
    [['A', 'B'], ['A'], 'B is missing'],
    [['A'], ['A', 'TAX'], 'TAX is too many'],
    [['A', 'B', 'C'], ['C'], 'A and B are missing'],
    [['A', 'B', 'C', 'D', 'E'], ['X'], 'A, B, C and 2 more are missing, X is too many'],
    [['A'], [], 'is missing'],
    [['A', 'B'], ['B', 'A'], 'differs'],
  ])('compares lists by item: %j with %j', (wanted, observed, difference) => {
    expect(rowOf('type', wanted, observed)?.difference).toBe(difference);
  });

  it.each([
    ['enabled', true, false, '[+true]', '[−false]', 'differs'],
    ['config.delay', '5s', undefined, '[+5s]', 'none', 'is missing'],
    ['exclude_type', null, ['TAX'], 'none', '[−TAX]', 'is too much'],
    ['title', 'Users', 'People', '[+Users]', '[−People]', 'differs'],
  ] as const)('compares other values as they are: %s', (field, to, from, wanted, observed, difference) => {
    expect(rowOf(field, to, from)).toEqual({ wanted, observed, difference });
  });

  const withFields = (wanted: Partial<FieldsDocument>, observed: Partial<FieldsDocument>) => {
    const base = subscription();
    const desired = { ...base.desired, ...wanted } as FieldsDocument;
    return compareRows({ ...base, desired, observed: { ...base.observed, ...observed } as FieldsDocument });
  };

  it.each<readonly [string, string, Partial<FieldsDocument>, Partial<FieldsDocument>]>([
    ['type', 'spelled otherwise', { type: ['A', 'B'] }, { type: ['B', 'A'] }],
    ['url', 'spelled otherwise', { url: 'https://A.example:443' }, { url: 'https://a.example/' }],
    ['config.delay', 'spelled otherwise', { config: { delay: '60s' } }, { config: { delay: '1m' } }],
    ['config.delay', 'left as it is', { config: { delay: '5s' } }, { config: { delay: '9s' } }],
  ])('tells another spelling of %s from what is not corrected: %s', (field, difference, wanted, observed) => {
    expect(withFields(wanted, observed).find((row) => row.field === field)?.difference).toBe(difference);
  });

  it('says of what is on one side alone that it is', () => {
    const removed = compareRows(WITHHELD);
    expect(removed.map(({ difference }) => difference)).toContain('not in git');
    expect(removed.every(({ wanted }) => marked(wanted) === '–')).toBe(true);
    const missing = compareRows(subscription({ observed: null }));
    expect(new Set(missing.map(({ difference }) => difference))).toEqual(new Set(['not on the tenant']));
  });

  it('marks parts of the values, and changes none', () => {
    const value = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string(),
      fc.array(fc.constantFrom('A', 'B', 'C', 'D')),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.constantFrom('url', 'type', 'enabled' as const), value, value, (field, to, from) => {
        const [row] = compareRows(subscription({ differs: [{ field, from, to }] }));
        const joined = (parts: Marked = []) => parts.map(({ text }) => text).join('');
        const shown = (each: unknown) => (Array.isArray(each) && each.length === 0 ? 'none' : textOf(each));
        expect([joined(row?.wanted), joined(row?.observed)]).toEqual([shown(to), shown(from)]);
      }),
    );
  });
});

describe('a long url', () => {
  it('breaks after a dot and before a slash', () => {
    expect(breakable('https://hooks.nordbank.example/upvest/orders')).toEqual([
      'https://hooks.',
      'nordbank.',
      'example',
      '/upvest',
      '/orders',
    ]);
  });

  it('keeps every character', () => {
    fc.assert(fc.property(fc.string(), (text) => breakable(text).join('') === text));
  });
});
