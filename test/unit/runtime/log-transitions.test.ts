import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/document/problems.ts';
import type { SubscriptionStatus } from '../../../src/reconcile/report.ts';
import type { Happening } from '../../../src/runtime/happening.ts';
import { logSink } from '../../../src/runtime/log.ts';
import { limitLines, logTransitions } from '../../../src/runtime/log-transitions.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { passEnded, status } from '../../support/pass-ended.ts';

const url = 'https://stranger.example.net/';
const CONFLICT = status({ state: 'Conflict', url, id: 'id-1', error: { message: 'is not owned' } });
const WELL = status();
const GUARD = { guard: 'max-deletes', deletes: 2, howToLift: 'raise policy.maxDeletes' } as const;
const TYPO: Problem = {
  severity: 'error',
  file: 'webhooks/orders.yaml',
  line: 3,
  column: 5,
  field: 'url',
  message: '"htps://" is not a url',
  rule: 'url',
  title: 'Orders',
};

const many = (state: SubscriptionStatus['state']) =>
  Array.from({ length: 1_000 }, (_, n) => status({ title: `Hook ${n}`, state }));

function channel(leads: () => boolean = () => true) {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false, formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const sinks = [logTransitions(log, leads), limitLines(log, logSink(log))];
  const happen = (happening: Happening) => {
    lines.splice(0);
    for (const sink of sinks) sink(happening);
    return lines.filter(({ msg }) => msg !== 'pass ended');
  };
  return { happen, pass: (...of: Parameters<typeof passEnded>) => happen(passEnded(...of)) };
}

describe('a subscription that begins to need attention', () => {
  it('has one warning with what an engineer needs, and one line when it is well again', () => {
    const { pass } = channel();
    expect(pass([CONFLICT])).toEqual([
      {
        level: 'warn',
        title: 'Orders',
        state: 'Conflict',
        reason: 'is not owned',
        url,
        id: 'id-1',
        source: 'webhooks.yaml:1:1',
        differs: [],
        msg: 'subscription needs attention',
      },
    ]);
    expect(pass([CONFLICT])).toEqual([]);
    expect(pass([WELL])).toMatchObject([
      {
        level: 'info',
        title: 'Orders',
        state: 'InSync',
        was: 'Conflict',
        msg: 'subscription no longer needs attention',
      },
    ]);
    expect(pass([WELL])).toEqual([]);
  });

  it('is not well again while it waits for another try', () => {
    const { pass } = channel();
    const failed = status({ state: 'Failed' });
    expect(pass([failed])).toHaveLength(1);
    expect(pass([status({ state: 'Pending' })])).toEqual([]);
    expect(pass([failed])).toEqual([]);
  });

  it('needs it for another reason when its state is another one', () => {
    const { pass } = channel();
    pass([status({ state: 'Failed' })]);
    expect(pass([CONFLICT])).toMatchObject([{ state: 'Conflict', was: 'Failed' }]);
  });

  it('is named where another client has changed it and it is not put back', () => {
    const { pass } = channel();
    expect(
      pass([
        status({
          state: 'Drifted',
          observed: observed({ url }),
          url,
          differs: [{ field: 'url', from: url, to: WELL.url }],
        }),
      ]),
    ).toMatchObject([
      {
        level: 'warn',
        state: 'Drifted',
        url,
        reason: expect.stringContaining(`another client has changed it (url ${WELL.url} → ${url}), and`),
      },
    ]);
  });

  it('is named where another client has deleted it and it is not made again', () => {
    const { pass } = channel();
    expect(pass([status({ state: 'Drifted' })])).toMatchObject([
      { reason: expect.stringContaining('another client has deleted it') },
    ]);
  });

  it('is said by the leader alone, and by the next one as soon as it leads', () => {
    let leads = false;
    const { pass } = channel(() => leads);
    expect(pass([CONFLICT])).toEqual([]);
    leads = true;
    expect(pass([CONFLICT])).toHaveLength(1);
  });

  it('is forgotten with its tenant', () => {
    const { happen, pass } = channel();
    pass([CONFLICT]);
    happen({ kind: 'tenant-replaced' });
    expect(pass([])).toEqual([]);
  });

  it('among a thousand has at most twenty lines and a count, and so has the end of it', () => {
    const { pass } = channel();
    const begun = pass(many('Failed'));
    expect(begun).toHaveLength(21);
    expect(begun.at(-1)).toEqual({ level: 'warn', count: 980, msg: 'more subscriptions need attention' });
    expect(pass(many('Failed'))).toEqual([]);
    const ended = pass(many('InSync'));
    expect(ended).toHaveLength(21);
    expect(ended.at(-1)).toEqual({ level: 'info', count: 980, msg: 'more subscriptions no longer need attention' });
  });
});

