/** What the sentence says in each situation in which checkout and tenant could be read. */
import type { SubscriptionState } from '../../../../reconcile/report.ts';
import type { StatusDocument, SubscriptionDocument } from '../../../status-document.ts';
import { authorOf, isOfTenant, shortId } from '../doing.ts';
import { asSentence, clauseOfMessage } from '../marks.ts';
import { type ShapeName, shownState, type Tone } from '../states.ts';
import { oneLine, type Text } from '../text.ts';
import { plainText, span } from '../time.ts';
import {
  byState,
  clausesOf,
  counted,
  differingIn,
  isOfFiles,
  nextLook,
  nextSentence,
  revisionText,
} from './clauses.ts';

export type Situation =
  | 'no contact'
  | 'starting'
  | 'failing'
  | 'waiting'
  | 'late'
  | 'standby'
  | 'observe'
  | 'frozen'
  | 'differs'
  | 'errors'
  | 'suspended'
  | 'in sync';

/** What is told in a situation. */
export interface Told {
  readonly situation: Situation;
  readonly tone: Tone;
  readonly shape: ShapeName;
  /** The part that answers; a space stands between it and the rest. */
  readonly strong: Text;
  readonly rest: Text;
  /** Whose doing, and what happens next; absent where everything is as git says. */
  readonly next?: Text;
  /** What the title of the tab begins with, where it is not the strong part. */
  readonly short?: Text;
}

export function standby(document: StatusDocument): Told {
  const holder = document.lease?.holder ?? null;
  const leads: Text =
    holder === null ? ['nobody leads, as far as is known,'] : [{ code: oneLine(holder, 80) }, ' leads,'];
  const differing = differingIn(document);
  const sees: Text =
    differing.length === 0
      ? ['It sees the tenant in sync with ', ...revisionText(document.revision), ...since(document)]
      : [`It sees ${ofAll(differing.length, document)} differ: ${byState(differing)}`];
  const within = document.lease?.durationMs === undefined ? '' : `within ${span(document.lease.durationMs)} `;
  const takesOver = holder === null ? 'as soon as it gets the lease' : `${within}when the leader goes`;
  return {
    situation: 'standby',
    tone: 'held',
    shape: 'Standby',
    strong: ['Standby:'],
    rest: [...leads, ' this instance only looks'],
    next: [...joined(sees, nextLook(document)), `${errorsText(document)}. It takes over ${takesOver}.`],
  };
}

export function observing(document: StatusDocument): Told {
  const differing = differingIn(document);
  const isSame = differing.length === 0;
  return {
    situation: 'observe',
    tone: 'held',
    shape: worstOf(document).shape,
    strong: [`Observing: ${isSame ? inSyncCount(document) : differCount(document)}`],
    rest: [isSame ? 'with ' : 'from ', ...revisionText(document.revision), '; mode observe changes nothing'],
    ...(!isSame && {
      next: [`${byState(differing)}${errorsText(document)}.`, ...nextSentence(document, 'look')],
    }),
  };
}

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
  return {
    situation: 'frozen',
    tone: 'held',
    shape: 'Frozen',
    strong: ['Frozen', ...end, ':'],
    rest: [`${count}${others.length > 0 ? `; ${byState(others)}` : ''}${errorsText(document)}`],
    next: [
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

export function differs(document: StatusDocument): Told {
  const differing = differingIn(document);
  const { tone, shape } = worstOf(document);
  return {
    situation: 'differs',
    tone,
    shape,
    strong: [`${differCount(document)}:`],
    rest: [`${byState(differing)}${errorsText(document)}`],
    next: clausesOf(differing, document),
  };
}

export function errors(document: StatusDocument): Told {
  const { problems, checkoutErrors, revision } = document;
  const first = problems.find(({ severity }) => severity === 'error');
  const place: Text = first
    ? [
        { code: `${first.file}:${first.line}:${first.column}` },
        ...(first.field === '' ? [] : [' ', { code: first.field }]),
        ' ',
        ...asSentence(clauseOfMessage(first.message)),
        ' ',
      ]
    : [];
  const them = checkoutErrors === 1 ? 'it is' : 'they are';
  return {
    situation: 'errors',
    tone: 'warn',
    shape: worstOf(document, 'Conflict').shape,
    strong: [`${counted(checkoutErrors, 'error')} in git:`],
    rest: [`${inSyncCount(document)} with `, ...revisionText(revision)],
    next: [...place, `Deletes wait until ${them} fixed.`],
  };
}

export function suspended(document: StatusDocument): Told {
  const all = document.subscriptions.filter(({ state }) => state === 'Suspended');
  const ends = all.flatMap(({ until }) => (until === undefined ? [] : [until])).sort();
  const [first] = ends;
  const until: Text =
    first === undefined ? [] : [all.length === 1 ? ' until ' : ', the first until ', { time: first, until: true }];
  return {
    situation: 'suspended',
    tone: 'held',
    shape: 'Suspended',
    strong: [inSyncCount(document)],
    rest: ['with ', ...revisionText(document.revision), `; ${all.length} suspended`, ...until],
  };
}

export function inSync(document: StatusDocument): Told {
  const { subscriptions, inSyncSince, revision, lastPass } = document;
  const isEmpty = subscriptions.length === 0;
  // Every entry is as wanted, and yet something is left to do: a pass was cut short, or a newer commit has come.
  const isUnsure = inSyncSince === null && !isEmpty;
  const undone = isUnsure && lastPass?.result === 'incomplete' ? ['; the last pass left something undone'] : [];
  return {
    situation: 'in sync',
    // An empty checkout may be an error in itself: it is told, and it is not praised.
    tone: isEmpty || isUnsure ? 'held' : 'ok',
    shape: 'InSync',
    strong: [isUnsure ? inSyncCount(document) : 'In sync'],
    rest: joined(
      [
        'with ',
        ...revisionText(revision),
        ...(isEmpty ? [', where nothing is wanted'] : []),
        ...since(document),
        ...undone,
      ],
      nextLook(document),
    ),
  };
}

function since({ inSyncSince }: StatusDocument): Text {
  return inSyncSince === null ? [] : [', ', { strong: 'since ' }, { time: inSyncSince, isStrong: true }];
}

function joined(first: Text, second: Text): Text {
  return second.length === 0 ? first : [...first, '; ', ...second];
}

function ofAll(count: number, { subscriptions }: StatusDocument): string {
  return `${count} of ${subscriptions.length}`;
}

/** "2 of 41 differ", "1 of 41 differs". */
function differCount(document: StatusDocument): string {
  const { length } = differingIn(document);
  return `${ofAll(length, document)} ${length === 1 ? 'differs' : 'differ'}`;
}

function inSyncCount(document: StatusDocument): string {
  return `${ofAll(document.subscriptions.filter(({ state }) => state === 'InSync').length, document)} in sync`;
}

function worstOf(document: StatusDocument, otherwise: SubscriptionState = 'InSync') {
  return shownState(differingIn(document)[0]?.state ?? otherwise);
}

/** "; 3 errors in git", where no entry stands for them. */
function errorsText({ checkoutErrors, subscriptions }: StatusDocument): string {
  const isTold = subscriptions.some((each) => each.state === 'Failed' && isOfFiles(each));
  return checkoutErrors === 0 || isTold ? '' : `; ${counted(checkoutErrors, 'error')} in git`;
}
