/**
 * The one sentence: is the tenant what git says, since when, what differs, whose doing was it, what happens next. The
 * situations are asked from the top, and the first that applies is told. Only "in sync" is green.
 */
import type { StatusDocument } from '../../status-document.ts';
import { differingIn, isOfFiles, nextSentence } from './sentence/clauses.ts';
import { failingNext, failingStrong, gitWait, lastSeen, readAgain, waitingStrong } from './sentence/failing.ts';
import { unlessLate } from './sentence/late.ts';
import { differs, errors, frozen, inSync, observing, standby, suspended, type Told } from './sentence/situations.ts';
import { oneLine, type Text } from './text.ts';
import { plainText, span } from './time.ts';
import { hostOf } from './urls.ts';

/**
 * `paused`: the tab is hidden. `connecting`: it is seen again, and nothing has come yet. `since`: when the daemon was heard
 * of last. Times in epoch ms.
 */
export type Contact =
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number }
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
  const of = isOfThen && document?.observedAt ? plainText([' at ', { time: document.observedAt }], now) : '';
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
  if (wait === 'brief') return interrupted(unlessLate(seen(document, now), document, now), document);
  return document.failingSince === null ? unlessLate(seen(document, now), document, now) : failing(document, now);
}

/** Checkout and tenant could be read. */
function seen(document: StatusDocument, now: number): Told {
  if (document.hold === 'standby' || !document.leader) return standby(document);
  if (document.hold === 'observe' || document.mode === 'observe') return observing(document);
  if (document.hold === 'freeze') return frozen(document, now);
  const differing = differingIn(document);
  const isOfGit = document.checkoutErrors > 0 && differing.every(isOfFiles);
  if (differing.length > 0 && !isOfGit) return differs(document);
  if (isOfGit) return errors(document);
  if (document.subscriptions.some(({ state }) => state === 'Suspended')) return suspended(document);
  return inSync(document);
}

function noContact(document: StatusDocument | undefined, contact: Extract<Contact, { kind: 'lost' }>): Told {
  const since = { time: new Date(contact.since).toISOString(), seconds: true };
  return {
    situation: 'no contact',
    tone: 'held',
    shape: 'Stale',
    strong: ['No contact since ', since, ';'],
    rest: [document ? 'what follows is of then' : 'nothing is known yet'],
    next: ['Trying again in\u00a0', { countdown: new Date(contact.retryAt).toISOString() }, '.'],
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
    strong: ['Looking for the first time'],
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
  return { label: 'Reconcile now' };
}
