/** Explains an entry that a subscription of the tenant stands in the way of: what, the ways out, and what is so meanwhile. */
import { differs } from '../../subscription/diff.ts';
import { lastChanged } from './authors.ts';
import {
  asSeen,
  type Explained,
  fieldsOf,
  listed,
  message,
  NOT_PRUNED,
  notDelivered,
  plain,
  sentence,
  type Situation,
  WHEN_SEEN,
} from './phrases.ts';

export function explainConflict(subscription: Explained, situation: Situation): readonly (string | undefined)[] {
  const { observed, settlement } = subscription;
  // Where the ways out are not told apart, they are at the end of the message, so it is not cut as others are.
  const why = settlement
    ? plain(settlement.why, 600).replace(/\.$/, '')
    : (message(subscription, 800) ?? 'See the log');
  return [
    sentence(`It cannot be carried out without a decision. ${why}`),
    settlement && waysOut(settlement),
    lastChanged(subscription),
    `Meanwhile ${observed ? 'the one on the tenant is left as it is' : 'it is not created'}, and ${NOT_PRUNED}.`,
    harm(subscription, situation),
  ];
}

function waysOut({ ways, mayOwn }: NonNullable<Explained['settlement']>): string {
  const { length } = ways;
  const count = length === 1 ? 'There is one way out, below' : `There are ${length} ways out, below`;
  return `${count}${mayOwn ? '; another is to let policy.owns cover it' : ''}.`;
}

/** What is not delivered while both wait for a decision: mostly the one that is there delivers the same. */
function harm({ desired, settlement }: Explained, { isStale }: Situation): string | undefined {
  // What a tombstone wants deleted does not go on delivering: policy.owns is no way out only there.
  if (!desired?.enabled || !settlement?.mayOwn) return undefined;
  const { other } = settlement;
  const [are, is] = isStale ? ['were', 'was'] : ['are', 'is'];
  const began = isStale ? `${WHEN_SEEN} the` : 'The';
  if (!other.enabled)
    return `${began} one on the tenant ${is} disabled, so the events of this entry ${are} not delivered.`;
  const fields = fieldsOf({ differs: differs(desired, other) });
  const missing = notDelivered({ desired, observed: other });
  const effects = [
    ...(fields.includes('url') ? [`events ${isStale ? 'went' : 'go'} to its url, not to the one in git`] : []),
    ...(missing === undefined ? [] : [`those of ${missing} ${are} not delivered`]),
  ];
  if (effects.length > 0) return `${began} one on the tenant ${is} enabled, but ${listed(effects)}.`;
  return `No harm ${isStale ? `was done${asSeen({ isStale })}` : 'meanwhile'}: the one on the tenant still ${isStale ? 'delivered' : 'delivers'} these events to the same url.`;
}
