/** What the sentence says in each situation in which checkout and tenant could be read. */
import type { SubscriptionState } from '../../../../reconcile/report.ts';
import type { StatusDocument } from '../../../status-document.ts';
import { asSentence, clauseOfMessage, markedIn } from '../marks.ts';
import { type ShapeName, shownState, type Tone } from '../states.ts';
import type { Text } from '../text.ts';
import {
  alsoText,
  apartIn,
  byState,
  clausesOf,
  counted,
  differingIn,
  isSettled,
  joined,
  nextLook,
  nextSentence,
  ofAll,
  revisionText,
  sinceText,
  untoldErrors,
} from './clauses.ts';
import { refusedCount, refusedIn, refusedNext } from './harm.ts';
import { toneOf, unsaidReason } from './unwell.ts';

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

export function observing(document: StatusDocument): Told {
  const differing = differingIn(document);
  const isSame = apartIn(document).length === 0;
  const also = alsoText(document).replace(/^; /, '');
  const told = [...(differing.length > 0 ? [byState(differing)] : []), ...(also === '' ? [] : [also])];
  return {
    situation: 'observe',
    tone: 'held',
    shape: worstOf(document).shape,
    strong: [`Observing: ${isSame ? inSyncCount(document) : differCount(document)}`],
    rest: [isSame ? 'with ' : 'from ', ...revisionText(document.revision), '; mode observe changes nothing'],
    ...(told.length > 0 && { next: [`${told.join('; ')}.`, ...nextSentence(document, 'look')] }),
  };
}

export function differs(document: StatusDocument): Told {
  const differing = differingIn(document);
  const { tone, shape } = worstOf(document);
  const settled = differing.filter(isSettled);
  const counts = [byState(apartIn(document)), ...(settled.length > 0 ? [byState(settled)] : [])].join('; ');
  const untold = untoldErrors(document);
  // What waits for the errors of files is not to be understood, and not to be lifted, before they are fixed.
  const isForErrors = untold > 0 && differing.some(({ guards }) => guards?.includes('invalid-checkout'));
  const rest = isForErrors
    ? `${counted(untold, 'error')} in git; ${counts}${alsoText({ ...document, checkoutErrors: 0 })}`
    : `${counts}${alsoText(document)}`;
  return {
    situation: 'differs',
    tone,
    shape,
    strong: [`${differCount(document)}:`],
    rest: [rest],
    next: [...(isForErrors ? placeOfError(document) : []), ...clausesOf(differing, document), ...alsoRefused(document)],
  };
}

/** Events that are not taken now may be worse than what differs. */
function alsoRefused(document: StatusDocument): Text {
  const refused = refusedIn(document);
  return refused.length === 0 ? [] : [' ', ...refusedNext(refused)];
}

export function errors(document: StatusDocument): Told {
  const { checkoutErrors, revision } = document;
  const them = checkoutErrors === 1 ? 'it is' : 'they are';
  const refused = refusedIn(document);
  return {
    situation: 'errors',
    tone: 'warn',
    shape: worstOf(document, 'Conflict').shape,
    strong: [`${counted(checkoutErrors, 'error')} in git:`],
    rest: [
      `${inSyncCount(document)} with `,
      ...revisionText(revision),
      ...(refused.length > 0 ? [`; ${refusedCount(refused)}`] : []),
    ],
    next: [...placeOfError(document), `Deletes wait until ${them} fixed.`],
  };
}

/** The first, as a sentence. */
function placeOfError({ problems }: StatusDocument): Text {
  const first = problems.find(({ severity }) => severity === 'error');
  if (!first) return [];
  return [
    { code: `${first.file}:${first.line}:${first.column}` },
    ...(first.field === '' ? [] : [' ', { code: first.field }]),
    ' ',
    ...asSentence(clauseOfMessage(first.message)),
    ' ',
  ];
}

/** Nothing differs, and yet not all are in sync: suspended, in quarantine, contested. */
export function atRest(document: StatusDocument): Told {
  const settled = differingIn(document);
  const refused = refusedIn(document);
  const { shape } = worstOf(document, 'Suspended');
  const isWatched = refused.length > 0 || settled.some(({ state }) => state === 'Contested');
  const next = [
    ...clausesOf(settled, document),
    ...(settled.length > 0 && refused.length > 0 ? [' '] : []),
    ...refusedNext(refused),
  ];
  return {
    situation: 'suspended',
    tone: isWatched ? 'warn' : 'held',
    shape,
    strong: [inSyncCount(document)],
    rest: [
      'with ',
      ...revisionText(document.revision),
      ...(['Contested', 'Quarantined', 'Suspended'] as const).flatMap((state) => countUntil(state, document)),
      ...(refused.length > 0 ? [`; ${refusedCount(refused)}`] : []),
    ],
    ...((settled.length > 0 || refused.length > 0) && { next }),
  };
}

/** "; 2 suspended, the first until Monday 08:00". */
function countUntil(wanted: SubscriptionState, { subscriptions }: StatusDocument): Text {
  const all = subscriptions.filter(({ state }) => state === wanted);
  if (all.length === 0) return [];
  const [first] = all.flatMap(({ until }) => (until === undefined ? [] : [until])).sort();
  const until: Text =
    first === undefined ? [] : [all.length === 1 ? ' until ' : ', the first until ', { time: first, until: true }];
  return [`; ${all.length} ${shownState(wanted).counted}`, ...until];
}

export function inSync(document: StatusDocument): Told {
  const { subscriptions, inSyncSince, revision, lastPass } = document;
  const isEmpty = subscriptions.length === 0;
  // Every entry is as wanted, and yet something is left to do: a pass was cut short, or a newer commit has come.
  const isUnsure = inSyncSince === null && !isEmpty;
  const undone = isUnsure && lastPass?.result === 'incomplete' ? ['; the last pass left something undone'] : [];
  const refused = refusedIn(document);
  const reason = unsaidReason(document);
  const but: Text = reason === undefined ? [] : [', but ', ...markedIn(clauseOfMessage(reason))];
  const isTroubled = refused.length > 0 || reason !== undefined;
  // An empty checkout may be an error in itself: it is told, and it is not praised.
  const tone = refused.length > 0 ? 'warn' : isEmpty || isUnsure ? 'held' : 'ok';
  return {
    situation: 'in sync',
    tone: toneOf(tone, document),
    shape: isTroubled ? 'Conflict' : 'InSync',
    strong: [isUnsure ? inSyncCount(document) : 'In sync'],
    rest: joined(
      [
        'with ',
        ...revisionText(revision),
        ...(isEmpty ? [', where nothing is wanted'] : []),
        ...sinceText(document),
        ...undone,
        ...(refused.length > 0 ? [`; ${refusedCount(refused)}`] : []),
        ...but,
      ],
      isTroubled ? [] : nextLook(document),
    ),
    ...(refused.length > 0 && { next: refusedNext(refused) }),
  };
}

/** "2 of 41 differ", "1 of 41 differs". */
function differCount(document: StatusDocument): string {
  const { length } = apartIn(document);
  return `${ofAll(length, document)} ${length === 1 ? 'differs' : 'differ'}`;
}

function inSyncCount(document: StatusDocument): string {
  return `${ofAll(document.subscriptions.filter(({ state }) => state === 'InSync').length, document)} in sync`;
}

function worstOf(document: StatusDocument, otherwise: SubscriptionState = 'InSync') {
  return shownState(differingIn(document)[0]?.state ?? otherwise);
}
