import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailureStatus, StatusDocument, SubscriptionDocument } from '../../../src/daemon/status-document.ts';
import { type Contact, type Sentence, sentenceOf } from '../../../src/daemon/page/model/sentence.ts';
import { plainText } from '../../../src/daemon/page/model/time.ts';
import { COMMITS } from '../../support/drawn-subscriptions.ts';
import {
  DRIFTED,
  HOSTILE_COMMIT,
  nowIn,
  NOW,
  pass,
  type SituationName,
  situations,
  statusDocument,
  subscription,
  subscriptions,
  WITHHELD,
} from '../../support/status-documents.ts';
import { inBerlin } from '../../support/time-zone.ts';

inBerlin(beforeAll, afterAll);

const LIVE: Contact = { kind: 'live' };
const now = Date.parse(NOW);
const words = (text: Sentence['strong'] = [], at = now) => plainText(text, at).replaceAll('\u00a0', ' ');

/** What is read, with the part that answers between asterisks. */
function read(document: StatusDocument | undefined, contact = LIVE, at = now): readonly string[] {
  const { strong, rest, next } = sentenceOf(document, contact, at);
  const first = `*${words(strong, at)}* ${words(rest, at)}`.trim();
  return next ? [first, words(next, at)] : [first];
}

/** The second line, where some are other than in sync. */
function next(replaced: readonly SubscriptionDocument[], over: Partial<StatusDocument> = {}): string {
  const document = statusDocument({ inSyncSince: null, subscriptions: subscriptions(...replaced), ...over });
  return words(sentenceOf(document, LIVE, now).next);
}

const HEAD = '8f3c1e9 “Send executions to the order service”, Payments team';
const UNCHANGED = 'Nothing has been changed since, deliveries do not depend on this program.';

