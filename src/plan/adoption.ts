/** Whether a subscription that is not ours may become ours. */
import type { Owns, Policy } from '../config/config.ts';
import type { Desired, Observed } from '../subscription.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { isSameValue } from './same-value.ts';
import { quoted } from '../printable.ts';

/**
 * Why `policy.adopt` does not let `desired` take over `observed`, which has its title or its pinned id and is not
 * owned, and how to mend that; undefined: it does. A pinned id is the approval, except under `never`.
 */
export function refusal(
  { adopt, owns }: Pick<Policy, 'adopt' | 'owns'>,
  desired: Desired,
  observed: Observed,
): string | undefined {
  const who = `${quoted(observed.title)} (${observed.id}) exists on the tenant and is not owned${because(owns)}`;
  if (adopt === 'never') {
    return (
      `${who}; policy.adopt is never, so it is not taken over. ` +
      'Let policy.owns cover it, or set policy.adopt to exact or title.'
    );
  }
  if (adopt === 'title' || desired.id !== undefined || isExact(desired, observed)) return undefined;
  return (
    `${who}; policy.adopt is exact, so it is taken over only with an equal url: ` +
    `it has ${quoted(observed.url)}, the checkout wants ${quoted(desired.url)}. ` +
    'If it is ours, let policy.owns cover it (then its url may change), ' +
    `or pin it with reconcile.id: ${observed.id}, or set policy.adopt to title.`
  );
}

function isExact(desired: Desired, observed: Observed): boolean {
  return (
    normaliseTitle(desired.title) === normaliseTitle(observed.title) && isSameValue('url', desired.url, observed.url)
  );
}

function because(owns: Owns): string {
  return owns.length === 0 ? ' (policy.owns is empty: nothing is)' : ' (policy.owns does not cover it)';
}
