import { describe, expect, it } from 'vitest';
import { changeLine, historyOf } from '../../../src/daemon/page/model/changes.ts';
import { plainText } from '../../../src/daemon/page/model/time.ts';
import type { ChangeStatus } from '../../../src/daemon/status-document.ts';
import { CHANGES, DRIFTED, situations, subscription } from '../../support/status-documents.ts';

const update: ChangeStatus = {
  at: '2026-11-26T13:02:00.000Z',
  action: 'update',
  title: 'Orders',
  fields: [],
  revision: '8f3c1e9000',
};

const line = (over: Partial<ChangeStatus>) => {
  const { verb, what } = changeLine({ ...update, ...over });
  return `${verb} ${what}`.trim();
};

const field = (name: ChangeStatus['fields'][number]['field'], from: unknown, to: unknown) => ({
  field: name,
  from,
  to,
});
const long = 'x'.repeat(80);

describe('a change', () => {
  it.each<readonly [Partial<ChangeStatus>, string]>([
    [{ action: 'create', fields: [field('url', undefined, 'https://a.example')] }, 'Created'],
    [{ action: 'enable', fields: [field('enabled', false, true)] }, 'Enabled'],
    [{ fields: [field('type', ['A'], ['A', 'B'])] }, 'Updated type +B'],
    [{ fields: [field('type', ['A', 'C'], ['A', 'B'])] }, 'Updated type +B −C'],
    [{ fields: [field('url', 'https://a.example', 'https://b.example')] }, 'Updated url'],
    [{ fields: [field('url', 'a', 'b'), field('type', ['A'], ['B'])] }, 'Updated url, type'],
    [{ fields: [field('config.delay', '5s', '1s')] }, 'Updated config.delay 5s → 1s'],
    [{ fields: [field('config.delay', undefined, '1s')] }, 'Updated config.delay none → 1s'],
    [{ fields: [field('title', 'Users', 'People')] }, 'Renamed title Users → People'],
    [{ fields: [field('title', 'Users', long)] }, 'Renamed title'],
    [{ fields: [field('enabled', true, false)] }, 'Disabled'],
    [{ fields: [field('enabled', false, true)] }, 'Enabled'],
    [{ fields: [field('enabled', false, true)], origin: 'remote' }, 'Put back enabled false → true'],
    [{ action: 'enable', fields: [field('enabled', false, true)], origin: 'remote' }, 'Put back enabled false → true'],
    [{ action: 'create', fields: [field('url', undefined, 'a')], origin: 'remote' }, 'Put back created again'],
    [{ action: 'delete', fields: [field('url', 'a', undefined)] }, 'Deleted'],
    [{ action: 'quarantine' }, 'Quarantined'],
    [{ action: 'drift', fields: DRIFTED.differs }, 'Drifted url, type'],
    [{ action: 'drift', fields: [field('url', 'a', undefined), field('type', ['A'], null)] }, 'Drifted deleted'],
    [{ action: 'adopt', because: 'title and url equal' }, 'Adopted title and url equal'],
    [{ action: 'withhold', because: 'max-deletes' }, 'Delete withheld max-deletes'],
  ])('is said in a few words: %j', (over, said) => {
    expect(line(over)).toBe(said);
  });

  it.each<readonly [string, Partial<ChangeStatus>, string]>([
    ['the commit', { commit: { id: '8f3c1e9000', author: 'Payments team' }, origin: 'git' }, 'Payments team 8f3c1e9'],
    ['a commit without an author', { commit: { id: '8f3c1e9000' } }, 'unknown author 8f3c1e9'],
    ['the revision, where no commit is known', {}, 'at 8f3c1e9'],
    ['somebody, for what is put back', { origin: 'remote' }, 'after a change by somebody on the tenant'],
    ['somebody, for a drift', { action: 'drift' }, 'somebody on the tenant'],
  ])('is the doing of %s', (_, over, said) => {
    expect(plainText(changeLine({ ...update, ...over }).who, 0)).toBe(said);
  });
});

describe('the history of a subscription', () => {
  it('has what happened to it, the newest first', () => {
    const { changes } = situations.differs;
    const history = historyOf({ changes }, subscription());
    expect(history.map(({ action }) => action)).toEqual(['drift', 'update']);
  });

  it('follows it through another title and another id', () => {
    const changes = [
      { ...update, title: 'People', id: 'a' },
      { ...update, title: 'Users', id: 'a' },
      { ...update, title: 'People', id: 'b' },
      { ...update, title: 'Other', id: 'c' },
    ];
    expect(historyOf({ changes }, { title: 'People', id: 'a', state: 'InSync' })).toHaveLength(3);
  });

  it('of what nothing wants is that of its id alone', () => {
    const changes = [...CHANGES, { ...update, id: 'b' }];
    expect(historyOf({ changes }, { title: 'Orders', id: 'b', state: 'Unmanaged' })).toHaveLength(1);
  });
});