describe('the sentence', () => {
  const table: Readonly<Record<SituationName, readonly string[]>> = {
    starting: ['*Looking for the first time*', 'Nothing is known yet.'],
    'in sync': [`*In sync* with ${HEAD}, since 14:02; next look in 23 s`],
    looking: [`*In sync* with ${HEAD}, since 14:02; looking now`],
    late: [
      `*Last look at 14:20:* in sync with ${HEAD}`,
      'The look of 14:21:00 has not come. If nothing comes of it, see the log of this program.',
    ],
    differs: [
      '*2 of 41 differ:* 1 drifted, 1 withheld by max-deletes',
      'Orders was changed on the tenant by somebody and is put back in the next pass, in 23 s. ' +
        'The delete of Legacy orders, removed by Trading team in 9c4e1fa, waits for a decision.',
    ],
    quarantined: [
      `*40 of 41 in sync* with ${HEAD}; 1 quarantined until Sunday 14:26`,
      'Legacy orders, removed by Trading team in 9c4e1fa, is disabled and is deleted Sunday 14:26.',
    ],
    contested: [
      '*1 of 41 differs:* 1 contested',
      'Cash balances is changed again and again on the tenant by somebody; it is put back less and less often. ' +
        'Now it is disabled and delivers nothing.',
    ],
    conflict: [
      '*1 of 41 differs:* 1 in conflict',
      'Tax exemptions, changed by Tax team in 41d07be, waits for a decision: “Postman test (Tax team)”, which is not owned, ' +
        'has the same url and could deliver the same events.',
    ],
    'not converging': [
      '*1 of 41 differs:* 1 not converging',
      'The API accepts the change of Positions and then shows something else in config.delay. ' +
        'It is tried again, less and less often.',
    ],
    failing: [
      '*Failing: API down since 14:02;* last seen in sync with 41d07be at 14:01',
      `GET /webhooks answers 503, request id e02b7c4d-91f5-4f0e-a6c8-3f1d0b7a9e54. ${UNCHANGED} ` +
        'Commit 8f3c1e9 “Send executions to the order service” by Payments team waits. Next try in 2 min 10 s.',
    ],
    'credentials refused': [
      '*Failing: credentials refused since 14:02;* last seen in sync with 41d07be at 14:01',
      'The client secret may have been rotated: put the new one into api.clientSecretFile, it is read again without a ' +
        'restart. POST /auth/token answered 401 Unauthorized: invalid client credentials (for Upvest: request 5d0c77aa). ' +
        `${UNCHANGED} Commit 8f3c1e9 “Send executions to the order service” by Payments team waits. Next try in 2 min 10 s.`,
    ],
    'checkout unreadable': [
      '*Failing: the checkout cannot be read since 14:02;* last seen in sync with 41d07be at 14:01',
      '/srv/webhooks does not exist: mount the checkout there, or correct source.path. ' +
        `${UNCHANGED} Next try in 2 min 10 s.`,
    ],
    standby: [
      '*Standby:* payments-7d9c8-x2x4k leads, this instance only looks',
      `It sees the tenant in sync with ${HEAD}, since 14:02; next look in 23 s. ` +
        'It takes over within 15 s when the leader goes.',
    ],
    observe: [
      '*Observing: 2 of 41 differ* from 9c4e1fa “Retire the legacy order hook”, Trading team; mode observe changes nothing',
      '1 drifted, 1 withheld by max-deletes. Next look in 23 s.',
    ],
    frozen: [
      '*Frozen until Monday 08:00:* 3 changes wait',
      'Savings plans is disabled and delivers nothing until Monday 08:00. Before that, it can be put back by hand at Upvest. ' +
        '2 from git (Payments team, d90a1f4) and 1 correction of what somebody changed on the tenant. ' +
        'The first pass after the window carries them out; until then it only looks, next in 23 s.',
    ],
    'errors in git': [
      `*3 errors in git:* 39 of 41 in sync with ${HEAD}`,
      'webhooks/tax.yaml:14:11 config.delay “1 minute” is not a duration: write a number and s or m, 1s to 30s. ' +
        'Deletes wait until they are fixed.',
    ],
    suspended: [`*40 of 41 in sync* with ${HEAD}; 1 suspended until 24 Dec 08:00`],
    'nothing wanted': [`*In sync* with ${HEAD}, where nothing is wanted, since 14:02; next look in 23 s`],
  };

  it.each(Object.keys(table) as SituationName[])('answers: %s', (name) => {
    expect(read(situations[name], LIVE, nowIn(name))).toEqual(table[name]);
  });

  it.each([
    ['in sync', 'ok', 'InSync', 'In sync · api.upvest.co', 'Reconcile now'],
    ['differs', 'warn', 'Drifted', '2 of 41 differ · api.upvest.co', 'Reconcile now'],
    ['failing', 'bad', 'Failed', 'Failing since 14:02 · api.upvest.co', 'Reconcile now'],
    ['standby', 'held', 'Standby', 'Standby · api.upvest.co', 'Look now'],
    ['observe', 'held', 'Drifted', 'Observing: 2 of 41 differ · api.upvest.co', 'Look now'],
    ['conflict', 'bad', 'Conflict', '1 of 41 differs · api.upvest.co', 'Look now'],
    ['credentials refused', 'bad', 'Failed', 'Failing since 14:02 · api.upvest.co', 'Look now'],
    ['frozen', 'warn', 'Frozen', 'Frozen until Mon 08:00 · api.upvest.co', 'Look now'],
    ['errors in git', 'warn', 'Failed', '3 errors in git · api.upvest.co', 'Reconcile now'],
    ['suspended', 'held', 'Suspended', '40 of 41 in sync · api.upvest.co', 'Reconcile now'],
    ['starting', 'held', 'Pending', 'Looking for the first time · api.upvest.co', 'Reconcile now'],
    ['nothing wanted', 'held', 'InSync', 'In sync · api.upvest.co', 'Reconcile now'],
  ] as const)('has a tone, a shape, a title and a button: %s', (name, tone, shape, tab, label) => {
    const sentence = sentenceOf(situations[name], LIVE, nowIn(name));
    expect(sentence).toMatchObject({ tone, shape, tab, button: { label } });
  });

  it('is green in sync alone', () => {
    const green = Object.entries(situations).filter(([, document]) => sentenceOf(document, LIVE, now).tone === 'ok');
    expect(green.map(([name]) => name)).toEqual(['in sync', 'looking']);
  });

  it('begins with the first situation that applies', () => {
    const all = { ...situations.frozen, ...situations.failing, checkoutErrors: 3 };
    expect(sentenceOf(all, { kind: 'lost', since: now, retryAt: now }, now).situation).toBe('no contact');
    expect(sentenceOf({ ...all, hold: 'standby', leader: false }, LIVE, now).situation).toBe('failing');
    expect(sentenceOf({ ...all, failingSince: null, hold: 'standby' }, LIVE, now).situation).toBe('standby');
    expect(sentenceOf({ ...all, failingSince: null, hold: 'observe' }, LIVE, now).situation).toBe('observe');
    expect(sentenceOf({ ...all, failingSince: null, hold: 'freeze' }, LIVE, now).situation).toBe('frozen');
  });
});

describe('the sentence where every entry is as wanted', () => {
  it('is not green while something is left to do all the same', () => {
    const lastPass = pass({ result: 'incomplete' });
    const document = statusDocument({ inSyncSince: null, lastPass });
    expect(read(document)).toEqual([
      `*41 of 41 in sync* with ${HEAD}; the last pass left something undone; next look in 23 s`,
    ]);
    expect(sentenceOf(document, LIVE, now).tone).toBe('held');
  });

  it('says that files are not committed, and where there is no git', () => {
    const dirty = { ...COMMITS['8f3c1e9'], dirty: true };
    expect(read(statusDocument({ revision: dirty }))[0]).toContain('with 8f3c1e9 and what is not committed “Send');
    const content = { id: `sha256:${'0b5f6a1c'.repeat(8)}` };
    expect(read(statusDocument({ revision: content }))[0]).toBe(
      '*In sync* with sha256:0b5f6a1c, since 14:02; next look in 23 s',
    );
  });
});

