/**
 * The one sentence: is the tenant what git says, since when, what differs, whose doing was it, what happens next. The
 * situations are asked from the top, and the first that applies is told. Only "in sync" is green.
 */
import type { StatusDocument, SubscriptionDocument } from '../../status-document.ts';
import { apartIn, differingIn, isOfFiles, nextSentence } from './sentence/clauses.ts';
import { failingNext, failingStrong, gitWait, lastSeen, readAgain, waitingStrong } from './sentence/failing.ts';
import { unlessLate } from './sentence/late.ts';
import { frozen } from './sentence/frozen.ts';
import { atRest, differs, errors, inSync, observing, type Told } from './sentence/situations.ts';
import { standby } from './sentence/standby.ts';
import { toneOf, unsaidReason } from './sentence/unwell.ts';
import { asSentence, sentencesOfMessage } from './marks.ts';
import { oneLine, type Text } from './text.ts';
import { clockTime, plainText, span } from './time.ts';
import { hostOf } from './urls.ts';

/**
 * `paused`: the tab is hidden. `connecting`: it is seen again, and nothing has come yet. `since`: when the daemon was heard
 * of last. `why`: what a server says that refuses the page. Times in epoch ms.
 */
export type Contact =
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number; readonly why?: string }
  | { readonly kind: 'connecting' | 'paused'; readonly since: number };

export interface Sentence extends Omit<Told, 'short'> {
  /** The title of the tab. */
  readonly tab: string;
  /** False: nobody knows whether rows still are what they were. */
  readonly isSeen: boolean;
  readonly button: { readonly label: 'Reconcile now' | 'Look now'; readonly note?: string };
}

/** `document` undefined: none has come yet. `now`: epoch ms, by the clock of whoever looks. */
export function sentenceOf(document: StatusDocument | undefined, contact: Contact, now: number): Sentence {
  const { short, ...told } =
    contact.kind === 'connecting' || contact.kind === 'paused'
      ? asOf(contact.since, document, now)
      : tell(document, contact, now);
  const isSeen = contact.kind === 'live' && !OUT_OF_DATE.has(told.situation);
  const begins = plainText(short ?? told.strong, now).replace(/[:;]$/, '');
  // A hidden tab is not kept up to date, so its title says of when it is.
  const isOfThen = contact.kind === 'connecting' || contact.kind === 'paused';
  const of = isOfThen && document?.observedAt ? ` at ${clockTime(document.observedAt, now, { isKept: true })}` : '';
  const host = document ? ` · ${hostOf(document.tenant.url) ?? oneLine(document.tenant.url, 80)}` : '';
  return { ...told, tab: `${begins}${of}${host}`, isSeen, button: buttonOf(document, contact) };
}

/** What is told is of a look before, so that rows say what they were. */
const OUT_OF_DATE: ReadonlySet<Told['situation']> = new Set(['failing', 'waiting', 'late']);

/** Nothing has been heard since: what is told is of then, is no reason for green, and says nothing of what comes next. */
function asOf(since: number, document: StatusDocument | undefined, now: number): Told {
  const told = tell(document && { ...document, passing: null, nextPassAt: null }, { kind: 'live' }, now);
  if (!document) return told;
  return {
    ...told,
    tone: 'held',
    shape: told.shape === 'InSync' ? 'Stale' : told.shape,
    strong: ['As of ', { time: new Date(since).toISOString(), seconds: true }, ': ', ...told.strong],
    short: told.short ?? told.strong,
  };
}

function tell(document: StatusDocument | undefined, contact: Contact, now: number): Told {
  if (contact.kind === 'lost') return noContact(document, contact);
  if (!document || (document.observedAt === null && document.failingSince === null)) return starting(document, now);
  const wait = gitWait(document, now);
  if (wait === 'long') return waiting(document);
  if (wait !== 'brief' && document.failingSince !== null) return failing(document, now);
  const told = unlessLate(unlessUnwell(seen(document, now), document), document, now);
  return wait === 'brief' ? interrupted(told, document) : told;
}

/** What `/healthz` complains of is said, and nothing is green meanwhile. */
function unlessUnwell(told: Told, document: StatusDocument): Told {
  const reason = unsaidReason(document);
  // Where all is in sync, the sentence itself says it.
  if (reason === undefined || told.situation === 'in sync') return told;
  const also = asSentence(sentencesOfMessage(reason).replace(/^[a-z]/, (letter) => letter.toUpperCase()));
  return { ...told, tone: toneOf(told.tone, document), next: [...(told.next ? [...told.next, ' '] : []), ...also] };
}

