import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { Announcer } from '../../../src/daemon/announcer.ts';
import { Metrics } from '../../../src/daemon/metrics.ts';
import { Status } from '../../../src/daemon/status.ts';
import { fanOut, type Happening, type Sink } from '../../../src/runtime/happening.ts';
import { logClock, logSink } from '../../../src/runtime/log.ts';
import { drifted, passEnded, STILL } from '../../support/pass-ended.ts';
import { desired } from '../../support/subscriptions.ts';

const root = join(import.meta.dirname, '../../..');
const lease = 'payments/webhook-reconciler';
const request = { method: 'GET', route: '/webhooks' } as const;

/** One happening of each kind: a kind that is missing here does not compile. */
const EACH: { readonly [Kind in Happening['kind']]: Extract<Happening, { kind: Kind }> } = {
  changed: {
    kind: 'changed',
    change: { action: 'update', id: 'id-1', title: 'Orders', fields: ['url'], changes: [] },
    revision: 'r1',
  },
  'pass-put-off': { kind: 'pass-put-off', until: 0 },
  'pass-began': { kind: 'pass-began', trigger: 'schedule', startedAt: 0 },
  'checkout-read': { kind: 'checkout-read', revision: { id: 'r1' }, readAt: 0 },
  drifted: drifted(),
  adopted: { kind: 'adopted', title: 'Orders', id: 'id-1', revision: 'r1' },
  'change-failed': {
    kind: 'change-failed',
    action: { kind: 'create', desired: desired() },
    failure: { message: 'refused' },
  },
  'receiver-tested': {
    kind: 'receiver-tested',
    tested: { title: 'Orders', id: 'id-1', state: 'refused', detail: 'answered 503', at: 0 },
    isListed: true,
  },
  'receivers-not-listed': { kind: 'receivers-not-listed', count: 7 },
  'pass-ended': {
    kind: 'pass-ended',
    pass: {
      report: {
        startedAt: '2026-11-24T08:00:00.000Z',
        durationMs: 1,
        trigger: 'schedule',
        result: 'incomplete',
        changes: { create: 0, enable: 0, update: 0, delete: 0 },
        withheld: [],
        requests: 1,
      },
      again: 'no',
    },
    endedAt: Date.parse('2026-11-24T08:00:01Z'),
  },
  'pass-overdue': { kind: 'pass-overdue', trigger: 'schedule', startedAt: 0, isStuck: true },
  'request-answered': { kind: 'request-answered', answer: { ...request, status: 200, durationMs: 1, skewSeconds: 60 } },
  'request-retried': {
    kind: 'request-retried',
    retry: { ...request, reason: 'timeout', attempt: 1, waitMs: 1, message: 'no answer' },
  },
  'leadership-gained': { kind: 'leadership-gained', lease, identity: 'a_1', how: 'expired' },
  'leadership-lost': { kind: 'leadership-lost', lease, identity: 'a_1', how: 'lost', why: 'late', holder: 'b_1' },
  'standing-by': { kind: 'standing-by', lease, holder: 'b_1' },
  'lease-left': { kind: 'lease-left', lease, why: 'a change got no answer' },
  'lease-out-of-reach': { kind: 'lease-out-of-reach', lease, why: 'no answer', isNews: true },
  'lease-in-reach': { kind: 'lease-in-reach', lease },
  'configuration-reloaded': {
    kind: 'configuration-reloaded',
    tenant: { url: 'https://api.example', clientId: 'client' },
    mode: 'sync',
    path: 'webhooks',
    warnings: [],
  },
  'configuration-refused': {
    kind: 'configuration-refused',
    problems: [
      { severity: 'error', place: 'config.yaml:1:1', field: 'policy.mode', message: '"snyc" is not a mode' },
      { severity: 'warning', place: 'config.yaml:2:1', field: '', message: 'is not used' },
    ],
  },
  'tenant-replaced': { kind: 'tenant-replaced' },
  'watch-impaired': { kind: 'watch-impaired', message: 'too few watches' },
  'access-denied': {
    kind: 'access-denied',
    isTrigger: true,
    from: '192.0.2.1',
    host: 'reconciler',
    origin: undefined,
    why: 'not allowed',
  },
  'token-unreadable': { kind: 'token-unreadable', token: 'the trigger token', why: 'ENOENT' },
  'answer-failed': { kind: 'answer-failed', error: new TypeError('canary') },
  'shutting-down': { kind: 'shutting-down', why: 'shutting down', signal: 'SIGTERM' },
};