describe('the sentence where receivers do not take deliveries', () => {
  const refusing = subscription({
    title: 'Users',
    receiver: 'refused',
    receiverDetail: 'it answered 503',
    receiverTestedAt: '2026-11-26T13:20:00.000Z',
  });

  it('is not green, and names them', () => {
    const document = statusDocument({ subscriptions: subscriptions(refusing) });
    expect(read(document)).toEqual([
      `*In sync* with ${HEAD}, since 14:02; 1 receiver does not take deliveries`,
      'The receiver of Users: it answered 503 (tested at 14:20).',
    ]);
    expect(sentenceOf(document, LIVE, now)).toMatchObject({ tone: 'warn', shape: 'Conflict' });
  });

  it('counts them in every other situation', () => {
    const said = '; 1 receiver does not take deliveries';
    const differing = read(statusDocument({ subscriptions: subscriptions(DRIFTED, refusing) }));
    expect(differing[0]).toContain(`1 drifted${said}`);
    expect(differing[1]).toContain(`The receiver of ${refusing.title}: `);
    const suspended = { ...situations.suspended, subscriptions: [...situations.suspended.subscriptions, refusing] };
    expect(read(suspended)[0]).toContain(said);
    expect(sentenceOf(suspended, LIVE, now).tone).toBe('warn');
    const observed = { ...situations.observe, subscriptions: subscriptions(refusing) };
    expect(read(observed)[1]).toMatch(/^1 receiver does not take deliveries\./);
  });

  it('leaves out those that are disabled, and those of which nothing is known', () => {
    const others = [{ ...refusing, enabled: false }, subscription({ title: 'Orders', receiver: 'unknown' })];
    expect(sentenceOf(statusDocument({ subscriptions: subscriptions(...others) }), LIVE, now).tone).toBe('ok');
  });
});

describe('the sentence of a program that is not well', () => {
  const MISCONFIGURED = 'the configuration has errors (see the log): the one before stays in effect';
  const unwell = (reasons: readonly string[], over: Partial<StatusDocument> = {}) =>
    statusDocument({ health: { status: 'degraded', reasons }, ...over });

  it('is not green, and says why', () => {
    const document = unwell([MISCONFIGURED]);
    expect(read(document)).toEqual([`*In sync* with ${HEAD}, since 14:02, but ${MISCONFIGURED}`]);
    expect(sentenceOf(document, LIVE, now).tone).toBe('warn');
    const failing = statusDocument({
      health: { status: 'failing', reasons: ['no successful pass for more than 300 s'] },
    });
    expect(sentenceOf(failing, LIVE, now).tone).toBe('bad');
    expect(sentenceOf(unwell([]), LIVE, now).tone).toBe('warn');
    expect(sentenceOf(statusDocument({ health: { status: 'ok', reasons: [] } }), LIVE, now).tone).toBe('ok');
  });

  it('says why after what it says otherwise, but nothing twice', () => {
    const { subscriptions: differing } = situations.differs;
    const told = ['1 delete withheld (max-deletes): set it', '"Orders" is Drifted'];
    expect(read(unwell(told, { subscriptions: differing }))).toEqual(
      read(statusDocument({ subscriptions: differing })),
    );
    expect(read(unwell([...told, MISCONFIGURED], { subscriptions: differing }))[1]).toMatch(
      /waits for a decision\. The configuration has errors \(see the log\): the one before stays in effect\.$/,
    );
  });
});

describe('the sentence without contact', () => {
  const lost: Contact = { kind: 'lost', since: now - 29_000, retryAt: now + 4000 };

  it('says of when everything below it is', () => {
    expect(read(situations.differs, lost)).toEqual([
      '*No contact since 14:26:08;* what follows is of then',
      'Trying again in 4 s.',
    ]);
    expect(sentenceOf(situations.differs, lost, now)).toMatchObject({
      isSeen: false,
      tab: 'No contact · api.upvest.co',
    });
  });

  it('says so where nothing has come yet', () => {
    expect(read(undefined, lost)[0]).toBe('*No contact since 14:26:08;* nothing is known yet');
    expect(read(undefined)).toEqual(['*Connecting*', 'Nothing is known yet.']);
  });

  it('has a shape without a tick', () => {
    expect(sentenceOf(situations['in sync'], lost, now).shape).toBe('Unmanaged');
  });

  it('says why a server refuses the page', () => {
    const refused = { ...lost, why: 'there are 16 pages already' };
    expect(read(situations['in sync'], refused)).toEqual([
      '*This page is refused:* there are 16 pages already',
      'What follows is of 14:26:08. Trying again in 4 s.',
    ]);
    expect(read(undefined, refused)[1]).toBe('Trying again in 4 s.');
    expect(sentenceOf(undefined, refused, now).tab).toBe('Refused');
  });

  const hidden = { kind: 'paused', since: now - 29_000 } as const;

  it('has a title of its time while the tab is hidden', () => {
    expect(sentenceOf(situations.differs, hidden, now).tab).toBe('2 of 41 differ at Thu 14:26 · api.upvest.co');
  });

  it.each([hidden, { ...hidden, kind: 'connecting' }] as const)(
    'is of then, and not green, until it is seen: %o',
    (contact) => {
      expect(read(situations['in sync'], contact)).toEqual([`*As of 14:26:08: In sync* with ${HEAD}, since 14:02`]);
      expect(sentenceOf(situations['in sync'], contact, now)).toMatchObject({
        tone: 'held',
        shape: 'Stale',
        isSeen: false,
        tab: 'In sync at Thu 14:26 · api.upvest.co',
      });
      expect(sentenceOf(situations.looking, contact, now + 3_600_000).strong[0]).toBe('As of ');
      expect(read(undefined, contact)).toEqual(read(undefined));
    },
  );
});

