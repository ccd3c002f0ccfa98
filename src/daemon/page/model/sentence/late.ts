/** When the next look does not come or does not end: what was seen last is then too old to be relied on. */
import type { StatusDocument } from '../../../status-document.ts';
import { apartIn, revisionText } from './clauses.ts';
import type { Told } from './situations.ts';
import type { Text } from '../text.ts';

/** A look takes seconds, and comes within a second of its time. */
const GRACE_MS = 120_000;

/**
 * Of what was seen in time, the same; else of when it is, and what is waited for. A pass that takes long because it has
 * much to do leaves what it says as it is, but for that all is well. `now`: epoch ms.
 */
export function unlessLate(told: Told, document: StatusDocument, now: number): Told {
  const { observedAt, passing } = document;
  if (observedAt === null || !isLate(document, now)) return told;
  if (passing && !passing.isOverdue && told.tone !== 'ok') return told;
  return {
    situation: 'late',
    tone: 'held',
    shape: told.shape === 'InSync' ? 'Stale' : told.shape,
    strong: ['Last look at ', { time: observedAt }, ':'],
    rest: seenThen(document),
    next: [...waitedFor(document), ' If nothing comes of it, see the log of this program.'],
  };
}

function isLate({ passing, nextPassAt, observedAt }: StatusDocument, now: number): boolean {
  if (passing) return passing.isOverdue === true || now - Date.parse(passing.startedAt) > GRACE_MS;
  if (nextPassAt === null || observedAt === null) return false;
  // A look that was asked for may have come in place of the planned one.
  return now - Math.max(Date.parse(nextPassAt), Date.parse(observedAt)) > GRACE_MS;
}

function seenThen(document: StatusDocument): Text {
  const { length } = apartIn(document);
  if (length === 0) return ['in sync with ', ...revisionText(document.revision)];
  return [`${length} of ${document.subscriptions.length} differed`];
}

function waitedFor({ passing, nextPassAt }: StatusDocument): Text {
  if (!passing)
    return nextPassAt === null ? [] : ['The look of ', { time: nextPassAt, seconds: true }, ' has not come.'];
  const since = { time: passing.startedAt, seconds: true };
  return ['Looking since ', since, passing.isOverdue ? ', longer than a pass may take: it is being stopped.' : '.'];
}
