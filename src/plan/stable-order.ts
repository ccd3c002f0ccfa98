/** Orders that depend on values alone, so that a plan is the same however files, documents and pages were ordered. */
import { formatPosition, type Desired, type Observed } from '../subscription.ts';

/** By UTF-16 code unit: no locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Oldest first, then by id. */
export function byAge(a: Observed, b: Observed): number {
  return instant(a.created_at) - instant(b.created_at) || compareText(a.id, b.id);
}

/** By title, then oldest first. */
export function byTitle(a: Observed, b: Observed): number {
  return compareText(a.title, b.title) || byAge(a, b);
}

/** By title; what comes after it decides between entries that contradict each other only. */
export function byEntry(a: Desired, b: Desired): number {
  return (
    compareText(a.title, b.title) ||
    compareText(a.url, b.url) ||
    compareText(a.id ?? '', b.id ?? '') ||
    compareText(formatPosition(a.source), formatPosition(b.source))
  );
}

/** The number of fraction digits varies, so instants are compared, not texts. One nobody can read counts as the newest. */
function instant(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms;
}