describe('the sentence of a look that is late', () => {
  const passing = (seconds: number, over: { readonly isOverdue?: true } = {}) => ({
    passing: { startedAt: new Date(now - seconds * 1000).toISOString(), trigger: 'schedule', ...over } as const,
  });
  const planned = (seconds: number) => ({ nextPassAt: new Date(now - seconds * 1000).toISOString() });
  const LATE = `*Last look at 14:20:* in sync with ${HEAD}`;
  const LOG = 'If nothing comes of it, see the log of this program.';
  const old = { observedAt: '2026-11-26T13:20:00.000Z' } as const;

  it('says of when it is, and what is waited for', () => {
    expect(read(statusDocument({ ...old, ...planned(121) }))).toEqual([
      LATE,
      `The look of 14:24:36 has not come. ${LOG}`,
    ]);
    expect(read(statusDocument({ ...old, ...passing(121) }))).toEqual([LATE, `Looking since 14:24:36. ${LOG}`]);
    expect(read(statusDocument({ ...old, ...passing(5, { isOverdue: true }) }))).toEqual([
      LATE,
      `Looking since 14:26:32, longer than a pass may take: it is being stopped. ${LOG}`,
    ]);
  });

  it('is not green, and vouches for no row', () => {
    for (const late of [planned(121), passing(121), passing(5, { isOverdue: true })]) {
      const sentence = sentenceOf(statusDocument({ ...old, ...late }), LIVE, now);
      expect(sentence).toMatchObject({
        tone: 'held',
        shape: 'Stale',
        isSeen: false,
        tab: 'Last look at 14:20 · api.upvest.co',
      });
    }
  });

  it('is told of what differs, too, but not while a pass has much to do', () => {
    const { subscriptions: differing } = situations.differs;
    expect(read(statusDocument({ ...old, ...planned(121), subscriptions: differing }))[0]).toBe(
      '*Last look at 14:20:* 2 of 41 differed',
    );
    expect(read({ ...situations.differs, ...passing(600) })[0]).toMatch(/^\*2 of 41 differ:/);
  });

  it('is in time within two minutes, after a look that was asked for, and where none is planned', () => {
    const inTime = [planned(119), passing(119), { nextPassAt: null }];
    for (const each of inTime) expect(sentenceOf(statusDocument({ ...old, ...each }), LIVE, now).tone).toBe('ok');
    expect(sentenceOf(statusDocument(planned(600)), LIVE, now).tone).toBe('ok');
  });
});

describe('the sentence of a first pass', () => {
  it('says that it takes long', () => {
    const stuck = { startedAt: '2026-11-26T13:24:07.000Z', trigger: 'start' } as const;
    expect(read({ ...situations.starting, passing: stuck })[1]).toBe(
      'Nothing is known yet. The first pass began at 14:24:07 and has not ended in 2 min 30 s.',
    );
  });

  it('says when it comes', () => {
    const waiting = { ...situations.starting, passing: null, nextPassAt: '2026-11-26T13:27:00.000Z' };
    expect(read(waiting)[1]).toBe('Nothing is known yet. Next look in 23 s.');
  });

  it('says that it failed, and that nothing has been seen', () => {
    const message = 'GET /webhooks got no answer: connect ECONNREFUSED 10.0.0.1:443, 6 attempts';
    const failed = pass({ result: 'failed', error: message });
    const document = {
      ...situations.starting,
      passing: null,
      passes: [failed],
      lastPass: failed,
      failingSince: failed.startedAt,
      failure: { kind: 'api', message, request: 'GET /webhooks' },
    } as const;
    expect(read(document)).toEqual([
      '*Failing: API down since 14:26;* nothing has been seen yet',
      `GET /webhooks got no answer: connect ECONNREFUSED 10.0.0.1:443, 6 attempts. ${UNCHANGED}`,
    ]);
  });
});

describe('the sentence while every pass fails', () => {
  const failing = (failure: Omit<FailureStatus, 'message'>, over: Partial<StatusDocument> = {}) => {
    const message = 'as it was reported';
    const failed = pass({ result: 'failed', error: message });
    return { ...situations.failing, passes: [failed], lastPass: failed, failure: { message, ...failure }, ...over };
  };
  const LISTING = { kind: 'api', request: 'GET /webhooks' } as const;

  it.each<readonly [string, Omit<FailureStatus, 'message'>]>([
    ['API down', { ...LISTING, status: 502 }],
    ['API down', LISTING],
    ['the API answers 404', { ...LISTING, status: 404 }],
    ['the API cannot be listed', { kind: 'api' }],
    ['credentials refused', { kind: 'credentials', request: 'POST /auth/token', status: 400 }],
    ['the API asks to be left alone', { ...LISTING, kind: 'busy', status: 503 }],
    ['the checkout cannot be read', { kind: 'checkout' }],
    ['no pass goes through', { kind: 'other' }],
  ])('tells what failed: %s', (said, failure) => {
    expect(read(failing(failure))[0]).toContain(`*Failing: ${said} since 14:02;*`);
  });

  it('says why in the words of the error', () => {
    const failure = { kind: 'checkout', message: 'a rebase is under way in webhooks' } as const;
    expect(read({ ...situations.failing, failure })[1]).toMatch(/^A rebase is under way in webhooks\. Nothing/);
    const { failure: _, ...silent } = failing({ kind: 'other' });
    expect(read(silent)[1]).toMatch(/^as it was reported\. Nothing/);
  });

  it('does not say that nothing was changed where something was', () => {
    const changed = { ...pass({ result: 'failed', changes: { create: 0, enable: 0, update: 1, delete: 0 } }) };
    expect(read(failing(LISTING, { passes: [changed] }))[1]).not.toContain('Nothing has been changed');
    expect(read(failing(LISTING, { changes: situations['in sync'].changes }))[1]).not.toContain(
      'Nothing has been changed',
    );
  });

  it('says how much differed when it was last seen', () => {
    const document = { ...situations.failing, subscriptions: situations.differs.subscriptions };
    expect(read(document)[0]).toContain('last seen with 2 of 41 differing, from 41d07be at 14:01');
  });

  it('does not vouch for any row', () => {
    expect(sentenceOf(situations.failing, LIVE, now).isSeen).toBe(false);
    expect(sentenceOf(situations.differs, LIVE, now).isSeen).toBe(true);
  });
});

