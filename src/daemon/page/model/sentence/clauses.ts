/** The parts that sentences about the whole are made of: counts by state, a commit, and a clause for one subscription. */
import type { Revision } from '../../../../subscription/subscription.ts';
import type { StatusDocument, SubscriptionDocument } from '../../../status-document.ts';
import { authorOf, isOfTenant, MAX_SUBJECT, shortId } from '../doing.ts';
import { countsOf, rowsOf } from '../list.ts';
import { asSentence, clauseOfMessage, markedIn } from '../marks.ts';
import { isState, shownState } from '../states.ts';
import { oneLine, type Piece, type Text } from '../text.ts';
import { harmOf, named, refusedCount, refusedIn } from './harm.ts';

/** "1 change", "3 changes". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** An entry with an error in its file, or a removal that waits for such errors alone: git has to be fixed first. */
export function isOfFiles({ state, desired, source, guards }: SubscriptionDocument): boolean {
  if (state === 'Withheld') return guards?.length === 1 && guards[0] === 'invalid-checkout';
  return state === 'Failed' && desired === null && source !== undefined;
}

/** Those that are not as git wants them, the most worrying first. */
export function differingIn(document: Pick<StatusDocument, 'subscriptions'>): readonly SubscriptionDocument[] {
  const subscriptions = document.subscriptions.filter(
    ({ state }) => state !== 'InSync' && state !== 'Suspended' && state !== 'Unmanaged',
  );
  return rowsOf({ subscriptions });
}

/** It is as git wants it, or about to be deleted as git wants, and yet not done with: contested, in quarantine. */
export function isSettled({ state, desired, observed, differs }: SubscriptionDocument): boolean {
  return state === 'Quarantined' || (state === 'Contested' && desired && observed ? differs.length === 0 : false);
}

/** Those that are other than git wants them. */
export function apartIn(document: Pick<StatusDocument, 'subscriptions'>): readonly SubscriptionDocument[] {
  return differingIn(document).filter((each) => !isSettled(each));
}

/** "1 drifted, 1 withheld by max-deletes". */
export function byState(differing: readonly SubscriptionDocument[]): string {
  const counts: string[] = [];
  for (const { state, count } of countsOf({ subscriptions: differing })) {
    const broken =
      state === 'Failed' ? differing.filter((each) => each.state === 'Failed' && isOfFiles(each)).length : 0;
    if (count > broken)
      counts.push(`${count - broken} ${shownState(state).counted}${state === 'Withheld' ? guardsOf(differing) : ''}`);
    if (broken > 0) counts.push(`${broken} with ${broken === 1 ? 'an error' : 'errors'} in git`);
  }
  return counts.join(', ');
}

function guardsOf(differing: readonly SubscriptionDocument[]): string {
  const guards = new Set(differing.flatMap((each) => each.guards ?? []));
  return guards.size === 0 ? '' : ` by ${[...guards].join(' and ')}`;
}

/** `8f3c1e9` “subject”, author. */
export function revisionText(revision: Revision | null): Text {
  if (revision === null) return ['git'];
  const { id, subject, author, dirty } = revision;
  return [
    { code: shortId(id) },
    ...(dirty ? [' and what is not committed'] : []),
    ...(subject === undefined || subject === '' ? [] : [' ', { quote: oneLine(subject, MAX_SUBJECT) }]),
    ...(author === undefined || author === '' ? [] : [', ', ...authorOf({ author })]),
  ];
}

/** "next look in 23 s", "looking now"; empty where neither is known. `noun`: with "next" in front. */
export function nextLook({ passing, nextPassAt }: StatusDocument, noun = 'next look'): Text {
  if (passing) return ['looking now'];
  return nextPassAt === null ? [] : [`${noun} in\u00a0`, { countdown: nextPassAt }];
}

/** The same as a sentence of its own: "Next try in 2 min 10 s." */
export function nextSentence({ passing, nextPassAt }: StatusDocument, noun: 'look' | 'try'): Text {
  if (passing) return [noun === 'try' ? ' It is being tried now.' : ' It looks now.'];
  return nextPassAt === null ? [] : [` Next ${noun} `, ...inStrong(nextPassAt), '.'];
}

function inStrong(at: string): Text {
  return [{ strong: 'in\u00a0' }, { countdown: at, isStrong: true }];
}

