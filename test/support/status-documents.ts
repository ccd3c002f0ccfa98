/** Documents of `/status`: one of a tenant that is in sync, and one for each situation that the status page tells apart. */
import type {
  ChangeStatus,
  Commit,
  FailureStatus,
  StatusDocument,
  SubscriptionDocument,
} from '../../src/daemon/status-document.ts';
import type { PassReport } from '../../src/reconcile/report.ts';
import { COMMITS, DRAWN } from './drawn-subscriptions.ts';

/** A Thursday; 14:26:37 in Berlin. */
export const NOW = '2026-11-26T13:26:37.000Z';
/** The Saturday of the situation `frozen`; 10:12:37 in Berlin. */
const FROZEN_NOW = '2026-11-28T09:12:37.000Z';
const LOOKED = '2026-11-26T13:26:00.000Z';
const NEXT = '2026-11-26T13:27:00.000Z';
const HEAD = { ...COMMITS['8f3c1e9'], ref: 'refs/heads/main' };

export function subscription(over: Partial<SubscriptionDocument> = {}): SubscriptionDocument {
  const { title = 'Orders' } = over;
  const index = DRAWN.findIndex((each) => each.title === title);
  const { path, type, commit } = DRAWN[index] ?? { path: '/upvest/other', type: ['ORDER'], commit: 'e1f4a06' as const };
  const url = `https://hooks.nordbank.example${path}`;
  const fields = { title, url, enabled: true, type };
  const config = { delay: '5s' };
  return {
    title,
    state: 'InSync',
    since: new Date(Date.parse(COMMITS[commit].time) + 30_000).toISOString(),
    id: `a8709ab0-eb95-4a52-934f-${String(index + 1).padStart(12, '0')}`,
    url,
    type,
    enabled: true,
    source: `webhooks/trading.yaml:${3 + 5 * Math.max(0, index)}:5`,
    desired: { ...fields, config },
    observed: { ...fields, config: { ...config, max_package_size: 10240 } },
    differs: [],
    commit: COMMITS[commit],
    explanation: 'It is as git wants it.',
    ...over,
  };
}

/** The 41, with some of them replaced by their title. */
export function subscriptions(...replaced: readonly SubscriptionDocument[]): readonly SubscriptionDocument[] {
  const others = new Map(replaced.map((each) => [each.title, each]));
  return DRAWN.map(({ title }) => others.get(title) ?? subscription({ title }));
}

export function pass(over: Partial<PassReport> = {}): PassReport {
  return {
    startedAt: LOOKED,
    durationMs: 214,
    trigger: 'schedule',
    result: 'converged',
    changes: { create: 0, enable: 0, update: 0, delete: 0 },
    withheld: [],
    requests: 1,
    revision: HEAD.id,
    ...over,
  };
}

/** A hundred passes, one a minute, the newest first; `over` is asked for each, counted from the newest. */
export function passes(over: (index: number) => Partial<PassReport> = () => ({}), last = LOOKED): PassReport[] {
  return Array.from({ length: 100 }, (_, index) =>
    pass({
      startedAt: new Date(Date.parse(last) - index * 60_000).toISOString(),
      durationMs: 150 + ((index * 37) % 110),
      ...over(index),
    }),
  );
}

function change(minutes: number, over: Partial<ChangeStatus>): ChangeStatus {
  const at = new Date(Date.parse(LOOKED) - minutes * 60_000).toISOString();
  return { at, action: 'update', title: 'Orders', fields: [], origin: 'git', revision: HEAD.id, commit: HEAD, ...over };
}

const DRIFT = { after: '2026-11-26T13:25:00.000Z', before: LOOKED } as const;
const ADDED = { field: 'type', from: ['ORDER', 'ORDER_CANCELLATION'], to: DRAWN[2]?.type } as const;

export const CHANGES: readonly ChangeStatus[] = [
  change(24, { fields: [ADDED], requestId: '7b1c40de-02cb-4f7e-8a55-6c0d6a4d7e19' }),
  change(24, {
    title: 'Executions',
    fields: [
      {
        field: 'url',
        from: 'https://hooks.nordbank.example/upvest/executions',
        to: 'https://hooks.nordbank.example/upvest/orders/executions',
      },
    ],
    requestId: '03af6c11-5d2a-4e0f-9b1a-7c8d9e0f1a2b',
  }),
  change(2745, {
    action: 'create',
    title: 'Tax exemptions',
    revision: COMMITS['41d07be'].id,
    commit: COMMITS['41d07be'],
    requestId: 'c5518f0a-1b2c-4d3e-8f4a-5b6c7d8e9f0a',
  }),
  change(4633, {
    title: 'Cash balances',
    origin: 'remote',
    fields: [{ field: 'enabled', from: false, to: true }],
    requestId: 'f04d7a95-2c3d-4e5f-9a6b-7c8d9e0f1a2b',
  }),
];