describe('deletes that are withheld', () => {
  const old = (n: number) => status({ title: `Old ${n}`, id: `id-${n}`, state: 'Withheld' });
  /** As what nothing wants is reported: without a place in the checkout. */
  const unwanted = ({ source: _source, ...rest }: SubscriptionStatus): SubscriptionStatus => rest;

  it('are named in one line with guard and remedy when that begins, and in one when it ends', () => {
    const { pass } = channel();
    const held = [old(1), old(2)].map(unwanted);
    expect(pass(held, { withheld: [GUARD] })).toEqual([
      { level: 'warn', deletes: 2, titles: ['Old 1', 'Old 2'], guards: [GUARD], msg: 'deletes withheld' },
    ]);
    expect(pass(held, { withheld: [GUARD] })).toEqual([]);
    expect(pass(held.slice(1), { withheld: [GUARD] })).toEqual([
      { level: 'info', deletes: 1, titles: ['Old 1'], msg: 'deletes no longer withheld' },
    ]);
  });

  it('are twenty by title, and the others by number', () => {
    const { pass } = channel();
    const [line] = pass(
      Array.from({ length: 1_000 }, (_, n) => unwanted(old(n))),
      { withheld: [GUARD] },
    );
    expect(line).toMatchObject({ deletes: 1_000 });
    expect(line?.['titles']).toHaveLength(20);
  });

  it('and other changes that a freeze holds are said when it begins and when it ends', () => {
    const { pass } = channel();
    const freeze = { guard: 'freeze', deletes: 0, howToLift: 'it ends at noon' } as const;
    expect(pass([], { withheld: [freeze] })).toMatchObject([
      { howToLift: 'it ends at noon', msg: 'changes are held by a freeze window' },
    ]);
    expect(pass([], { withheld: [freeze] })).toEqual([]);
    expect(pass([])).toMatchObject([{ msg: 'changes are no longer held by a freeze window' }]);
  });
});

describe('an error in a file', () => {
  const line = { file: 'webhooks/orders.yaml', line: 3, column: 5, field: 'url', message: TYPO.message };

  it('is one line with its place, and another when it is fixed', () => {
    const { pass } = channel();
    expect(pass([], { problems: [TYPO] })).toMatchObject([
      { level: 'error', ...line, msg: 'error in a file of the checkout' },
    ]);
    expect(pass([], { problems: [TYPO] })).toEqual([]);
    expect(pass([])).toMatchObject([{ level: 'info', ...line, msg: 'error in a file is fixed' }]);
  });

  it('is the same error where an edit above has moved it', () => {
    const { pass } = channel();
    pass([], { problems: [TYPO] });
    expect(pass([], { problems: [{ ...TYPO, line: 9 }] })).toEqual([]);
  });

  it('counts as often as it was made', () => {
    const { pass } = channel();
    pass([], { problems: [TYPO] });
    expect(pass([], { problems: [TYPO, { ...TYPO, line: 9 }] })).toMatchObject([{ line: 9, level: 'error' }]);
  });

  it('stands for the entry that it leaves out', () => {
    const { pass } = channel();
    expect(pass([status({ state: 'Failed' })], { problems: [TYPO] })).toMatchObject([{ line: 3 }]);
  });

  it('among a thousand is one of twenty lines and a count', () => {
    const { pass } = channel();
    const problems = Array.from({ length: 1_000 }, (_, n) => ({ ...TYPO, file: `${n}.yaml` }));
    const lines = pass([], { problems });
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toMatchObject({ count: 980, msg: 'more errors in files of the checkout' });
  });

  it('does not seem fixed where a pass could not read the checkout', () => {
    const { happen, pass } = channel();
    pass([], { problems: [TYPO] });
    const { snapshot: _, ...failed } = passEnded([], { result: 'failed' }).pass;
    happen({ kind: 'pass-ended', pass: failed, endedAt: 0 });
    expect(pass([], { problems: [TYPO] })).toEqual([]);
  });
});

it('of changes that fail in one pass twenty have a line, and the others are counted', () => {
  const { happen, pass } = channel();
  const failed = {
    kind: 'change-failed',
    action: { kind: 'create', desired: desired() },
    failure: { message: '400' },
  } as const;
  const lines = Array.from({ length: 1_000 }, () => happen(failed).length);
  expect(lines.filter((count) => count > 0)).toHaveLength(20);
  expect(pass([])).toMatchObject([{ level: 'error', count: 980, msg: 'more changes failed' }]);
  expect(happen(failed)).toHaveLength(1);
});
