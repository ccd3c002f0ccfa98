/** Explains subscriptions that git does not want: those that go, those that a guard holds, and those that stay. */
import { quoted } from '../../base/text.ts';
import { did, shortId } from './authors.ts';
import {
  allows,
  asSeen,
  cited,
  type Explained,
  instant,
  isFrozen,
  leaderOf,
  message,
  outlook,
  plain,
  sentence,
  type Situation,
  WHEN_SEEN,
} from './phrases.ts';
import { guardsOf, tombstoneWords, whyWithheld } from './guards.ts';

type Sentences = readonly (string | undefined)[];

export function explainUnwanted(subscription: Explained, situation: Situation): Sentences {
  switch (subscription.state) {
    case 'Pending':
      return pending(subscription, situation);
    case 'Failed':
      return failed(subscription, situation);
    case 'NotConverging':
      return notConverging(subscription, situation);
    case 'Quarantined':
      return quarantined(subscription, situation);
    case 'Withheld':
      return withheld(subscription, situation);
    case 'Unmanaged':
      return unmanaged(subscription, situation);
    // A subscription that nothing wants is never in one of these states.
    case 'InSync':
    case 'Drifted':
    case 'Conflict':
    case 'Suspended':
    case 'Contested':
      return [whoseDoing(subscription)];
  }
}

/** Who no longer wants it. The commit of the entry of its title is not meant where that has another subscription. */
function whoseDoing({ because, commit }: Explained): string {
  if (because === 'surplus') return 'It is a duplicate: the entry of its title has another subscription.';
  if (commit?.removed) return `${did(commit, 'removed it from git')}.`;
  if (because !== 'tombstone') return 'Git does not want it; which commit removed it is not known.';
  return (
    sentence(did(commit, 'wrote the tombstone that wants it deleted')) ??
    'A tombstone (state: absent) in git wants it deleted.'
  );
}

/** How to keep it: the way back. */
function wayBack({ because, commit }: Explained): string {
  if (because === 'surplus') return 'give it an entry of its own';
  // Any other commit is one that wrote the entry.
  const isItsDoing = commit?.removed !== undefined || because === 'tombstone';
  if (commit && isItsDoing && !commit.isOldestKnown) return `revert ${shortId(commit)}`;
  return because === 'tombstone' ? 'take the tombstone out' : 'write its entry again';
}

/** What a pass does to it, and whether that ends at once what its queue holds. */
function isQuarantine({ because, observed }: Explained, { policy }: Situation): boolean {
  return policy.quarantineMs > 0 && because !== 'tombstone' && observed?.enabled === true;
}

function removing(subscription: Explained, situation: Situation): string {
  return isQuarantine(subscription, situation)
    ? 'disables it, and deletes it once policy.quarantine is over'
    : 'deletes it for good, with what its delivery queue holds';
}

function goesOn({ observed }: Explained, { isStale }: Situation): string {
  if (isStale) {
    return observed?.enabled === false
      ? `${WHEN_SEEN} it was disabled: it delivered nothing.`
      : `${WHEN_SEEN} it was enabled and delivering.`;
  }
  return observed?.enabled === false
    ? `Meanwhile it stays, disabled: it delivers nothing.`
    : `Meanwhile it stays enabled and goes on delivering.`;
}

function pending(subscription: Explained, situation: Situation): Sentences {
  const waits = message(subscription, 300);
  return [
    whoseDoing(subscription),
    sentence(waits && `It waits: ${waits}`),
    outlook('remove', removing(subscription, situation), situation),
    goesOn(subscription, situation),
    `If it is to stay, ${wayBack(subscription)}.`,
  ];
}

function failed(subscription: Explained, situation: Situation): Sentences {
  const { error } = subscription;
  const what = isQuarantine(subscription, situation) ? 'disable' : 'delete';
  return [
    whoseDoing(subscription),
    sentence(`The last try to ${what} it failed: ${message(subscription, 300) ?? 'see the log'}`),
    outlook('remove', 'tries again', situation),
    goesOn(subscription, situation),
    error?.requestId === undefined
      ? undefined
      : `If that does not end, give Upvest the request id ${plain(error.requestId, 80)}.`,
  ];
}