/** What the log sink writes for each kind: level and message. */
const MESSAGES: Readonly<Record<Happening['kind'], readonly string[]>> = {
  changed: ['info tenant changed'],
  'pass-began': [],
  'pass-put-off': [],
  'checkout-read': [],
  drifted: [],
  adopted: [],
  'change-failed': ['error change failed'],
  'receiver-tested': ['warn the receiver did not take the test delivery'],
  'receivers-not-listed': ['warn more receivers did not take their test deliveries'],
  'pass-ended': ['info pass ended'],
  'pass-overdue': ['fatal pass does not end'],
  'request-answered': ['debug api request'],
  'request-retried': ['info api request is sent again'],
  'leadership-gained': ['info leadership gained'],
  'leadership-lost': ['warn leadership lost'],
  'standing-by': ['info standing by'],
  'lease-left': ['info the lease is not released and expires by itself'],
  'lease-out-of-reach': ['warn the lease is out of reach'],
  'lease-in-reach': ['info the lease is in reach again'],
  'configuration-reloaded': ['info configuration read again'],
  'configuration-refused': [
    'error error in the configuration',
    'warn warning about the configuration',
    'error the configuration has errors: the previous one stays in effect',
  ],
  'tenant-replaced': [],
  'watch-impaired': ['warn watching the checkout is impaired'],
  'access-denied': ['warn a request for a pass was refused, further ones are not logged'],
  'token-unreadable': ['error the trigger token cannot be read'],
  'answer-failed': ['error a request could not be answered'],
  'shutting-down': ['info shutting down'],
};

const KINDS = Object.keys(EACH) as Happening['kind'][];

describe('what happens', () => {
  it.each(KINDS)('reaches every sink: %s', (kind) => {
    const { sinks, lines } = channels();
    const served: number[] = [];
    const errors: unknown[] = [];
    const counted = sinks.map((sink, index): Sink => {
      return (happening) => {
        sink(happening);
        served.push(index);
      };
    });
    fanOut(counted, (error) => errors.push(error))(EACH[kind]);
    expect(errors).toEqual([]);
    expect(served).toEqual(sinks.map((_, index) => index));
    expect(lines).toEqual(MESSAGES[kind]);
  });

  it('reaches the sinks behind one that throws, and the error is reported after them', () => {
    const order: string[] = [];
    const throwing = () => {
      throw new Error('canary');
    };
    const sinks = [() => order.push('first'), throwing, () => order.push('last')];
    fanOut(sinks, (error) => order.push(String(error)))(EACH['tenant-replaced']);
    expect(order).toEqual(['first', 'last', 'Error: canary']);
  });

  it('does not compile with a kind that a sink has not decided about', { timeout: 120_000 }, async () => {
    await using copy = await copyOfSources();
    await copy.addKind();
    expect(await copy.filesThatDoNotCompile()).toEqual([
      'src/daemon/announcer.ts',
      'src/daemon/metrics.ts',
      'src/daemon/status.ts',
      'src/runtime/log.ts',
    ]);
  });
});

it('the log has a line of passes that are seen elsewhere only for debugging, unless they fail', () => {
  const { lines, log } = channels();
  const sink = logSink(log, { hasQuietPasses: true });
  for (const result of ['converged', 'incomplete', 'failed'] as const) sink(passEnded([], { result }));
  expect(lines).toEqual(['debug pass ended', 'debug pass ended', 'error pass ended']);
});

it('the log says once that the clock is off, and once that it is right again', () => {
  const { lines, log } = channels();
  const sink = logClock(log);
  const answered = (skewSeconds?: number) =>
    sink({
      kind: 'request-answered',
      answer: { ...request, status: 200, durationMs: 1, ...(skewSeconds !== undefined && { skewSeconds }) },
    });
  for (const skewSeconds of [0, 60, undefined, -60, 0, 0]) answered(skewSeconds);
  expect(lines).toEqual(['warn the clock is off', 'info the clock is right again']);
});

/** The sinks of the daemon, and what is logged: `level message`. */
function channels() {
  const lines: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    lines.push(`${level} ${msg}`);
  };
  const log = pino({ level: 'debug', formatters: { level: (label) => ({ level: label }) } }, { write });
  const announcer = new Announcer({ uptime: () => 0, leads: () => true });
  const sinks = [
    logSink(log),
    new Status({ clock: STILL }).sink,
    new Metrics(() => ({ leads: true, tenant: { url: 'https://api.tld', clientId: 'a' }, showsSubscriptions: true }))
      .sink,
    announcer.sink,
  ];
  return { sinks, log, lines };
}

async function copyOfSources() {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
  for (const part of ['src', 'schemas', 'package.json'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { compilerOptions, exclude } = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: object;
    readonly exclude: readonly string[];
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'], exclude }));
  return {
    addKind: async () => {
      const file = join(folder, 'src/runtime/happening.ts');
      const text = await readFile(file, 'utf8');
      const more = text.replace('type ServiceHappening =\n', "$&  | { readonly kind: 'not-handled' }\n");
      expect(more).not.toBe(text);
      await writeFile(file, more);
    },
    filesThatDoNotCompile: async () => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      execFile(process.execPath, [tsc, '--pretty', 'false'], { cwd: folder }, (_error, stdout) => resolve(stdout));
      const files = [...(await promise).matchAll(/^(\S+)\(\d+,\d+\): error /gm)].map(([, file = '']) => file);
      return [...new Set(files)].toSorted();
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
  };
}
