/** What `/healthz` has against this program beside what the sentence says: a page that is green then is not to be trusted. */
import type { StatusDocument } from '../../../status-document.ts';
import type { Tone } from '../states.ts';

/** What every sentence tells in its own words: guards, passes that fail or leave something undone, counts of states. */
const TOLD = /withheld \(|^the last pass (?:failed|left)|^the first pass|^\d+ more /;

/** A reason that the sentence does not say already; undefined: there is none. */
export function unsaidReason({ health, subscriptions, problems, lease }: StatusDocument): string | undefined {
  if (!health || health.status === 'ok') return undefined;
  const titles = subscriptions.filter(({ state }) => state !== 'InSync').map(({ title }) => `"${title}"`);
  const places = problems.map(({ file, line }) => `${file}:${line}:`);
  return health.reasons.find(
    (reason) =>
      !TOLD.test(reason) &&
      !places.some((place) => reason.startsWith(place)) &&
      !titles.some((title) => reason.includes(title)) &&
      !(lease?.trouble !== undefined && reason.includes(lease.trouble)),
  );
}

/** Nothing is green that `/healthz` calls otherwise. */
export function toneOf(tone: Tone, { health }: StatusDocument): Tone {
  if (!health || health.status === 'ok' || tone === 'bad' || tone === 'warn') return tone;
  return health.status === 'failing' ? 'bad' : 'warn';
}