/** What happens to each, where there are at most two; else the worst and how many there are beside it. */
export function clausesOf(differing: readonly SubscriptionDocument[], document: StatusDocument): Text {
  const [worst, second, ...others] = differing;
  if (!worst) return [];
  const first = clauseOf(worst, document);
  if (!second) return first;
  const all = ofOneCommit(differing);
  if (all && differing.every(isWithheld)) return [...all, ' ', ...decisionOn(worst)];
  if (others.length === 0) return [...first, ' ', ...clauseOf(second, document)];
  const rest = [second, ...others];
  const shared = ofOneCommit(rest);
  return [...first, ' ', ...(shared ?? [`${rest.length} others ${rest.every(isSettled) ? 'are watched' : 'differ'}.`])];
}

function isWithheld({ state }: SubscriptionDocument): boolean {
  return state === 'Withheld';
}

/** Several that one commit is the reason of: who made it, and what that means. Undefined: they have no such commit. */
function ofOneCommit(subscriptions: readonly SubscriptionDocument[]): Text | undefined {
  const [{ commit } = {}, second] = subscriptions;
  if (!commit || !second || !subscriptions.every((each) => each.commit?.id === commit.id && !isOfTenant(each)))
    return undefined;
  const by: Text = [' by ', ...authorOf(commit), ' in ', { code: shortId(commit.id) }];
  if (!subscriptions.every(isWithheld)) return [`${subscriptions.length} others differ, all`, ...by, '.'];
  const deliver = subscriptions.every(({ enabled }) => enabled !== false) ? ', all still deliver' : '';
  return [`${subscriptions.length} deletes`, ...by, ` are withheld; nothing was deleted${deliver}.`];
}

function decisionOn(worst: SubscriptionDocument): Text {
  return [`They ${waitsFor(worst).replace(/^waits/, 'wait')}.`];
}

/** Whose doing it is, and what happens next: one sentence about one subscription. */
export function clauseOf(subscription: SubscriptionDocument, document: StatusDocument): Text {
  const name = named(subscription);
  const { state, error, desired, until, differs } = subscription;
  const said = error ? clauseOfMessage(error.message) : undefined;
  const reason = (otherwise: string): Text => asSentence(said ?? otherwise);
  const isNamed = error?.requestId === undefined || said?.includes(error.requestId);
  const request: Text = isNamed ? [] : [' (request ', { code: oneLine(error?.requestId ?? '', 60) }, ')'];
  if (!isState(state)) return [name, ` is ${shownState(state).counted}.`];
  switch (state) {
    case 'Failed':
      if (isOfFiles(subscription))
        return [name, ...because('changed', subscription), ' has an error in git: ', ...reason('see its file')];
      return [
        ...(desired ? [] : ['The delete of ']),
        name,
        ...(isOfTenant(subscription) ? [] : because(verbOf(subscription), subscription)),
        ` could not be ${attempted(subscription)}: `,
        ...markedIn(said ?? 'the reason is not known'),
        ...request,
        '. It is tried again.',
      ];
    case 'Conflict':
      return [
        name,
        ...because('changed', subscription),
        ' waits for a decision: ',
        ...reason('something is in its way'),
      ];
    case 'NotConverging':
      return [
        'The API accepts the change of ',
        name,
        ' and then shows something else',
        ...inFields(differs),
        '. It is tried again, less and less often.',
      ];
    case 'Drifted':
      return [name, ` was ${happenedTo(subscription)} on the tenant by somebody`, ...putBack(subscription, document)];
    case 'Contested':
      return [
        name,
        ' is changed again and again on the tenant by somebody; it is put back less and less often',
        ...nextCorrection(subscription),
        ...meanwhile(subscription),
      ];
    case 'Withheld':
      return ['The delete of ', name, ...because('removed', subscription), ` ${waitsFor(subscription)}.`];
    case 'Pending':
      return pendingClause(name, subscription, said && reason(''), document);
    case 'Quarantined':
      return [
        name,
        ...because('removed', subscription),
        ' is disabled',
        ...(until === undefined
          ? [' and is deleted later.']
          : [' and is deleted ', { time: until, until: true, at: true } as const, '.']),
      ];
    case 'Suspended':
    case 'InSync':
    case 'Unmanaged':
      return [name, ` is ${shownState(state).counted}.`];
  }
}

function nextCorrection({ retryAt }: SubscriptionDocument): Text {
  return retryAt === undefined ? ['.'] : [', next ', { time: retryAt, seconds: true, at: true }, '.'];
}

/** Where its events go until then. */
function meanwhile(subscription: SubscriptionDocument): Text {
  const harm = harmOf(subscription);
  return harm ? [' Now it', ...harm, '.'] : [];
}