describe('the sentence while git is at work in the checkout', () => {
  const failed = pass({ startedAt: '2026-11-26T13:26:20.000Z', result: 'failed', error: 'index.lock', requests: 0 });
  const doing = { kind: 'checkout-busy', message: 'a git command is at work in /srv: waiting for its end' } as const;
  const busy = (document: StatusDocument): StatusDocument => ({
    ...document,
    passes: [failed, ...document.passes],
    lastPass: failed,
    failingSince: failed.startedAt,
    failure: doing,
  });
  const after = (seconds: number) => Date.parse(failed.startedAt) + seconds * 1000;

  it('is what it was for half a minute, and says when the checkout is read again', () => {
    expect(read(busy(situations['in sync']))).toEqual([
      ...read(situations['in sync']),
      'A git command is at work in the checkout; it is read again in 23 s.',
    ]);
    expect(sentenceOf(busy(situations['in sync']), LIVE, after(29))).toMatchObject({ tone: 'ok', isSeen: true });
    expect(read(busy(situations.differs))[1]).toMatch(
      /waits for a decision\. A git command is at work in the checkout;/,
    );
    const content = { id: `sha256:${'0b5f6a1c'.repeat(8)}` };
    expect(read(busy(statusDocument({ revision: content })))[1]).toMatch(/^The checkout is being written; /);
  });

  it('waits for five minutes, and then is one of a failure', () => {
    expect(read(busy(situations['in sync']), LIVE, after(30))).toEqual([
      '*Waiting for git since 14:26;* last seen in sync with 8f3c1e9 at 14:26',
      `A git command is at work in /srv: waiting for its end. ${UNCHANGED} Next try in 10 s.`,
    ]);
    expect(sentenceOf(busy(situations['in sync']), LIVE, after(30))).toMatchObject({ tone: 'held', isSeen: false });
    expect(sentenceOf(busy(situations['in sync']), LIVE, after(300))).toMatchObject({ tone: 'bad', isSeen: false });
  });

  it('waits at the first look', () => {
    expect(read(busy(situations.starting), LIVE, after(1))[0]).toBe(
      '*Waiting for git since 14:26;* nothing has been seen yet',
    );
  });
});

describe('the sentence of a standby', () => {
  it('says that nobody is known to lead', () => {
    const document = { ...situations.standby, lease: { name: 'payments/webhooks', holder: null } };
    const [first, second] = read(document);
    expect(first).toBe('*Standby:* nobody leads, as far as is known, this instance only looks');
    expect(second).toContain('It takes over as soon as it gets the lease.');
  });

  const trouble =
    'the lease payments/webhooks is out of reach: get was answered with 403 Forbidden. Grant get on leases.coordination.k8s.io ' +
    'in namespace payments to the service account';
  const leaderless = (...replaced: SubscriptionDocument[]) => ({
    ...situations.standby,
    lease: { name: 'payments/webhooks', holder: null, trouble },
    subscriptions: subscriptions(...replaced),
  });

  it('says that nobody can lead, what suffers, and what to grant', () => {
    const disabled = { ...DRIFTED, differs: [{ field: 'enabled', from: false, to: true }] } as const;
    expect(read(leaderless(disabled))).toEqual([
      '*Nobody leads:* cannot take lease payments/webhooks, so nothing is carried out',
      'Orders is disabled and delivers nothing. Until an instance leads, that can be put right by hand at Upvest. ' +
        'Get was answered with 403 Forbidden. Grant get on ' +
        'leases.coordination.k8s.io in namespace payments to the service account. It sees 1 of 41 differ: 1 drifted.',
    ]);
    expect(sentenceOf(leaderless(disabled), LIVE, now)).toMatchObject({ tone: 'bad', shape: 'Failed' });
    expect(sentenceOf(leaderless(), LIVE, now)).toMatchObject({ tone: 'warn', shape: 'Standby' });
  });

  it('counts what suffers where that is more than is read', () => {
    const gone = ['Orders', 'Executions', 'Positions', 'Reports'].map((title) =>
      subscription({ title, state: 'Drifted', origin: 'remote', observed: null }),
    );
    expect(read(leaderless(...gone))[1]).toMatch(
      /^(\w+ is not on the tenant and delivers nothing\. ){2}So do 2 others/,
    );
  });

  it('says that it could not take over where another leads', () => {
    const lease = { name: 'payments/webhooks', holder: 'payments-7d9c8-x2x4k', durationMs: 15_000, trouble };
    const document = { ...situations.standby, lease };
    expect(read(document)[1]).toContain('next look in 23 s. It could not take over: the lease payments/webhooks');
    expect(sentenceOf(document, LIVE, now).tone).toBe('warn');
  });

  it('says what it sees', () => {
    const document = { ...situations.standby, subscriptions: situations.differs.subscriptions };
    expect(read(document)[1]).toBe(
      'It sees 2 of 41 differ: 1 drifted, 1 withheld by max-deletes; next look in 23 s. ' +
        'It takes over within 15 s when the leader goes.',
    );
  });
});