export function statusDocument(over: Partial<StatusDocument> = {}): StatusDocument {
  const all = over.passes ?? passes((index) => (index === 24 ? { changes: { ...NONE, update: 3 } } : {}));
  return {
    tenant: { url: 'https://api.upvest.co', clientId: '4f1d9c2e-6f0b-4f43-9f4e-2f4a54a3f6a1' },
    version: '0.9.0',
    instance: 'payments-7d9c8-x2x4k',
    startedAt: '2026-11-20T09:00:00.000Z',
    revision: HEAD,
    observedAt: LOOKED,
    checkout: over.revision === null ? null : { revision: over.revision ?? HEAD, readAt: LOOKED },
    mode: 'sync',
    leader: true,
    freezeWindows: [
      freeze('0 18 * * 5', '2026-11-27T17:00:00.000Z', '2026-11-30T07:00:00.000Z'),
      freeze('0 12 23 12 *', '2026-12-23T11:00:00.000Z', '2027-01-02T07:00:00.000Z'),
    ],
    resync: { every: '* * * * *', timezone: 'Europe/Berlin' },
    passing: null,
    nextPassAt: NEXT,
    lastPass: all[0] ?? null,
    passes: all,
    failingSince: null,
    inSyncSince: '2026-11-26T13:02:00.000Z',
    sourceUrl: 'https://git.nordbank.example/payments/webhooks/-/blob/{revision}/{path}#L{line}',
    checkoutErrors: 0,
    problems: [],
    subscriptions: subscriptions(),
    unmanaged: [
      unmanaged('http signature webhook x7Kp2mQ9', 'https://proxy.example.net/a1b2', ['ALL'], true),
      unmanaged('Postman test (Tax team)', 'https://webhook.site.example/5c1d', ['ORDER'], false),
    ],
    changes: CHANGES,
    warnings: [],
    ...over,
  };
}

const NONE = { create: 0, enable: 0, update: 0, delete: 0 } as const;

function freeze(start: string, from: string, until: string) {
  const durationMs = Date.parse(until) - Date.parse(from);
  return { start, durationMs, timezone: 'Europe/Berlin', isOpen: false, from, until };
}

function unmanaged(title: string, url: string, type: readonly string[], enabled: boolean): SubscriptionDocument {
  const { source: _, commit: __, ...rest } = subscription({ title, url, type, enabled });
  const id = `b0000000-0000-4000-8000-${String(title.length).padStart(12, '0')}`;
  const observed = { title, url, type, enabled };
  return { ...rest, id, state: 'Unmanaged', desired: null, observed, explanation: 'It is left alone.' };
}

export const DRIFTED: SubscriptionDocument = subscription({
  state: 'Drifted',
  since: LOOKED,
  url: 'https://hooks-old.nordbank.example/upvest/orders',
  type: ['ORDER', 'ORDER_CANCELLATION'],
  observed: {
    title: 'Orders',
    url: 'https://hooks-old.nordbank.example/upvest/orders',
    enabled: true,
    type: ['ORDER', 'ORDER_CANCELLATION'],
    config: { delay: '5s', max_package_size: 10240 },
  },
  differs: [
    {
      field: 'url',
      from: 'https://hooks-old.nordbank.example/upvest/orders',
      to: 'https://hooks.nordbank.example/upvest/orders',
    },
    ADDED,
  ],
  origin: 'remote',
  drift: DRIFT,
  explanation:
    'Somebody changed url and type on the tenant between 2026-11-26T13:25:00.000Z and 2026-11-26T13:26:00.000Z. ' +
    'The next pass puts both back in one request; the delivery queue stays.',
});

const LEGACY = subscription({ title: 'Legacy orders' });
const { source: _source, ...unwritten } = LEGACY;
export const WITHHELD: SubscriptionDocument = {
  ...unwritten,
  state: 'Withheld',
  since: LOOKED,
  desired: null,
  guards: ['max-deletes'],
  commit: {
    ...COMMITS['9c4e1fa'],
    removed: { source: 'webhooks/trading.yaml:31:5', lastIn: COMMITS['8f3c1e9'].id },
  },
  explanation: 'Trading team removed it from git. The guard max-deletes holds the delete.',
};

