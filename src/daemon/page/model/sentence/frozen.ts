/** What waits in a freeze window, and what that lets happen meanwhile. */
import type { StatusDocument, SubscriptionDocument } from '../../../status-document.ts';
import { authorOf, isOfTenant, shortId } from '../doing.ts';
import type { Text } from '../text.ts';
import { plainText } from '../time.ts';
import { byState, counted, differingIn, alsoText, nextLook } from './clauses.ts';
import { harmsOf } from './harm.ts';
import type { Told } from './situations.ts';

/** States in which a person, and not the end of the window, is waited for. */
const NOT_OF_THE_WINDOW = ['Failed', 'Conflict', 'NotConverging', 'Contested', 'Quarantined'] as const;

export function frozen(document: StatusDocument, now: number): Told {
  const until = document.frozenUntil ?? lastEnd(document);
  const differing = differingIn(document);
  const waits = differing.filter(
    ({ state, guards }) =>
      !NOT_OF_THE_WINDOW.some((each) => each === state) && (guards ?? []).every((guard) => guard === 'freeze'),
  );
  const others = differing.filter((each) => !waits.includes(each));
  const end: Text = until === undefined ? [] : [' until ', { time: until, until: true }];
  const count =
    waits.length === 0
      ? 'nothing waits'
      : `${counted(waits.length, 'change')} ${waits.length === 1 ? 'waits' : 'wait'}`;
  const look = nextLook(document, 'next');
  const leaks = harmsOf(waits.filter(isOfTenant), end);
  return {
    situation: 'frozen',
    tone: leaks.length > 0 ? 'warn' : 'held',
    shape: 'Frozen',
    strong: ['Frozen', ...end, ':'],
    rest: [`${count}${others.length > 0 ? `; ${byState(others)}` : ''}${alsoText(document)}`],
    next: [
      ...leaks,
      ...(leaks.length > 0 ? ['Before that, it can be put back by hand at Upvest. '] : []),
      ...(waits.length === 0
        ? ['Until then it only looks']
        : [
            ...origins(waits),
            ' The first pass after the window carries ',
            waits.length === 1 ? 'it' : 'them',
            ' out; until then it only looks',
          ]),
      ...(look.length > 0 ? [', ', ...look] : []),
      '.',
    ],
    short: [plainText(['Frozen', ...(until === undefined ? [] : [' until ', { time: until }])], now)],
  };
}

/** Windows may overlap. */
function lastEnd({ freezeWindows }: StatusDocument): string | undefined {
  return freezeWindows
    .flatMap(({ isOpen, until }) => (isOpen && until !== undefined ? [until] : []))
    .sort()
    .at(-1);
}

/** "2 from git (Payments team, d90a1f4) and 1 correction of what somebody changed on the tenant." */
function origins(waits: readonly SubscriptionDocument[]): Text {
  const corrections = waits.filter(isOfTenant).length;
  const ofGit = waits.filter((each) => !isOfTenant(each));
  const commits = [...new Map(ofGit.flatMap(({ commit }) => (commit ? [[commit.id, commit] as const] : []))).values()];
  const [commit] = commits;
  const whose: Text =
    commits.length > 1 || !commit
      ? commits.length > 1
        ? [` (${counted(commits.length, 'commit')})`]
        : []
      : [' (', ...authorOf(commit), ', ', { code: shortId(commit.id) }, ')'];
  const corrected = `${counted(corrections, 'correction')} of what somebody changed on the tenant`;
  if (ofGit.length === 0) return [`${corrected}.`];
  return [`${ofGit.length} from git`, ...whose, corrections > 0 ? ` and ${corrected}.` : '.'];
}