describe('the sentence of a freeze window', () => {
  const frozen = (...replaced: SubscriptionDocument[]) =>
    read({ ...situations.frozen, subscriptions: subscriptions(...replaced) }, LIVE, nowIn('frozen'));

  it('says that nothing waits', () => {
    expect(frozen()).toEqual(['*Frozen until Monday 08:00:* nothing waits', 'Until then it only looks, next in 23 s.']);
  });

  it('ends with the last of the windows that are open', () => {
    const { freezeWindows } = situations.frozen;
    const longer = freezeWindows.map((each) => ({ ...each, isOpen: true, until: '2026-12-01T07:00:00.000Z' }));
    const overlapping = { ...situations.frozen, freezeWindows: [...freezeWindows, ...longer] };
    expect(read(overlapping, LIVE, nowIn('frozen'))[0]).toBe('*Frozen until Tuesday 08:00:* 3 changes wait');
    const until = { ...situations.frozen, frozenUntil: '2026-12-02T07:00:00.000Z' };
    expect(read(until, LIVE, nowIn('frozen'))[0]).toBe('*Frozen until Wednesday 08:00:* 3 changes wait');
  });

  it('counts one change as one', () => {
    expect(frozen(DRIFTED)).toEqual([
      '*Frozen until Monday 08:00:* 1 change waits',
      'Orders delivers to hooks-old.nordbank.example, which git does not have, until Monday 08:00. Before that, it can be put back by hand at Upvest. ' +
        '1 correction of what somebody changed on the tenant. The first pass after the window carries it out; until then it only looks, next in 23 s.',
    ]);
  });

  it('is calm where no correction of a url or of enabled waits', () => {
    const renamed = { ...DRIFTED, differs: [{ field: 'config.delay', from: '9s', to: '5s' }] } as const;
    const document = { ...situations.frozen, subscriptions: subscriptions(renamed) };
    expect(sentenceOf(document, LIVE, nowIn('frozen')).tone).toBe('held');
  });

  it('does not promise what the end of the window will not bring', () => {
    const conflict = subscription({ title: 'Users', state: 'Conflict' });
    const held = { ...WITHHELD, guards: ['max-deletes', 'freeze'] } as const;
    expect(frozen(conflict, held)[0]).toBe(
      '*Frozen until Monday 08:00:* nothing waits; 1 in conflict, 1 withheld by max-deletes and freeze',
    );
    expect(frozen({ ...WITHHELD, guards: ['freeze'] })[1]).toMatch(/^1 from git \(Trading team, 9c4e1fa\)\. The first/);
  });
});

