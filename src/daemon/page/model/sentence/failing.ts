/** What failed, in the words of the sentence, and what that means for whoever is on call. */
import type { FailureStatus, StatusDocument } from '../../../status-document.ts';
import { authorOf, MAX_SUBJECT, shortId } from '../doing.ts';
import { asSentence, clauseOfMessage, markedIn, sentencesOfMessage } from '../marks.ts';
import { oneLine, type Text } from '../text.ts';
import { apartIn, nextSentence } from './clauses.ts';

/** The words between "Failing:" and "since 14:02". */
const WORDS: Readonly<Record<FailureStatus['kind'], string>> = {
  api: 'API down',
  busy: 'the API asks to be left alone',
  credentials: 'credentials refused',
  checkout: 'the checkout cannot be read',
  'checkout-busy': 'the checkout cannot be read',
  other: 'no pass goes through',
};

/** A git command takes seconds. What takes longer is waited for, and in the end looked at. */
const BRIEF_MS = 30_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** Whether a git command in the checkout is all that keeps passes from going through. `now`: epoch ms. */
export function gitWait(document: StatusDocument, now: number): 'brief' | 'long' | undefined {
  const { failingSince, failure, observedAt } = document;
  if (failingSince === null || failure?.kind !== 'checkout-busy') return undefined;
  const hasWaitedMs = now - Date.parse(failingSince);
  if (hasWaitedMs < BRIEF_MS && observedAt !== null) return 'brief';
  return hasWaitedMs < LONGEST_WAIT_MS ? 'long' : undefined;
}

/** "A git command is at work in the checkout; it is read again in 4 s." */
export function readAgain(document: StatusDocument): Text {
  const { passing, nextPassAt, revision } = document;
  const when: Text = passing ? [' now'] : nextPassAt === null ? [' soon'] : [' in\u00a0', { countdown: nextPassAt }];
  const what = isWithoutGit(revision) ? 'The checkout is being written' : 'A git command is at work in the checkout';
  return [`${what}; it is read again`, ...when, '.'];
}

export function waitingStrong({ failingSince, revision }: StatusDocument): Text {
  const since: Text = failingSince === null ? [] : [' since ', { time: failingSince }];
  return [`Waiting for ${isWithoutGit(revision) ? 'the checkout' : 'git'}`, ...since, ';'];
}

function isWithoutGit(revision: StatusDocument['revision']): boolean {
  return revision?.id.startsWith('sha256:') === true;
}

export function failingStrong(document: StatusDocument): Text {
  const { failingSince, passes } = document;
  const since = failingSince ?? passes[0]?.startedAt;
  return [`Failing: ${wordsOf(document)}`, ...(since === undefined ? [] : [' since ', { time: since }]), ';'];
}

function wordsOf(document: StatusDocument): string {
  const { kind, status, request } = failureOf(document);
  // An answer that refuses what was asked is no outage.
  if (kind === 'api' && status !== undefined && status < 500) return `the API answers ${status}`;
  if (kind === 'api' && request === undefined) return 'the API cannot be listed';
  return WORDS[kind];
}

/** Of when what is known is. */
export function lastSeen(document: StatusDocument): Text {
  const { revision, observedAt, subscriptions } = document;
  if (observedAt === null || revision === null) return ['nothing has been seen yet'];
  const differing = apartIn(document).length;
  const seen = differing === 0 ? 'in sync' : `with ${differing} of ${subscriptions.length} differing,`;
  const from = differing === 0 ? ' with ' : ' from ';
  return [`last seen ${seen}`, from, { code: shortId(revision.id) }, ' at ', { time: observedAt }];
}

export function failingNext(document: StatusDocument): Text {
  return [
    ...(rotated(document) ?? whatHappened(failureOf(document))),
    ` ${hasChangedSince(document) ? 'D' : 'Nothing has been changed since, d'}eliveries do not depend on this program.`,
    ...waitingCommit(document),
    ...nextSentence(document, 'try'),
  ];
}

function whatHappened({ request, status, requestId, message, kind }: FailureStatus): Text {
  if (request === undefined || kind === 'credentials' || kind === 'busy')
    // A path that it begins with stays as it is.
    return asSentence(
      sentencesOfMessage(message).replace(/^(?:a|the) /, (word) => word.charAt(0).toUpperCase() + word.slice(1)),
    );
  const id: Text = requestId === undefined ? [] : [', request id ', { code: oneLine(requestId, 80) }];
  if (status === undefined) return [{ code: request }, ' got no answer: ', ...asSentence(withoutRequest(message))];
  return [{ code: request }, ` answers ${status}`, ...id, '.'];
}

/** What was accepted before and is refused now: of all that a refusal may mean, the secret is what people change. */
function rotated(document: StatusDocument): Text | undefined {
  const { kind, request, message, requestId } = failureOf(document);
  const isOfSecret =
    kind === 'credentials' && request === 'POST /auth/token' && !/\bit is the (?:scope|signature)\b/i.test(message);
  if (!isOfSecret || document.observedAt === null) return undefined;
  const id = requestId === undefined ? undefined : oneLine(requestId, 80);
  const [said = ''] = oneLine(message, 400).split(/\. [A-Z]/, 1);
  const answer = id === undefined ? said : said.replace(` (request ${id})`, '');
  return [
    'The client secret may have been rotated: put the new one into ',
    { code: 'api.clientSecretFile' },
    ', it is read again without a restart. ',
    ...markedIn(clauseOfMessage(answer)),
    ...(id === undefined ? [] : [' (for Upvest: request ', { code: id }, ')']),
    '.',
  ];
}

/** The reason alone, of `GET /webhooks got no answer: connect ECONNREFUSED`. */
function withoutRequest(message: string): string {
  return sentencesOfMessage(/got no answer: ([^]+)$/.exec(message)?.[1] ?? message);
}

function hasChangedSince({ failingSince, passes, changes }: StatusDocument): boolean {
  if (failingSince === null) return false;
  const since = Date.parse(failingSince);
  const carriedOut = changes.some(
    ({ at, action }) => !['drift', 'adopt', 'withhold'].includes(action) && Date.parse(at) >= since,
  );
  const counted = passes
    .filter(({ startedAt }) => Date.parse(startedAt) >= since)
    .some(({ changes: { create, enable, update, delete: deletes } }) => create + enable + update + deletes > 0);
  return carriedOut || counted;
}

/** The checkout is read before the tenant: what is new there waits. */
function waitingCommit({ checkout, revision }: StatusDocument): Text {
  if (!checkout || checkout.revision.id === revision?.id) return [];
  const { id, author, subject } = checkout.revision;
  const about: Text = subject === undefined || subject === '' ? [] : [' ', { quote: oneLine(subject, MAX_SUBJECT) }];
  const by: Text = author === undefined ? [] : [' by ', ...authorOf({ author })];
  return [id.startsWith('sha256:') ? ' Content ' : ' Commit ', { code: shortId(id) }, ...about, ...by, ' waits.'];
}

function failureOf({ failure, lastPass }: StatusDocument): FailureStatus {
  return failure ?? { kind: 'other', message: lastPass?.error ?? 'the reason is not known' };
}