/** What git did. */
function verbOf({ desired, observed }: SubscriptionDocument): 'changed' | 'added' | 'removed' {
  if (desired === null) return 'removed';
  return observed === null ? 'added' : 'changed';
}

/** What was tried for it. */
function attempted(subscription: SubscriptionDocument): string {
  const { desired, observed } = subscription;
  if (desired === null) return 'carried out';
  if (observed === null) return 'created';
  return isOfTenant(subscription) ? 'put back' : 'updated';
}

function inFields(differs: SubscriptionDocument['differs']): Text {
  return differs.flatMap(({ field }, at): Text => [at === 0 ? ' in ' : ' and ', { code: field }]);
}

function happenedTo({ observed, differs }: SubscriptionDocument): string {
  if (observed === null) return 'deleted';
  const [first, second] = differs;
  return first?.field === 'enabled' && !second ? (first.from === false ? 'disabled' : 'enabled') : 'changed';
}

/** ", removed by Trading team in 9c4e1fa,"; nothing where the commit is not known. */
function because(verb: 'changed' | 'added' | 'removed', { commit }: SubscriptionDocument): Text {
  if (!commit) return [];
  const did = commit.removed || verb !== 'removed' ? verb : 'last changed';
  return [`, ${did} by `, ...authorOf(commit), ' in ', { code: shortId(commit.id) }, ','];
}

function waitsFor({ guards = [] }: SubscriptionDocument): string {
  if (guards.includes('empty-checkout') || guards.includes('max-deletes') || guards.includes('max-surplus'))
    return 'waits for a decision';
  if (guards.includes('invalid-checkout')) return 'waits until the errors in git are fixed';
  if (guards.includes('freeze')) return 'waits for the end of the freeze window';
  return guards.includes('unfinished') ? 'waits until everything wanted stands' : 'waits for a decision';
}

function putBack({ observed }: SubscriptionDocument, document: StatusDocument): Text {
  const verb = observed === null ? 'is created again' : 'is put back';
  if (document.mode === 'create' && observed !== null)
    return ['. Mode create changes nothing that exists: it stays so.'];
  return [` and ${verb} `, ...inNextPass(document), '.'];
}

function inNextPass({ passing, nextPassAt }: StatusDocument): Text {
  if (passing) return ['in the pass that runs ', { strong: 'now' }];
  return nextPassAt === null ? ['in the next pass'] : ['in the next pass, ', ...inStrong(nextPassAt)];
}

function pendingClause(
  name: Piece,
  subscription: SubscriptionDocument,
  reason: Text | '' | undefined,
  document: StatusDocument,
): Text {
  const { desired, observed } = subscription;
  const { mode } = document;
  const whose = isOfTenant(subscription) ? [] : because(verbOf(subscription), subscription);
  const start = [...(desired === null ? ['The delete of '] : []), name, ...whose, ' '];
  if (reason) return [...start, 'waits: ', ...reason];
  if (mode === 'create' && observed !== null)
    return [...start, 'stays as it is: mode create changes nothing that exists.'];
  if (mode === 'upsert' && desired === null) return [...start, 'is not carried out: mode upsert deletes nothing.'];
  const does = desired === null ? 'is carried out' : observed === null ? 'is created' : 'is updated';
  return [...start, `${does} `, ...inNextPass(document), '.'];
}

export function sinceText({ inSyncSince }: StatusDocument): Text {
  return inSyncSince === null ? [] : [', ', { strong: 'since ' }, { time: inSyncSince, isStrong: true }];
}

export function joined(first: Text, second: Text): Text {
  return second.length === 0 ? first : [...first, '; ', ...second];
}

export function ofAll(count: number, { subscriptions }: StatusDocument): string {
  return `${count} of ${subscriptions.length}`;
}

/** "; 3 errors in git", where no entry stands for them, and receivers that take nothing. */
export function alsoText(document: StatusDocument): string {
  const errors = untoldErrors(document);
  const refused = refusedIn(document);
  return `${errors === 0 ? '' : `; ${counted(errors, 'error')} in git`}${refused.length === 0 ? '' : `; ${refusedCount(refused)}`}`;
}

/** How many errors the files have, where no entry stands for them. */
export function untoldErrors({ checkoutErrors, subscriptions }: StatusDocument): number {
  return subscriptions.some((each) => each.state === 'Failed' && isOfFiles(each)) ? 0 : checkoutErrors;
}