describe('the sentence where something differs', () => {
  it('counts one as one', () => {
    expect(read(statusDocument({ subscriptions: subscriptions(DRIFTED) }))[0]).toBe('*1 of 41 differs:* 1 drifted');
  });

  it('has a clause for each of two, else for the worst alone', () => {
    const broken = { message: 'PATCH /webhooks/{webhook_id} answered 422 Unprocessable', requestId: '9d20e7b4' };
    const failed = subscription({ title: 'Users', state: 'Failed', error: broken });
    expect(next([DRIFTED, WITHHELD, failed])).toBe(
      'Users, changed by Trading team in e1f4a06, could not be updated: PATCH /webhooks/{webhook_id} answered 422 Unprocessable (request 9d20e7b4). ' +
        'It is tried again. 2 others differ.',
    );
  });

  it('names the commit that several have in common', () => {
    const one = WITHHELD;
    const two = { ...WITHHELD, title: 'Old orders' };
    const three = { ...WITHHELD, title: 'Older orders' };
    const withheld = (...all: SubscriptionDocument[]) =>
      words(sentenceOf(statusDocument({ subscriptions: all }), LIVE, now).next);
    expect(withheld(one, two, three)).toBe(
      '3 deletes by Trading team in 9c4e1fa are withheld; nothing was deleted, all still deliver. They wait for a decision.',
    );
    expect(withheld(DRIFTED, one, two, three)).toMatch(/3 deletes by Trading team in 9c4e1fa are withheld; nothing/);
    expect(withheld(DRIFTED, one, { ...two, enabled: false })).toMatch(/are withheld; nothing was deleted\.$/);
    const pending = subscription({ title: 'Users', state: 'Pending', commit: COMMITS['9c4e1fa'] });
    expect(withheld(DRIFTED, one, pending)).toMatch(/2 others differ, all by Trading team in 9c4e1fa\.$/);
  });

  it('counts apart what is as git wants and yet not done with', () => {
    const contested = subscription({ title: 'Users', state: 'Contested', origin: 'remote' });
    expect(read(statusDocument({ subscriptions: subscriptions(DRIFTED, contested) }))[0]).toBe(
      '*1 of 41 differs:* 1 drifted; 1 contested',
    );
    const document = statusDocument({ subscriptions: subscriptions(contested) });
    const at = 'Users is changed again and again on the tenant by somebody; it is put back less and less often.';
    expect(read(document)).toEqual([`*40 of 41 in sync* with ${HEAD}; 1 contested`, at]);
    expect(sentenceOf(document, LIVE, now)).toMatchObject({ tone: 'warn', shape: 'Contested' });
  });

  it('leads to the row of whom it names', () => {
    const names = (sentenceOf(situations.differs, LIVE, now).next ?? []).filter(
      (piece) => typeof piece === 'object' && 'name' in piece && piece.isStrong,
    );
    expect(names).toMatchObject([{ row: 'Orders' }, { row: `id ${WITHHELD.id}` }]);
  });

  const LONG_REASON =
    '"Old users" (7d1f0c52-5a0e-4d1c-9f3a-1b2c3d4e5f60), which is not owned, has the same url and could deliver the same ' +
    'events: if this one were created beside it, those would come twice. To settle it, take it over ' +
    '(reconcile.id: 7d1f0c52-5a0e-4d1c-9f3a-1b2c3d4e5f60), or let policy.owns cover it.';
  const AT = '2026-12-01T08:00:00.000Z';
  it.each<readonly [string, Partial<SubscriptionDocument>, string]>([
    [
      'deleted on the tenant',
      { state: 'Drifted', origin: 'remote', observed: null },
      'Users was deleted on the tenant by somebody and is created again in the next pass, in 23 s.',
    ],
    [
      'disabled on the tenant',
      { state: 'Drifted', origin: 'remote', differs: [{ field: 'enabled', from: false, to: true }] },
      'Users was disabled on the tenant by somebody and is put back in the next pass, in 23 s.',
    ],
    [
      'changed in git',
      { state: 'Pending', origin: 'git', commit: COMMITS['41d07be'] },
      'Users, changed by Tax team in 41d07be, is updated in the next pass, in 23 s.',
    ],
    [
      'added in git',
      { state: 'Pending', observed: null },
      'Users, added by Trading team in e1f4a06, is created in the next pass, in 23 s.',
    ],
    [
      'waiting for something',
      { state: 'Pending', error: { message: 'the API does not show it yet.' } },
      'Users, changed by Trading team in e1f4a06, waits: the API does not show it yet.',
    ],
    [
      'in conflict',
      { state: 'Conflict', error: { message: 'another subscription has its url' } },
      'Users, changed by Trading team in e1f4a06, waits for a decision: another subscription has its url.',
    ],
    [
      'in conflict, for a long reason',
      { state: 'Conflict', error: { message: LONG_REASON } },
      'Users, changed by Trading team in e1f4a06, waits for a decision: “Old users”, which is not owned, has the same ' +
        'url and could deliver the same events.',
    ],
    [
      'wrong in its file',
      { state: 'Failed', desired: null, error: { message: 'config.delay: "1 minute" is not a duration' } },
      'Users, changed by Trading team in e1f4a06, has an error in git: config.delay: “1 minute” is not a duration.',
    ],
    [
      'not converging',
      { state: 'NotConverging', differs: [{ field: 'type', from: [], to: ['USER'] }] },
      'The API accepts the change of Users and then shows something else in type. ' +
        'It is tried again, less and less often.',
    ],
    [
      'contested',
      { state: 'Contested', origin: 'remote' },
      'Users is changed again and again on the tenant by somebody; it is put back less and less often.',
    ],
    [
      'contested, with the next correction',
      { state: 'Contested', origin: 'remote', retryAt: '2026-11-26T13:40:05.000Z', differs: DRIFTED.differs },
      'Users is changed again and again on the tenant by somebody; it is put back less and less often, next at 14:40:05. ' +
        'Now it delivers to hooks-old.nordbank.example, which git does not have.',
    ],
    [
      'quarantined until today',
      { state: 'Quarantined', until: '2026-11-26T20:00:00.000Z', enabled: false },
      'Users, last changed by Trading team in e1f4a06, is disabled and is deleted at 21:00.',
    ],
    [
      'quarantined',
      { state: 'Quarantined', until: AT, commit: { ...COMMITS['9c4e1fa'], removed: { source: 'a:1:1', lastIn: 'b' } } },
      'Users, removed by Trading team in 9c4e1fa, is disabled and is deleted Tuesday 09:00.',
    ],
  ])('says what was done and what happens next: %s', (_, over, said) => {
    expect(next([subscription({ title: 'Users', ...over })])).toBe(said);
  });

  it.each(['Conflict', 'Withheld', 'Pending', 'Quarantined'] as const)(
    'says nothing of a commit that is not known: %s',
    (state) => {
      const { commit: _, ...known } = subscription({ title: 'Users', state });
      expect(next([known])).toMatch(/Users (waits|is) /);
    },
  );

  it('names a request once', () => {
    const error = { message: 'answered 500 (request 9d20e7b4)', requestId: '9d20e7b4' };
    expect(next([subscription({ state: 'Failed', error })]).match(/9d20e7b4/g)).toHaveLength(1);
  });

  it.each<readonly [string, Partial<SubscriptionDocument>, string]>([
    ['a correction', { origin: 'remote' }, 'Users could not be put back: refused. It is tried again.'],
    [
      'a create',
      { observed: null },
      'Users, added by Trading team in e1f4a06, could not be created: refused. It is tried again.',
    ],
  ])('says what was tried and failed: %s', (_, over, said) => {
    const error = { message: 'refused' };
    expect(next([subscription({ title: 'Users', state: 'Failed', error, ...over })])).toBe(said);
  });

  it('says that a delete was tried and failed', () => {
    const failed = { ...WITHHELD, state: 'Failed', error: { message: 'refused' } } as const;
    expect(next([failed])).toBe(
      'The delete of Legacy orders, removed by Trading team in 9c4e1fa, could not be carried out: refused. ' +
        'It is tried again.',
    );
  });

  it('tells a state of a newer program by its name', () => {
    const state = 'Paused' as SubscriptionDocument['state'];
    const document = statusDocument({ subscriptions: subscriptions(subscription({ title: 'Users', state })) });
    expect(read(document)).toEqual(['*1 of 41 differs:* 1 Paused', 'Users is Paused.']);
    expect(sentenceOf(document, LIVE, now)).toMatchObject({ tone: 'held', shape: 'Unmanaged' });
  });

  it('says what is under way', () => {
    const passing = { startedAt: NOW, trigger: 'schedule' } as const;
    expect(next([DRIFTED], { passing })).toBe(
      'Orders was changed on the tenant by somebody and is put back in the pass that runs now.',
    );
  });

  it.each([
    ['max-deletes', 'waits for a decision'],
    ['empty-checkout', 'waits for a decision'],
    ['max-surplus', 'waits for a decision'],
    ['unfinished', 'waits until everything wanted stands'],
  ] as const)('says what a delete waits for: %s', (guard, waits) => {
    expect(next([{ ...WITHHELD, guards: [guard] }])).toBe(
      `The delete of Legacy orders, removed by Trading team in 9c4e1fa, ${waits}.`,
    );
  });

  it('promises nothing that the mode does not do', () => {
    const pending = { ...WITHHELD, state: 'Pending', guards: [] } as const;
    expect(next([DRIFTED], { mode: 'create' })).toBe(
      'Orders was changed on the tenant by somebody. Mode create changes nothing that exists: it stays so.',
    );
    expect(next([DRIFTED], { mode: 'upsert' })).toContain('is put back');
    expect(next([pending], { mode: 'upsert' })).toContain('is not carried out: mode upsert deletes nothing.');
    expect(next([subscription({ state: 'Pending' })], { mode: 'create' })).toContain('mode create changes nothing');
  });

  it('names errors of files that no entry stands for', () => {
    expect(read({ ...situations.differs, checkoutErrors: 1 })[0]).toBe(
      '*2 of 41 differ:* 1 drifted, 1 withheld by max-deletes; 1 error in git',
    );
  });
});

