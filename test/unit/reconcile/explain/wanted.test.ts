/** The texts are the specification: each is read by somebody on call who has not written the YAML. */
import { describe, expect, it } from 'vitest';
import { ANNA, DRIFT, said, unwanted, wanted } from '../../../support/explained.ts';

/** Every field is managed. */
const MANAGED = { type: ['ALL'], config: { delay: '5s', max_package_size: 10240 } };
const FAILURE = {
  message: 'PATCH /webhooks/{webhook_id} answered 422 Unprocessable: url is not allowed (request 3d1b)',
  requestId: '3d1b',
};
const LEFT_OUT = { source: 'orders.yaml:4:5', error: { message: 'url: is missing' } };
const UNREADABLE =
  'a8eb is listed without a usable title and may be it: it is not created until that one can be read or is gone.';
const FOREIGN =
  '"Old" (a8eb), which is not owned, has the same url and could deliver the same events: if this one were created beside ' +
  'it, those would come twice. To settle it, take it over (reconcile.id: a8eb), let policy.owns cover it, have it deleted ' +
  'by a tombstone with this id (title: "Old", state: absent, reconcile.id: a8eb), or say that both are meant to be there ' +
  '(reconcile.beside: [a8eb]).';

describe('what is in sync is explained', () => {
  it('by the commit that last changed its entry', () => {
    expect(said(wanted('InSync', MANAGED, {}, { commit: ANNA }))).toBe(
      'It is on the tenant as git wants it. Anna last changed the entry in 9c4e1fa "Move the order hooks". Nothing happens until git or the tenant changes.',
    );
  });

  it('where the known history begins, without blaming its oldest commit', () => {
    expect(said(wanted('InSync', MANAGED, {}, { commit: { ...ANNA, isOldestKnown: true } }))).toBe(
      'It is on the tenant as git wants it. The entry has been as it is since 9c4e1fa or longer: the known history begins there. Nothing happens until git or the tenant changes.',
    );
  });

  it('with the fields that git leaves to the tenant', () => {
    expect(said(wanted('InSync', {}, {}, { commit: { id: ANNA.id } }))).toBe(
      'It is on the tenant as git wants it. Commit 9c4e1fa last changed the entry. Git says nothing of type, config.delay and config.max_package_size: left as on the tenant. Nothing happens until git or the tenant changes.',
    );
  });

  it('as delivering nothing, where git says so', () => {
    expect(said(wanted('InSync', { ...MANAGED, enabled: false }, { enabled: false }, { commit: ANNA }))).toBe(
      'It is on the tenant as git wants it: disabled, so it delivers nothing. Anna last changed the entry in 9c4e1fa "Move the order hooks". Nothing happens until git or the tenant changes.',
    );
  });

  it('with what it ignores, where that differs', () => {
    expect(
      said(
        wanted(
          'InSync',
          { ...MANAGED, ignore: ['enabled', 'config.delay'] },
          { enabled: false, config: { delay: '9s', max_package_size: 10240 } },
        ),
      ),
    ).toBe(
      'It is on the tenant as git wants it. There it differs in enabled and config.delay, which reconcile.ignore leaves alone: it is disabled and delivers nothing. Nothing happens until git or the tenant changes.',
    );
  });

  it('as adopted', () => {
    expect(said(wanted('InSync', MANAGED, {}, { commit: ANNA, isAdopted: true }))).toBe(
      'It is on the tenant as git wants it. Anna last changed the entry in 9c4e1fa "Move the order hooks". It was there before git wanted it, and was adopted as policy.adopt allows. Nothing happens until git or the tenant changes.',
    );
  });

  it('with a receiver that does not take deliveries', () => {
    expect(said(wanted('InSync', MANAGED, {}, { commit: ANNA, receiver: 'tls' }))).toBe(
      'It is on the tenant as git wants it. Anna last changed the entry in 9c4e1fa "Move the order hooks". But its receiver did not take the last test delivery (tls), so events may wait: fix the certificate of the receiver, or the client certificate it asks for. Nothing happens until git or the tenant changes.',
    );
  });
});

