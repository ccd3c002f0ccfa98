import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doingOf, shortId } from '../../../src/daemon/page/model/doing.ts';
import { plainText } from '../../../src/daemon/page/model/time.ts';
import type { SubscriptionDocument } from '../../../src/daemon/status-document.ts';
import type { Revision } from '../../../src/subscription/subscription.ts';
import { COMMITS } from '../../support/drawn-subscriptions.ts';
import { DRIFTED, NOW, subscription, WITHHELD } from '../../support/status-documents.ts';
import { inBerlin } from '../../support/time-zone.ts';

inBerlin(beforeAll, afterAll);

function doing(each: SubscriptionDocument, revision?: Revision): string {
  const { by, how, fields } = doingOf(each, revision);
  const now = Date.parse(NOW);
  return [plainText(by, now), fields.join(', '), plainText(how, now)].filter(Boolean).join(' | ');
}

const { commit: _, ...uncommitted } = subscription();
const { commit: __, source: ___, ...unmanaged } = subscription({ state: 'Unmanaged' });
const { drift: ____, ...unseen } = DRIFTED;

describe('whose doing it is', () => {
  it.each<readonly [string, SubscriptionDocument, string]>([
    ['the commit of the entry', subscription(), 'Payments team | 8f3c1e9 Send executions to the order service'],
    ['somebody on the tenant, between two looks', DRIFTED, 'somebody on the tenant | url, type | 14:25 – 14:26'],
    [
      'somebody on the tenant, between two looks of one minute',
      { ...DRIFTED, drift: { after: '2026-11-26T13:26:03.000Z', before: '2026-11-26T13:26:24.000Z' } },
      'somebody on the tenant | url, type | 14:26:03 – 14:26:24',
    ],
    [
      'somebody on the tenant, before the first look',
      { ...DRIFTED, drift: { after: null, before: '2026-11-26T13:26:00.000Z' } },
      'somebody on the tenant | url, type | before 14:26',
    ],
    ['somebody on the tenant, when is not known', unseen, 'somebody on the tenant | url, type | seen 14:26'],
    ['the commit that removed it', WITHHELD, 'Trading team | delete | 9c4e1fa Retire the legacy order hook'],
    [
      'the commit that waits',
      subscription({
        state: 'Pending',
        origin: 'git',
        commit: COMMITS.d90a1f4,
        differs: [{ field: 'config.delay', from: '5s', to: '1s' }],
      }),
      'Payments team | config.delay | d90a1f4 Hurry executions',
    ],
    [
      'a commit before which nothing is known',
      subscription({ commit: { ...COMMITS.e1f4a06, isOldestKnown: true } }),
      'Trading team | e1f4a06 Import what the tenant had or earlier',
    ],
    [
      'a commit of which only the id is known',
      subscription({ commit: { id: 'e1f4a060' } }),
      'unknown author | e1f4a06',
    ],
    ['nobody known', uncommitted, 'not known'],
    ['somebody, where git does not say', unmanaged, 'somebody on the tenant'],
    [
      'nobody known, of what is not there yet',
      { ...uncommitted, state: 'Pending', observed: null },
      'not known | create',
    ],
    [
      'all of it, and no list of its fields, where it is not there yet',
      { ...uncommitted, state: 'Pending', observed: null, differs: [{ field: 'url', from: undefined, to: 'a' }] },
      'not known | create',
    ],
  ])('is told: %s', (_name, each, said) => {
    expect(doing(each)).toBe(said);
  });

  it('is told where there is no commit to name', () => {
    expect(doing(uncommitted, { id: '8f3c1e9', dirty: true })).toBe('uncommitted');
    expect(doing(uncommitted, { id: 'sha256:0b5f6a1c' })).toBe('files without git');
    expect(doing(uncommitted, { id: '8f3c1e9' })).toBe('not known');
  });
});

describe('a commit id', () => {
  it.each([
    ['8f3c1e9000000000000000000000000000000000', '8f3c1e9'],
    [`sha256:${'0b5f6a1c'.repeat(8)}`, 'sha256:0b5f6a1c'],
    ['8f3c', '8f3c'],
    ['<script>alert(1)</script>', '<script>alert(1…'],
  ])('is cut to what one says aloud: %s', (id, short) => {
    expect(shortId(id)).toBe(short);
  });
});