describe('the sentence of errors in git', () => {
  it('comes first where they hold deletes', () => {
    const held = { ...WITHHELD, guards: ['max-deletes', 'invalid-checkout'] } as const;
    const document = { ...situations['errors in git'], subscriptions: subscriptions(held) };
    expect(read(document)).toEqual([
      '*1 of 41 differs:* 3 errors in git; 1 withheld by max-deletes and invalid-checkout',
      'webhooks/tax.yaml:14:11 config.delay “1 minute” is not a duration: write a number and s or m, 1s to 30s. ' +
        'The delete of Legacy orders, removed by Trading team in 9c4e1fa, waits for a decision.',
    ]);
  });

  it('stands also for the deletes that wait for them alone', () => {
    const held = { ...WITHHELD, guards: ['invalid-checkout'] } as const;
    const document = { ...situations['errors in git'], subscriptions: subscriptions(held), checkoutErrors: 1 };
    const [first, second] = read(document);
    expect(first).toBe(`*1 error in git:* 40 of 41 in sync with ${HEAD}`);
    expect(second).toContain('Deletes wait until it is fixed.');
  });

  it('yields to what differs otherwise', () => {
    const document = { ...situations['errors in git'] };
    const all = [...document.subscriptions.filter(({ title }) => title !== 'Orders'), DRIFTED];
    expect(read({ ...document, subscriptions: all })[0]).toBe('*3 of 41 differ:* 2 with errors in git, 1 drifted');
  });
});

describe('the texts of strangers', () => {
  const hostile = subscription({
    title: `<b>\u202e${'y'.repeat(5000)}`,
    state: 'Failed',
    error: { message: `\u0007<img src=x>${'z'.repeat(5000)}`, requestId: '<i>' },
    commit: HOSTILE_COMMIT,
  });

  it('stay texts, on one line and short', () => {
    const document = statusDocument({
      revision: HOSTILE_COMMIT,
      subscriptions: [hostile, { ...hostile, state: 'Conflict' }],
    });
    for (const over of [{}, { hold: 'observe' }, { hold: 'standby' }, { failingSince: NOW }] as const) {
      const sentence = sentenceOf({ ...document, ...over }, LIVE, now);
      const all = [words(sentence.strong), words(sentence.rest), words(sentence.next), sentence.tab].join('');
      expect(all).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
      expect(all.length).toBeLessThan(2500);
    }
  });

  it('are cut in subjects at 60 characters', () => {
    const subject = 'x'.repeat(61);
    const document = statusDocument({ revision: { ...COMMITS['8f3c1e9'], subject } });
    expect(read(document)[0]).toContain(`“${'x'.repeat(60)}…”`);
  });
});