const THEIRS = '7d1f0c52-5a0e-4d1c-9f3a-1b2c3d4e5f60';
const IN_THE_WAY =
  `"Postman test (Tax team)" (${THEIRS}), which is not owned, has the same url and could deliver the same events: if this ` +
  'one were created beside it, those would come twice.';
const {
  id: _id,
  url: _url,
  type: _type,
  enabled: _enabled,
  ...uncreated
} = subscription({ title: 'Tax exemptions', state: 'Conflict', since: LOOKED });
export const CONFLICT: SubscriptionDocument = {
  ...uncreated,
  observed: null,
  origin: 'git',
  error: {
    message:
      `${IN_THE_WAY} To settle it, take it over (reconcile.id: ${THEIRS}), let policy.owns cover it, have it deleted by a ` +
      `tombstone with this id (title: "Postman test (Tax team)", state: absent, reconcile.id: ${THEIRS}), or say that both ` +
      `are meant to be there (reconcile.beside: [${THEIRS}]).`,
  },
  explanation:
    `It cannot be carried out without a decision. ${IN_THE_WAY} There are 3 ways out, below; another is to let policy.owns ` +
    'cover it. Tax team last changed the entry in 41d07be "Split tax events off reports". Meanwhile it is not created, and ' +
    'nothing is pruned (deleted because git no longer wants it).',
  lifts: [
    {
      what: 'Take it over: in the entry, name its id. Its title and type then become what git wants: other categories of events are delivered than now. Its delivery queue stays.',
      yaml: `reconcile:\n  id: ${THEIRS}\n`,
    },
    {
      what: 'Keep both: in the entry, say that the other is meant to be there. What both deliver comes twice.',
      yaml: `reconcile:\n  beside: [${THEIRS}]\n`,
    },
    {
      what: 'Delete the other: write a tombstone (state: absent) with its id in git. What its delivery queue holds is lost, and the client that made it gets nothing more through it.',
      yaml: `- title: "Postman test (Tax team)"\n  state: absent\n  reconcile:\n    id: ${THEIRS}\n`,
    },
  ],
};

export const QUARANTINED: SubscriptionDocument = {
  ...unwritten,
  state: 'Quarantined',
  since: LOOKED,
  desired: null,
  enabled: false,
  observed: { title: 'Legacy orders', url: LEGACY.url ?? '', enabled: false, type: ['ORDER'] },
  until: '2026-11-29T13:26:00.000Z',
  because: 'pruned',
  lastChangeAt: LOOKED,
  ...(WITHHELD.commit && { commit: WITHHELD.commit }),
  explanation:
    'Trading team removed it from git in 9c4e1fa "Retire the legacy order hook". It is in quarantine: disabled, so it ' +
    'delivers nothing, and due to be deleted at 2026-11-29T13:26:00Z. The first pass after that deletes it, unless a guard ' +
    'holds it. To keep it, revert 9c4e1fa before that: the same id is then enabled again.',
};

export const CONTESTED: SubscriptionDocument = subscription({
  title: 'Cash balances',
  state: 'Contested',
  since: LOOKED,
  enabled: false,
  origin: 'remote',
  drift: DRIFT,
  differs: [{ field: 'enabled', from: false, to: true }],
  lastChangeAt: '2026-11-26T13:24:00.000Z',
  error: {
    message:
      'another client keeps changing "Cash balances" back: corrected 6 times in 10 minutes, next correction in 1 min at ' +
      'the earliest',
  },
  explanation:
    'Somebody on the tenant keeps changing enabled back: it was corrected more than five times within ten minutes. Git ' +
    'has said the same since c27a9d3 "Halve the delay of payments" by Payments team. The next pass corrects it if that is due: ' +
    'corrections come more and more rarely, at most an hour apart. Meanwhile it is disabled and delivers nothing. Find the ' +
    'other client: a second instance, another tool, a person. If its change is right, make it in git.',
});

export const NOT_CONVERGING: SubscriptionDocument = subscription({
  title: 'Positions',
  state: 'NotConverging',
  since: LOOKED,
  origin: 'git',
  commit: COMMITS['8f3c1e9'],
  differs: [{ field: 'config.delay', from: '10s', to: '5s' }],
  lastChangeAt: LOOKED,
  error: {
    message:
      'the API accepted the change of "Positions" and shows another config.delay than was sent (request 9d20e7b4-1c2d)',
    requestId: '9d20e7b4-1c2d',
  },
  explanation:
    'The API accepted the last change and still shows other values than were sent in config.delay. Payments team last ' +
    'changed the entry in 8f3c1e9 "Send executions to the order service". It delivers all the same, and holds no delete ' +
    'back. The next pass tries again; tries come more and more rarely, at most half an hour apart. To end it, write in git ' +
    'what the API shows, or leave it to the tenant with reconcile.ignore: [config.delay].',
});

