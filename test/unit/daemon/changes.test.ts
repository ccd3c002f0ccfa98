import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/apply/outcome.ts';
import { servedJson } from '../../../src/daemon/served-json.ts';
import { Changes } from '../../../src/daemon/status/changes.ts';
import type { Snapshot } from '../../../src/reconcile/report.ts';
import { drifted, passEnded, status } from '../../support/pass-ended.ts';

const NOW = Date.parse('2026-11-24T08:00:00Z');

const change = (over: Partial<Change> = {}): Change => ({
  action: 'update',
  id: 'id-1',
  title: 'Orders',
  fields: ['url'],
  changes: [{ field: 'url', from: 'https://old.tld/', to: 'https://new.tld/' }],
  ...over,
});

const held = (id: string, ...guards: NonNullable<Snapshot['subscriptions'][number]['guards']>) => {
  const { source: _source, ...rest } = status({ title: `Old ${id}`, id, state: 'Withheld', guards });
  return rest;
};

const snapshot = (...subscriptions: Snapshot['subscriptions']): Snapshot =>
  passEnded(subscriptions).pass.snapshot ?? expect.fail();

describe('the changes that are kept', () => {
  it('have what was done, from what to what, by which revision and under which request', () => {
    const changes = new Changes();
    changes.changed(change({ origin: 'git', requestId: 'req-1' }), 'r1', NOW);
    changes.changed(
      change({ action: 'enable', changes: [{ field: 'enabled', from: false, to: true }] }),
      'r2',
      NOW + 1,
    );
    expect(changes.newestFirst).toEqual([
      {
        at: '2026-11-24T08:00:00.001Z',
        action: 'enable',
        title: 'Orders',
        id: 'id-1',
        fields: [{ field: 'enabled', from: false, to: true }],
        revision: 'r2',
      },
      {
        at: '2026-11-24T08:00:00.000Z',
        action: 'update',
        title: 'Orders',
        id: 'id-1',
        fields: [{ field: 'url', from: 'https://old.tld/', to: 'https://new.tld/' }],
        origin: 'git',
        revision: 'r1',
        requestId: 'req-1',
      },
    ]);
  });

  it.each([
    ['pruned, in quarantine', 'quarantine'],
    ['surplus, in quarantine, the answer was lost', 'quarantine'],
    ['renamed from pruned, in quarantine', 'update'],
    ['adopted', 'update'],
  ])('tell an update because of "%s" as %s', (because, action) => {
    const changes = new Changes();
    changes.changed(change({ because }), 'r1', NOW);
    expect(changes.newestFirst).toMatchObject([{ action, because }]);
  });

  it('have what another client did, and between which looks, but no difference that is git’s doing', () => {
    const changes = new Changes();
    const between = { after: '2026-11-24T07:59:00.000Z', before: '2026-11-24T08:00:00.000Z' };
    const fields = [{ field: 'enabled', from: true, to: false }] as const;
    changes.drifted(drifted({ changes: fields, between }).drift, 'r1', NOW);
    changes.drifted(drifted({ origin: 'git' }).drift, 'r1', NOW);
    expect(changes.newestFirst).toMatchObject([
      { action: 'drift', title: 'Orders', origin: 'remote', fields, between },
    ]);
  });

  it('have a removal once when it begins to be held, whichever guards join or leave', () => {
    const changes = new Changes();
    const looks = [
      snapshot(),
      snapshot(held('1', 'max-deletes'), held('2', 'max-deletes')),
      snapshot(held('1', 'max-deletes'), held('2', 'max-deletes')),
      snapshot(held('1', 'max-deletes', 'freeze'), held('2', 'max-deletes')),
      snapshot(held('2', 'max-deletes')),
      snapshot(held('1', 'max-deletes', 'unfinished'), held('2', 'unfinished')),
    ];
    looks.forEach((look, n) => changes.withheld(looks[n - 1], look, NOW));
    expect(changes.newestFirst.map(({ title, because }) => `${title}: ${because}`)).toEqual([
      'Old 1: max-deletes, unfinished',
      'Old 1: max-deletes',
      'Old 2: max-deletes',
    ]);
  });

  it('are the last five hundred', () => {
    const changes = new Changes();
    for (let n = 0; n < 700; n += 1) changes.changed(change({ title: `Orders ${n}` }), 'r1', NOW);
    expect(changes.newestFirst).toHaveLength(500);
    expect(changes.newestFirst[0]).toMatchObject({ title: 'Orders 699' });
    changes.withheld(undefined, snapshot(...Array.from({ length: 600 }, (_, n) => held(`${n}`, 'freeze'))), NOW);
    expect(changes.newestFirst.map(({ action }) => action)).toEqual(Array(500).fill('withhold'));
  });

  it('are of the commit that the entry is of, where they are git’s doing at that revision', () => {
    const changes = new Changes();
    changes.changed(change({ origin: 'git' }), 'r1', NOW);
    changes.changed(change({ origin: 'remote' }), 'r2', NOW);
    changes.changed(change({ origin: 'git' }), 'r2', NOW);
    expect(changes.attribute('r2', new Map([['Orders', { id: 'c2', author: 'Ada', subject: 'Move' }]]))).toBe(true);
    expect(changes.attribute('r2', new Map([['Orders', { id: 'c3' }]]))).toBe(false);
    expect(changes.newestFirst.map(({ commit }) => commit)).toEqual([
      { id: 'c2', author: 'Ada', subject: 'Move' },
      undefined,
      undefined,
    ]);
  });

  it('of a surplus subscription are not of the commit of its entry', () => {
    const changes = new Changes();
    const twin = { ...held('1', 'max-surplus'), title: 'Orders' };
    changes.withheld(undefined, snapshot(status(), twin, held('2', 'max-deletes')), NOW);
    changes.attribute('r1', new Map(['Orders', 'Old 2'].map((title) => [title, { id: `of ${title}` }])));
    expect(changes.newestFirst.map(({ title, commit }) => [title, commit?.id])).toEqual([
      ['Orders', undefined],
      ['Old 2', 'of Old 2'],
    ]);
  });

  it('show the start of long lists and texts', () => {
    const changes = new Changes();
    const type = Array.from({ length: 30 }, (_, n) => `C${n}`);
    const url = `https://hooks.tld/${'a'.repeat(600)}`;
    changes.changed(
      change({
        changes: [
          { field: 'type', from: ['ALL'], to: type },
          { field: 'url', from: undefined, to: url },
        ],
      }),
      'r1',
      NOW,
    );
    expect(changes.newestFirst[0]?.fields).toEqual([
      { field: 'type', from: ['ALL'], to: [...type.slice(0, 25), '… and 5 more'] },
      { field: 'url', from: null, to: `${url.slice(0, 500)}…` },
    ]);
  });

  it('are less than a megabyte, however much is in them', () => {
    const changes = new Changes();
    const text = '\u202e'.repeat(10_000);
    const list = Array(10_000).fill(text.slice(0, 900)) as string[];
    const values = [text, list, list, text, text, text, text] as const;
    const fields = [
      'title',
      'type',
      'exclude_type',
      'url',
      'config.delay',
      'enabled',
      'config.max_package_size',
    ] as const;
    const id = '9fe15c0d-42d0-4ab7-a11f-9ad1b6ce0001';
    const hostile = change({
      id,
      title: text,
      because: text,
      requestId: id,
      changes: fields.map((field, n) => ({ field, from: values[n], to: values[n] })),
      origin: 'git',
    });
    for (let n = 0; n < 500; n += 1) changes.changed(hostile, 'a'.repeat(40), NOW);
    const title = changes.newestFirst[0]?.title ?? '';
    changes.attribute('a'.repeat(40), new Map([[title, { id: 'a'.repeat(40), author: text, subject: text }]]));
    expect(changes.newestFirst[0]).toMatchObject({ id, revision: 'a'.repeat(40), commit: { id: 'a'.repeat(40) } });
    expect(servedJson(changes.newestFirst).length).toBeLessThan(1_000_000);
  });

  it('hold on to no secret of a url that is cut', () => {
    const changes = new Changes();
    const url = `https://user:${'canary'.repeat(200)}@hooks.tld/?${'canary'.repeat(200)}`;
    changes.changed(change({ because: `from ${url}`, changes: [{ field: 'url', from: url, to: url }] }), 'r1', NOW);
    expect(JSON.stringify(changes.newestFirst)).not.toContain('canary');
  });
});