function notConverging(subscription: Explained, situation: Situation): Sentences {
  return [
    whoseDoing(subscription),
    'It was to be disabled before it is deleted: the API answered success and still shows it enabled.',
    outlook('remove', 'tries again', situation),
    goesOn(subscription, situation),
    'Ask Upvest why.',
  ];
}

function quarantined(subscription: Explained, situation: Situation): Sentences {
  const until = instant(subscription.until);
  const end = until ? `at ${until}` : 'later';
  return [
    whoseDoing(subscription),
    situation.isStale
      ? `It was in quarantine${asSeen(situation)}: disabled, so it delivered nothing, and due to be deleted ${end}.`
      : `It is in quarantine: disabled, so it delivers nothing, and due to be deleted ${end}.`,
    isFrozen(situation) || !allows(situation.mode, 'remove') || situation.hold
      ? outlook('remove', 'deletes it if it is due by then', situation)
      : 'The first pass after that deletes it, unless a guard holds it.',
    `To keep it, ${wayBack(subscription)} before that: the same id is then enabled again.`,
  ];
}

function withheld(subscription: Explained, situation: Situation): Sentences {
  const { mode, hold, holder } = situation;
  const { why, howToLift } = whyWithheld(subscription, situation);
  const isUnread = mayBeUnread(subscription, situation);
  return [
    isUnread ? 'No entry that can be read has it: its own may be one of those with errors.' : whoseDoing(subscription),
    why,
    goesOn(subscription, situation),
    `${howToLift}; if it is to stay, ${isUnread ? 'see that its entry is there' : wayBack(subscription)}.`,
    mode === 'observe' ? 'Mode observe deletes nothing either way.' : undefined,
    hold === 'standby' ? `This instance is on standby: ${leaderOf(holder)} decides.` : undefined,
  ];
}

/** Files have errors and no commit is known to have removed it, so that nobody can say that git does not want it. */
function mayBeUnread(subscription: Explained, situation: Situation): boolean {
  const { because, commit } = subscription;
  return because === 'pruned' && !commit?.removed && guardsOf(subscription, situation).includes('invalid-checkout');
}

function unmanaged(subscription: Explained, { mode, policy }: Situation): Sentences {
  const { because, keptFor, observed, commit, conflictWith } = subscription;
  const removed = commit?.removed ? sentence(did(commit, 'removed it from git')) : undefined;
  const entry = keptFor === undefined ? 'an entry' : `the entry ${quoted(cited(keptFor, 100))}`;
  if (!observed) {
    return [
      'The API lists it without a usable title or url, so nobody can say what it is for: it is not touched.',
      'An entry that may mean it waits. Look at it by its id at Upvest, and fix or delete it there.',
    ];
  }
  switch (because ?? 'not-owned') {
    case 'mode':
      return [
        removed,
        `Git does not want it, but mode ${mode} deletes nothing: it stays and is not managed.`,
        'With policy.mode: sync a pass removes it, unless a guard holds that; to keep it, write an entry for it.',
      ];
    case 'may-mean':
      return [
        `It is owned and no entry has it, but ${entry} is suspended or in conflict and may mean it: it is kept until that is settled.`,
        'See that entry for how.',
      ];
    case 'beside':
      return [
        `It is owned and no entry has it, but ${entry} names it in reconcile.beside: it is kept as long as it does.`,
        'To have it managed, write an entry for it; to have it deleted, take it out of reconcile.beside.',
      ];
    case 'not-owned':
    case 'pruned':
    case 'surplus':
    case 'tombstone':
      return [
        removed,
        'Git does not want it and policy.owns does not cover it: it is neither changed nor deleted here.',
        removed === undefined ? 'Who made it is not known.' : undefined,
        ...(conflictWith === undefined
          ? [toManage(policy), toDelete(subscription, policy)]
          : [
              `The entry ${quoted(cited(conflictWith, 100))} is in conflict with it: the ways to settle that are there.`,
            ]),
      ];
  }
}

function toManage({ adopt }: Situation['policy']): string {
  return adopt === 'never'
    ? 'To have it managed, let policy.owns cover it and write an entry for it.'
    : 'To have it managed, write an entry with its title and url.';
}

function toDelete(subscription: Explained, { tombstones }: Situation['policy']): string {
  return tombstones === 'any'
    ? `To have it deleted, write a tombstone (${tombstoneWords(subscription)}) for it.`
    : 'To have it deleted, let policy.owns cover it.';
}