const HOW_TO_LIFT =
  '1 removal is more than the 0 that `policy.maxDeletes` allows in one pass. Check that it is meant, then set ' +
  '`policy.maxDeletes: 1` for this once, or write `state: absent` for it.';

function pending(title: string, over: Partial<SubscriptionDocument> = {}): SubscriptionDocument {
  return subscription({
    title,
    state: 'Pending',
    since: '2026-11-28T08:41:00.000Z',
    origin: 'git',
    commit: COMMITS.d90a1f4,
    differs: [{ field: 'config.delay', from: '5s', to: '1s' }],
    explanation: 'The freeze window holds it.',
    ...over,
  });
}

const differing = subscriptions(DRIFTED, WITHHELD);
const withDifferences = {
  revision: { ...COMMITS['9c4e1fa'], ref: 'refs/heads/main' },
  inSyncSince: null,
  subscriptions: differing,
} satisfies Partial<StatusDocument>;

/** Minutes and seconds, the newest first. */
const RETRIES = '25:00 20:00 15:00 14:51 10:00 07:38 05:00 03:40 03:00 02:38 02:17 02:07 02:00'.split(' ');

/** Since 14:02 every pass fails; the commit of 14:05 waits. */
function failing(failure: FailureStatus, over: Partial<StatusDocument> = {}): StatusDocument {
  const failed = RETRIES.map((at, index) =>
    pass({
      startedAt: `2026-11-26T13:${at}.000Z`,
      result: 'failed',
      trigger: 'retry',
      durationMs: 475 + ((index * 977) % 2100),
      error: failure.message,
      requests: 6,
    }),
  );
  return statusDocument({
    revision: { ...COMMITS['41d07be'], ref: 'refs/heads/main' },
    observedAt: '2026-11-26T13:01:00.000Z',
    checkout: { revision: HEAD, readAt: '2026-11-26T13:25:00.000Z' },
    passes: [...failed, ...passes(undefined, '2026-11-26T13:01:00.000Z')].slice(0, 100),
    failingSince: '2026-11-26T13:02:00.000Z',
    failure,
    inSyncSince: null,
    nextPassAt: '2026-11-26T13:28:47.000Z',
    changes: CHANGES.slice(2),
    ...over,
  });
}

const starting = statusDocument({
  revision: null,
  observedAt: null,
  checkout: null,
  passes: [],
  nextPassAt: null,
  inSyncSince: null,
  passing: { startedAt: '2026-11-26T13:26:36.000Z', trigger: 'start' },
  subscriptions: [],
  unmanaged: [],
  changes: [],
});

function troubled(one: SubscriptionDocument): StatusDocument {
  return statusDocument({ inSyncSince: null, subscriptions: subscriptions(one) });
}

const API_DOWN = 'GET /webhooks answered 503 Service Unavailable (request e02b7c4d-91f5-4f0e-a6c8-3f1d0b7a9e54)';