describe('what waits for a pass is explained', () => {
  it('where it is to be created', () => {
    expect(said(wanted('Pending', {}, undefined, { origin: 'git', commit: ANNA }))).toBe(
      'Git wants it, and the tenant does not have it. Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass creates and enables it. Meanwhile its events are not delivered.',
    );
  });

  it('where nobody knows who wrote it', () => {
    expect(said(wanted('Pending', { enabled: false }, undefined, { origin: 'git' }))).toBe(
      'Git wants it, and the tenant does not have it. Which commit last changed the entry is not known. The next pass creates it, disabled as git says.',
    );
  });

  it('where it is to be changed', () => {
    expect(
      said(
        wanted(
          'Pending',
          { url: 'https://new.example.com/', type: ['ORDER', 'EXECUTION'] },
          { type: ['ORDER'] },
          { origin: 'git', commit: ANNA },
        ),
      ),
    ).toBe(
      'Git has another url and type than the tenant. Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass changes url and type in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant and those of EXECUTION are not delivered.',
    );
  });

  it('where it is to be renamed', () => {
    expect(said(wanted('Pending', { title: 'Purchases' }, {}, { origin: 'git', commit: ANNA }))).toBe(
      'Git has another title than the tenant. Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass renames it from "Orders" in one request; its id and delivery queue stay.',
    );
  });

  it('where it is to be disabled', () => {
    expect(said(wanted('Pending', { enabled: false }, {}, { origin: 'git', commit: ANNA }))).toBe(
      'Git wants it disabled, the tenant has it enabled. Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass disables it. Meanwhile it goes on delivering, though git wants it disabled.',
    );
  });

  it('where its create was interrupted, which every mode that changes anything finishes', () => {
    expect(said(wanted('Pending', {}, { enabled: false }, { origin: 'git', commit: ANNA }), { mode: 'create' })).toBe(
      'Git wants it enabled, the tenant has it disabled. Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass enables it. Meanwhile it is disabled and delivers nothing.',
    );
  });

  it('where the plan was dropped', () => {
    expect(
      said(
        wanted(
          'Pending',
          { url: 'https://new.example.com/' },
          {},
          { origin: 'git', commit: ANNA, error: { message: 'the checkout has changed since this plan was made' } },
        ),
      ),
    ).toBe(
      'Git has another url than the tenant. Anna last changed the entry in 9c4e1fa "Move the order hooks". It waits: the checkout has changed since this plan was made. The next pass looks again, and carries it out if nothing stands in the way. Meanwhile events go to the url on the tenant.',
    );
  });

  it('where the API does not show its change yet', () => {
    expect(
      said(
        wanted(
          'Pending',
          { url: 'https://new.example.com/' },
          { url: 'https://new.example.com/' },
          { error: { message: 'its update was accepted, but is not shown yet' } },
        ),
      ),
    ).toBe(
      'It waits: its update was accepted, but is not shown yet. The next pass looks again, and carries it out if nothing stands in the way.',
    );
  });

  it('where something unreadable may be it', () => {
    expect(said(wanted('Pending', {}, undefined, { error: { message: UNREADABLE } }))).toBe(
      'It waits: a8eb is listed without a usable title and may be it: it is not created until that one can be read or is gone. The next pass looks again, and carries it out if nothing stands in the way. Whether its events are delivered is not known.',
    );
  });

  it('where the mode only observes', () => {
    expect(
      said(wanted('Pending', { url: 'https://new.example.com/' }, {}, { origin: 'git', commit: ANNA }), {
        mode: 'observe',
        hold: 'observe',
      }),
    ).toBe(
      'Git has another url than the tenant. Anna last changed the entry in 9c4e1fa "Move the order hooks". Mode observe changes nothing: with policy.mode upsert or sync, a pass changes url in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant.',
    );
  });
});