/** Checkout and tenant could be read. */
function seen(document: StatusDocument, now: number): Told {
  if (document.hold === 'standby' || !document.leader) return standby(document);
  if (document.hold === 'observe' || document.mode === 'observe') return observing(document);
  if (document.hold === 'freeze') return frozen(document, now);
  const differing = apartIn(document);
  const isOfGit = document.checkoutErrors > 0 && differing.every(isOfFiles);
  if (differing.length > 0 && !isOfGit) return differs(document);
  if (isOfGit) return errors(document);
  if (document.subscriptions.some(({ state }) => state === 'Suspended') || differingIn(document).length > 0)
    return atRest(document);
  return inSync(document);
}

function noContact(document: StatusDocument | undefined, contact: Extract<Contact, { kind: 'lost' }>): Told {
  const since = { time: new Date(contact.since).toISOString(), seconds: true };
  const tryAgain: Text = ['Trying again in\u00a0', { countdown: new Date(contact.retryAt).toISOString() }, '.'];
  if (contact.why !== undefined) {
    return {
      situation: 'no contact',
      tone: 'held',
      shape: 'Unmanaged',
      strong: ['This page is refused:'],
      rest: [oneLine(contact.why, 300)],
      next: [...(document ? ['What follows is of ', since, '. '] : []), ...tryAgain],
      short: ['Refused'],
    };
  }
  return {
    situation: 'no contact',
    tone: 'held',
    shape: 'Unmanaged',
    strong: ['No contact since ', since, ';'],
    rest: [document ? 'what follows is of then' : 'nothing is known yet'],
    next: tryAgain,
    short: ['No contact'],
  };
}

/** A first pass that takes longer than this is said to do so. */
const LONG_MS = 30_000;

function starting(document: StatusDocument | undefined, now: number): Told {
  const began = document?.passing?.startedAt;
  const hasRunMs = began === undefined ? 0 : now - Date.parse(began);
  const stuck: Text =
    began === undefined || hasRunMs < LONG_MS
      ? []
      : [' The first pass began at ', { time: began, seconds: true }, ` and has not ended in ${span(hasRunMs)}.`];
  const due = document?.passing ? [] : document ? nextSentence(document, 'look') : [];
  return {
    situation: 'starting',
    tone: 'held',
    shape: 'Pending',
    strong: [document ? 'Looking for the first time' : 'Connecting'],
    rest: [],
    next: ['Nothing is known yet.', ...stuck, ...due],
  };
}

function failing(document: StatusDocument, now: number): Told {
  const since = document.failingSince === null ? [] : [' since ', { time: document.failingSince }];
  return {
    situation: 'failing',
    tone: 'bad',
    shape: 'Failed',
    strong: failingStrong(document),
    rest: lastSeen(document),
    next: failingNext(document),
    short: [plainText(['Failing', ...since], now)],
  };
}

/** Nothing of what was seen is doubted for the seconds that a git command takes. */
function interrupted(told: Told, document: StatusDocument): Told {
  return { ...told, next: [...(told.next ? [...told.next, ' '] : []), ...readAgain(document)] };
}

function waiting(document: StatusDocument): Told {
  return {
    situation: 'waiting',
    tone: 'held',
    shape: 'Pending',
    strong: waitingStrong(document),
    rest: lastSeen(document),
    next: failingNext(document),
  };
}

function buttonOf(document: StatusDocument | undefined, contact: Contact): Sentence['button'] {
  if (contact.kind === 'lost') return { label: 'Reconcile now', note: 'No contact: nothing can be asked for' };
  if (document && (document.hold === 'standby' || !document.leader))
    return { label: 'Look now', note: 'Only the leader changes anything' };
  if (document?.hold === 'observe' || document?.mode === 'observe')
    return { label: 'Look now', note: 'Mode observe changes nothing' };
  if (document?.hold === 'freeze') return { label: 'Look now', note: 'Changes nothing while frozen' };
  if (document?.failure?.kind === 'credentials') return { label: 'Look now', note: 'Tries the credentials again' };
  const differing = differingIn(document ?? { subscriptions: [] });
  const isUndecided = ({ state, guards = [] }: SubscriptionDocument) =>
    state === 'Conflict' || (state === 'Withheld' && guards.some((guard) => guard !== 'unfinished'));
  if (differing.length > 0 && differing.every(isUndecided))
    return { label: 'Look now', note: 'Changes nothing before a decision' };
  return { label: 'Reconcile now' };
}