/** One document for each row of the page's table of sentences, and the cases that share a row. */
export const situations = {
  starting,
  'in sync': statusDocument(),
  looking: statusDocument({ passing: { startedAt: NOW, trigger: 'schedule' } }),
  late: statusDocument({ observedAt: '2026-11-26T13:20:00.000Z', nextPassAt: '2026-11-26T13:21:00.000Z' }),
  differs: statusDocument({
    ...withDifferences,
    passes: passes((index) => {
      if (index > 0) return index === 77 ? { result: 'failed', error: API_DOWN, durationMs: 2500 } : {};
      const withheld = [{ guard: 'max-deletes', deletes: 1, howToLift: HOW_TO_LIFT }] as const;
      return { result: 'incomplete', durationMs: 410, withheld };
    }),
    changes: [
      change(0, { action: 'drift', origin: 'remote', between: DRIFT, fields: DRIFTED.differs }),
      change(0, { action: 'withhold', title: 'Legacy orders', because: 'max-deletes', commit: COMMITS['9c4e1fa'] }),
      ...CHANGES,
    ],
  }),
  quarantined: troubled(QUARANTINED),
  contested: troubled(CONTESTED),
  conflict: troubled(CONFLICT),
  'not converging': troubled(NOT_CONVERGING),
  failing: failing({
    kind: 'api',
    message: API_DOWN,
    request: 'GET /webhooks',
    status: 503,
    requestId: 'e02b7c4d-91f5-4f0e-a6c8-3f1d0b7a9e54',
  }),
  'credentials refused': failing({
    kind: 'credentials',
    message:
      'POST /auth/token answered 401 Unauthorized: invalid client credentials (request 5d0c77aa). Check api.clientId',
    request: 'POST /auth/token',
    status: 401,
    requestId: '5d0c77aa',
  }),
  'checkout unreadable': failing(
    { kind: 'checkout', message: '/srv/webhooks does not exist: mount the checkout there, or correct source.path' },
    { checkout: { revision: COMMITS['41d07be'], readAt: '2026-11-26T13:01:00.000Z' } },
  ),
  standby: statusDocument({
    leader: false,
    hold: 'standby',
    lease: { name: 'payments/webhooks', holder: 'payments-7d9c8-x2x4k', durationMs: 15_000 },
    instance: 'payments-7d9c8-q8w2n',
    passes: passes(() => ({ result: 'observed' })),
    changes: [],
  }),
  observe: statusDocument({
    ...withDifferences,
    mode: 'observe',
    hold: 'observe',
    passes: passes(() => ({ result: 'observed' })),
  }),
  frozen: statusDocument({
    hold: 'freeze',
    revision: { ...COMMITS.d90a1f4, ref: 'refs/heads/main' },
    observedAt: '2026-11-28T09:12:00.000Z',
    nextPassAt: '2026-11-28T09:13:00.000Z',
    inSyncSince: null,
    freezeWindows: [
      { ...freeze('0 18 * * 5', '2026-11-27T17:00:00.000Z', '2026-11-30T07:00:00.000Z'), isOpen: true },
      freeze('0 12 23 12 *', '2026-12-23T11:00:00.000Z', '2027-01-02T07:00:00.000Z'),
    ],
    passes: passes(
      (index) => ({
        result: 'observed',
        withheld: index < 32 ? [{ guard: 'freeze', deletes: 0, howToLift: 'It ends by itself.' }] : [],
      }),
      '2026-11-28T09:12:00.000Z',
    ),
    subscriptions: subscriptions(
      pending('Executions'),
      pending('Positions'),
      subscription({
        title: 'Savings plans',
        state: 'Drifted',
        since: '2026-11-28T01:13:00.000Z',
        enabled: false,
        origin: 'remote',
        drift: { after: '2026-11-28T01:12:00.000Z', before: '2026-11-28T01:13:00.000Z' },
        differs: [{ field: 'enabled', from: false, to: true }],
        explanation: 'Somebody disabled it on the tenant. The freeze window holds the correction.',
      }),
    ),
  }),
  'errors in git': statusDocument({
    inSyncSince: null,
    checkoutErrors: 3,
    problems: [
      {
        severity: 'error',
        file: 'webhooks/tax.yaml',
        line: 14,
        column: 11,
        field: 'config.delay',
        message: '"1 minute" is not a duration: write a number and s or m, 1s to 30s',
        title: 'Tax collection',
      },
    ],
    subscriptions: subscriptions(broken('Tax collection'), broken('Tax exemptions')),
  }),
  suspended: statusDocument({
    inSyncSince: null,
    subscriptions: subscriptions(
      subscription({ title: 'Reports', state: 'Suspended', until: '2026-12-24T07:00:00.000Z' }),
    ),
  }),
  'nothing wanted': statusDocument({ subscriptions: [] }),
} as const satisfies Readonly<Record<string, StatusDocument>>;

export type SituationName = keyof typeof situations;

/** The time at which a situation is looked at; epoch ms. */
export function nowIn(name: string): number {
  return Date.parse(name === 'frozen' ? FROZEN_NOW : NOW);
}

function broken(title: string): SubscriptionDocument {
  const error = { message: 'config.delay: "1 minute" is not a duration: write a number and s or m, 1s to 30s' };
  return subscription({ title, state: 'Failed', since: LOOKED, sinceIsAtLeast: true, desired: null, error });
}

/** A commit that is longer and nastier than any real one. */
export const HOSTILE_COMMIT: Commit = {
  id: '<script>alert(1)</script>',
  author: '\u202egnp.<img src=x onerror=alert(1)>',
  subject: `"><script>fetch('https://evil.example')</script>${'x'.repeat(500)}`,
};