describe('what drifted is explained', () => {
  it('with what was changed between which two looks, what git says, and what its deliveries suffer', () => {
    expect(
      said(
        wanted(
          'Drifted',
          { type: ['ORDER', 'EXECUTION'] },
          { url: 'https://old.example.com/', type: ['ORDER'] },
          { origin: 'remote', commit: ANNA, drift: DRIFT },
        ),
      ),
    ).toBe(
      'Somebody changed url and type on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass puts both back in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant and those of EXECUTION are not delivered. If the change is right, make it in git.',
    );
  });

  it('where it was disabled', () => {
    expect(said(wanted('Drifted', {}, { enabled: false }, { origin: 'remote', commit: ANNA, drift: DRIFT }))).toBe(
      'Somebody disabled it on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass enables it again; its id and delivery queue stay. Meanwhile it is disabled and delivers nothing. If the change is right, make it in git.',
    );
  });

  it('where it was deleted', () => {
    expect(said(wanted('Drifted', {}, undefined, { origin: 'remote', commit: ANNA, drift: DRIFT }))).toBe(
      'Somebody deleted it on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass creates it again, with another id and an empty delivery queue. Meanwhile its events are not delivered. If the change is right, make it in git.',
    );
  });

  it('without an accusation, where no look before has seen it otherwise', () => {
    expect(
      said(
        wanted(
          'Drifted',
          {},
          { enabled: false },
          { origin: 'remote', commit: ANNA, drift: { after: null, before: DRIFT.before } },
        ),
      ),
    ).toBe(
      'It was disabled on the tenant after git last changed and before this process first looked, at 2026-11-24T14:26:00Z: by somebody there, or by an earlier run. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass enables it again; its id and delivery queue stay. Meanwhile it is disabled and delivers nothing. If the change is right, make it in git.',
    );
  });

  it('where the last pass dropped its plan', () => {
    expect(
      said(
        wanted(
          'Drifted',
          {},
          { url: 'https://old.example.com/' },
          {
            origin: 'remote',
            commit: ANNA,
            drift: DRIFT,
            error: { message: 'the checkout has changed since this plan was made' },
          },
        ),
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The last pass did not put it back: the checkout has changed since this plan was made. The next pass puts it back in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant. If the change is right, make it in git.',
    );
  });

  it('where the mode changes nothing that exists', () => {
    expect(
      said(
        wanted('Drifted', {}, { url: 'https://old.example.com/' }, { origin: 'remote', commit: ANNA, drift: DRIFT }),
        { mode: 'create' },
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. Mode create changes nothing that exists: with policy.mode upsert or sync, a pass puts it back in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant. If the change is right, make it in git.',
    );
  });

  it('where a freeze window is open', () => {
    expect(
      said(
        wanted('Drifted', {}, { url: 'https://old.example.com/' }, { origin: 'remote', commit: ANNA, drift: DRIFT }),
        { hold: 'freeze', frozenUntil: '2026-11-30T07:00:00.000Z' },
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. A freeze window holds every change; the first pass after 2026-11-30T07:00:00Z puts it back in one request; its id and delivery queue stay. To have it sooner, take the window out of schedule.freeze. Meanwhile events go to the url on the tenant. If the change is right, make it in git.',
    );
  });

  it('where another instance leads', () => {
    expect(
      said(
        wanted('Drifted', {}, { url: 'https://old.example.com/' }, { origin: 'remote', commit: ANNA, drift: DRIFT }),
        { hold: 'standby', holder: 'payments-7d9c8-x2x4k' },
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. This instance is on standby and changes nothing: payments-7d9c8-x2x4k leads and puts it back in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant. If the change is right, make it in git.',
    );
  });

  it('where nobody leads', () => {
    expect(
      said(
        wanted('Drifted', {}, { url: 'https://old.example.com/' }, { origin: 'remote', commit: ANNA, drift: DRIFT }),
        { hold: 'standby', holder: null },
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. This instance is on standby and changes nothing: nobody is known to lead, and whoever takes over puts it back in one request; its id and delivery queue stay. Meanwhile events go to the url on the tenant. If the change is right, make it in git.',
    );
  });

  it('where the last pass failed', () => {
    expect(
      said(
        wanted('Drifted', {}, { url: 'https://old.example.com/' }, { origin: 'remote', commit: ANNA, drift: DRIFT }),
        { isStale: true },
      ),
    ).toBe(
      'Somebody changed url on the tenant between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass that goes through puts it back in one request; its id and delivery queue stay. When last seen, events went to the url on the tenant. If the change is right, make it in git. The last pass failed: this is what the last one that went through has seen.',
    );
  });
});

describe('what could not be carried out is explained', () => {
  it('where the API refuses its change', () => {
    expect(
      said(wanted('Failed', { url: 'https://new.example.com/' }, {}, { origin: 'git', commit: ANNA, error: FAILURE })),
    ).toBe(
      'The last try to change it failed: PATCH /webhooks/{webhook_id} answered 422 Unprocessable: url is not allowed (request 3d1b). Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass tries again; while the API refuses it, tries come more and more rarely, but at once after an edit of the entry. Meanwhile events go to the url on the tenant. If the entry is right, give Upvest the request id 3d1b; if not, correct the entry or revert 9c4e1fa.',
    );
  });

  it('where the API refuses its create', () => {
    expect(said(wanted('Failed', {}, undefined, { origin: 'git', commit: ANNA, error: FAILURE }))).toBe(
      'The last try to create it failed: PATCH /webhooks/{webhook_id} answered 422 Unprocessable: url is not allowed (request 3d1b). Anna last changed the entry in 9c4e1fa "Move the order hooks". The next pass tries again; while the API refuses it, tries come more and more rarely, but at once after an edit of the entry. Meanwhile its events are not delivered. If the entry is right, give Upvest the request id 3d1b.',
    );
  });

  it('where its entry has an error, and it is on the tenant', () => {
    expect(said(unwanted('Failed', LEFT_OUT))).toBe(
      'Its entry at orders.yaml:4:5 has an error and is left out: url: is missing. Which commit last changed it is not known: the entry cannot be read. What is on the tenant stays as it is and goes on delivering. Other entries go on, but nothing is deleted until the error is fixed; `webhook-reconciler validate` lists every error.',
    );
  });

  it('where its entry has an error, and it is not on the tenant', () => {
    expect(said(unwanted('Failed', { ...LEFT_OUT, observed: null }))).toBe(
      'Its entry at orders.yaml:4:5 has an error and is left out: url: is missing. Which commit last changed it is not known: the entry cannot be read. It is not on the tenant: its events are not delivered. Other entries go on, but nothing is deleted until the error is fixed; `webhook-reconciler validate` lists every error.',
    );
  });

  it('where the API writes it its own way', () => {
    expect(
      said(wanted('NotConverging', { url: 'https://new.example.com/' }, {}, { origin: 'git', commit: ANNA })),
    ).toBe(
      'The API accepted the last change and still shows other values than were sent in url. Anna last changed the entry in 9c4e1fa "Move the order hooks". It delivers all the same, and holds no delete back. The next pass tries again; tries come more and more rarely, at most half an hour apart. To end it, write in git what the API shows, or leave it to the tenant with reconcile.ignore: [url].',
    );
  });

  it('where the API does not deliver what it was asked to', () => {
    expect(
      said(wanted('NotConverging', { type: ['ORDER'] }, { type: ['USER'] }, { origin: 'git', commit: ANNA })),
    ).toBe(
      'The API accepted the last change and still shows other values than were sent in type. Anna last changed the entry in 9c4e1fa "Move the order hooks". Meanwhile events of ORDER are not delivered. Until it has come out as sent, nothing is pruned (deleted because git no longer wants it). The next pass tries again; tries come more and more rarely, at most half an hour apart. Ask Upvest why, or write in git what the API shows.',
    );
  });

  it('where what is created vanishes', () => {
    expect(said(wanted('NotConverging', {}, undefined, { origin: 'git', commit: ANNA }))).toBe(
      'What is created for it vanishes from the tenant again and again, and is not deleted here. The next pass creates it again; tries come more and more rarely, at most half an hour apart. Meanwhile its events are not delivered. Find what deletes it, or ask Upvest.',
    );
  });

  it('where it is in conflict, with all ways out', () => {
    expect(said(wanted('Conflict', {}, undefined, { commit: ANNA, error: { message: FOREIGN } }))).toBe(
      'It cannot be carried out without a decision. "Old" (a8eb), which is not owned, has the same url and could deliver the same events: if this one were created beside it, those would come twice. To settle it, take it over (reconcile.id: a8eb), let policy.owns cover it, have it deleted by a tombstone with this id (title: "Old", state: absent, reconcile.id: a8eb), or say that both are meant to be there (reconcile.beside: [a8eb]). Anna last changed the entry in 9c4e1fa "Move the order hooks". Meanwhile it is not created, and nothing is pruned (deleted because git no longer wants it).',
    );
  });

  it('where another client changes it back again and again', () => {
    expect(said(wanted('Contested', {}, { url: 'https://old.example.com/' }, { origin: 'git', commit: ANNA }))).toBe(
      'Somebody on the tenant keeps changing url back: it was corrected more than five times within ten minutes. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. The next pass corrects it if that is due: corrections come more and more rarely, at most an hour apart. Meanwhile events go to the url on the tenant. Find the other client: a second instance, another tool, a person. If its change is right, make it in git.',
    );
  });

  it('where such a contest is at rest', () => {
    expect(said(wanted('Contested', {}, {}, { origin: 'git', commit: ANNA }))).toBe(
      'Somebody on the tenant keeps changing it back: it was corrected more than five times within ten minutes. Git has said the same since 9c4e1fa "Move the order hooks" by Anna. At the moment it is as git wants it. Find the other client: a second instance, another tool, a person. If its change is right, make it in git.',
    );
  });
});

describe('whose doing it is', () => {
  const there = { url: 'https://old.example.com/' };
  const drifted = { origin: 'remote', commit: ANNA, drift: DRIFT } as const;
  const BETWEEN = 'between 2026-11-24T14:25:00Z and 2026-11-24T14:26:00Z';

  it.each(['Failed', 'NotConverging', 'Suspended'] as const)(
    'is said of who changed the tenant before the commit, where it is %s',
    (state) => {
      const text = said(wanted(state, {}, there, { ...drifted, error: FAILURE }));
      expect(text).toContain(
        `Somebody changed url on the tenant ${BETWEEN}. Git has said the same since 9c4e1fa "Move the order hooks" by Anna.`,
      );
      expect(text).not.toMatch(/last changed the entry|revert/);
    },
  );

  it('is said of a contest with when it was changed back last', () => {
    expect(said(wanted('Contested', {}, there, drifted))).toContain(
      `Somebody on the tenant keeps changing url back, last ${BETWEEN}: it was`,
    );
  });
});

describe('what was seen before passes began to fail is explained', () => {
  const url = { url: 'https://new.example.com/' };
  it.each([
    [
      'in sync',
      wanted('InSync', MANAGED, {}, { commit: ANNA }),
      'It was on the tenant as git wanted it when last seen. Anna last changed the entry in 9c4e1fa "Move the order hooks". The last pass failed: this is what the last one that went through has seen.',
    ],
    [
      'disabled and in sync',
      wanted('InSync', { ...MANAGED, enabled: false }, { enabled: false }),
      'It was on the tenant as git wanted it when last seen: disabled, so it delivered nothing. The last pass',
    ],
    ['missing', wanted('Pending', {}, undefined), 'Git wants it, and the tenant did not have it when last seen.'],
    ['missing', wanted('Pending', {}, undefined), 'When last seen, its events were not delivered.'],
    ['different', wanted('Pending', url, {}), 'Git has another url than the tenant had when last seen.'],
    [
      'disabled',
      wanted('Pending', {}, { enabled: false }),
      'Git wants it enabled, the tenant had it disabled when last seen.',
    ],
    ['disabled', wanted('Pending', {}, { enabled: false }), 'When last seen, it was disabled and delivered nothing.'],
    ['suspended', wanted('Suspended', url, {}), 'It differed in url when last seen, which is not corrected.'],
    ['contested', wanted('Contested', {}, {}), 'It was as git wants it when last seen.'],
    ['not converging', wanted('NotConverging', url, {}), 'still showed other values than were sent in url.'],
    ['left out', unwanted('Failed', LEFT_OUT), 'What was on the tenant when last seen stays as it is'],
    ['to be deleted', unwanted('Pending'), 'When last seen, it was enabled and delivering.'],
    [
      'in quarantine',
      unwanted('Quarantined'),
      'It was in quarantine when last seen: disabled, so it delivered nothing',
    ],
  ])('in the past tense: %s', (_, one, text) => {
    expect(said(one, { isStale: true })).toContain(text);
    expect(said(one, { isStale: true })).not.toMatch(/Nothing happens until|Meanwhile/);
  });
});

describe('what is suspended is explained', () => {
  it('with the end of it', () => {
    expect(said(wanted('Suspended', {}, { enabled: false }, { until: '2026-12-24T08:00:00Z', commit: ANNA }))).toBe(
      'reconcile.suspend in its entry keeps it as it is until 2026-12-24T08:00:00Z. Anna last changed the entry in 9c4e1fa "Move the order hooks". It differs in enabled, which is not corrected. Meanwhile it is disabled and delivers nothing. After that time passes put it right; to change that, edit reconcile.suspend or take it out.',
    );
  });

  it('as without an end, and with what that holds', () => {
    expect(said(wanted('Suspended', {}, undefined, { commit: ANNA }))).toBe(
      'reconcile.suspend in its entry keeps it as it is, for ever. Anna last changed the entry in 9c4e1fa "Move the order hooks". It is not on the tenant and not created, and as long as that is so nothing is pruned (deleted because git no longer wants it). Meanwhile its events are not delivered. No pass changes it; to change that, edit reconcile.suspend or take it out.',
    );
  });
});
