/** The log says each turn of a subscription once, whatever sequence of passes there is. */
import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import pino from 'pino';
import type { Problem } from '../../src/document/problems.ts';
import { STATE_NAMES, STATES, type SubscriptionState, type SubscriptionStatus } from '../../src/reconcile/report.ts';
import { logTransitions } from '../../src/runtime/log-transitions.ts';
import { passEnded, status } from '../support/pass-ended.ts';

const TITLES = ['Orders', 'Users', 'Reports'];
const MESSAGES = ['is not a url', 'is unknown'];

/** The state of each subscription after a pass; absent: it is not there. */
const states = fc.dictionary(fc.constantFrom(...TITLES), fc.constantFrom(...STATE_NAMES));
const errors = fc.uniqueArray(fc.constantFrom(...MESSAGES));
const passes = fc.array(fc.record({ states, errors }), { maxLength: 12 });

interface Line {
  readonly msg: string;
  readonly title: string;
  readonly titles: readonly string[];
  readonly state?: SubscriptionState;
  readonly was?: SubscriptionState;
  readonly message: string;
}

function channel() {
  const lines: Line[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  return { lines, sink: logTransitions(log, () => true) };
}

const subscriptionsIn = (of: Readonly<Record<string, SubscriptionState>>): SubscriptionStatus[] =>
  Object.entries(of).map(([title, state]) => status({ title, state }));

const problem = (message: string): Problem => ({
  severity: 'error',
  file: 'webhooks.yaml',
  line: 1,
  column: 1,
  field: 'url',
  message,
  rule: 'url',
});

describe('the log of a daemon', () => {
  it.prop([passes])('begins and ends the trouble of a subscription in turn, and never says a state twice', (seen) => {
    const { lines, sink } = channel();
    for (const pass of seen) sink(passEnded(subscriptionsIn(pass.states)));
    for (const title of TITLES) {
      let open: SubscriptionState | undefined;
      for (const line of lines.filter((one) => one.title === title || one.titles?.includes(title))) {
        switch (line.msg) {
          case 'subscription needs attention':
            expect(line.state).not.toBe(open);
            open = line.state;
            break;
          case 'deletes withheld':
            expect(open).not.toBe('Withheld');
            open = 'Withheld';
            break;
          case 'deletes no longer withheld':
            expect(open).toBe('Withheld');
            open = undefined;
            break;
          case 'subscription no longer needs attention':
            expect(line.was).toBe(open);
            open = undefined;
            break;
          default:
            expect.unreachable(line.msg);
        }
      }
      const last = seen.at(-1)?.states[title];
      if (last === undefined || STATES[last].isAtRest) expect(open).toBeUndefined();
      else if (STATES[last].isWorrying || last === 'Withheld') expect(open).toBe(last);
    }
  });

  it.prop([passes])('says an error of a file when it is new, and once more when it is fixed', (seen) => {
    const { lines, sink } = channel();
    for (const pass of seen) sink(passEnded([], { problems: pass.errors.map(problem) }));
    for (const message of MESSAGES) {
      const said = lines.filter((line) => line.message === message).map(({ msg }) => msg);
      const turns = seen
        .map((pass) => pass.errors.includes(message))
        .filter((is, n, all) => is !== (all[n - 1] ?? false));
      expect(said).toEqual(
        turns.map((isThere) => (isThere ? 'error in a file of the checkout' : 'error in a file is fixed')),
      );
    }
  });

  it.prop([states])('says nothing about a pass that finds everything as the one before', (found) => {
    const { lines, sink } = channel();
    const pass = passEnded(subscriptionsIn(found), { problems: MESSAGES.map(problem) });
    sink(pass);
    const { length } = lines;
    sink(pass);
    expect(lines).toHaveLength(length);
  });
});
