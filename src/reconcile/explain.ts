/**
 * Explains one subscription to an engineer on call who did not write the YAML: why it is as it is, whose doing that is,
 * what happens next, and which setting or command would change it. Values only: no clock, no I/O.
 */
import { quoted } from '../base/text.ts';
import { fieldOf, FIELDS, isSameValue, isSpelling } from '../subscription/fields.ts';
import { RECEIVER_FIXES } from '../upvest/wire.ts';
import {
  changedInGit,
  changedOnTenant,
  isSwitched,
  isUnclear,
  lastChanged,
  saidSince,
  shortId,
} from './explain/authors.ts';
import { explainConflict } from './explain/conflict.ts';
import {
  asSeen,
  cited,
  deliveries,
  type Explained,
  fieldsOf,
  instant,
  joined,
  listed,
  message,
  NOT_PRUNED,
  outlook,
  plain,
  sentence,
  type Situation,
  staleness,
} from './explain/phrases.ts';
import { explainUnwanted } from './explain/unwanted.ts';

/** A few plain sentences on one line: no markup, no secret. Times in them are ISO 8601, UTC. */
export function explain(subscription: Explained, situation: Situation): string {
  const sentences = isUnwanted(subscription)
    ? explainUnwanted(subscription, situation)
    : explainWanted(subscription, situation);
  return joined([...sentences, staleness(situation)]);
}

type Sentences = readonly (string | undefined)[];

/** The checkout does not want it, or wants it and cannot be read at that place. */
function isUnwanted({ desired, state, source }: Explained): boolean {
  return desired === null && !(state === 'Failed' && source !== undefined);
}

function explainWanted(subscription: Explained, situation: Situation): Sentences {
  switch (subscription.state) {
    case 'InSync':
      return inSync(subscription, situation);
    case 'Pending':
      return pending(subscription, situation);
    case 'Drifted':
      return drifted(subscription, situation);
    case 'Failed':
      return subscription.desired ? failed(subscription, situation) : leftOut(subscription, situation);
    case 'NotConverging':
      return notConverging(subscription, situation);
    case 'Conflict':
      return explainConflict(subscription, situation);
    case 'Suspended':
      return suspended(subscription, situation);
    case 'Contested':
      return contested(subscription, situation);
    // An entry is never in one of these states: they are of what the checkout does not want.
    case 'Quarantined':
    case 'Withheld':
    case 'Unmanaged':
      return explainUnwanted(subscription, situation);
  }
}

function inSync(subscription: Explained, situation: Situation): Sentences {
  const { desired, observed, receiver, isAdopted } = subscription;
  const ignored = FIELDS.filter((field) => desired?.ignore.includes(field) && isOtherwise(subscription, field));
  const free = FIELDS.filter(
    (field) => desired && observed && fieldOf(desired, field) === undefined && fieldOf(observed, field) !== undefined,
  );
  const isOff = desired?.enabled === false && observed?.enabled === false;
  const isStill = ignored.includes('enabled') && observed?.enabled === false;
  const isRefused = receiver !== undefined && receiver !== 'ok' && receiver !== 'unknown';
  const { isStale } = situation;
  const is = isStale ? 'was' : 'is';
  const isThere = isStale
    ? `It was on the tenant as git wanted it${asSeen(situation)}`
    : 'It is on the tenant as git wants it';
  const delivers = isStale ? 'delivered' : 'delivers';
  return [
    isOff ? `${isThere}: disabled, so it ${delivers} nothing.` : `${isThere}.`,
    lastChanged(subscription),
    isAdopted ? 'It was there before git wanted it, and was adopted as policy.adopt allows.' : undefined,
    ignored.length > 0
      ? `There it ${isStale ? 'differed' : 'differs'} in ${listed(ignored)}, which reconcile.ignore leaves alone${isStill ? `: it ${is} disabled and ${delivers} nothing` : ''}.`
      : undefined,
    free.length > 0 ? `Git says nothing of ${listed(free)}: left as on the tenant.` : undefined,
    isRefused
      ? `But its receiver did not take the last test delivery (${receiver}), so events may wait: ${RECEIVER_FIXES[receiver]}.`
      : undefined,
    // Where passes fail, commits may wait.
    isStale ? undefined : 'Nothing happens until git or the tenant changes.',
  ];
}

function isOtherwise({ desired, observed }: Explained, field: (typeof FIELDS)[number]): boolean {
  if (!desired || !observed) return false;
  const wanted = fieldOf(desired, field);
  return wanted !== undefined && !isSameValue(field, wanted, fieldOf(observed, field));
}

function pending(subscription: Explained, situation: Situation): Sentences {
  const { origin, observed } = subscription;
  const waits = message(subscription, 300);
  const [kind, does] = carryingOut(subscription);
  const doing = origin === 'remote' ? [changedOnTenant(subscription)] : changedInGit(subscription, situation);
  return [
    ...doing,
    sentence(waits && `It waits: ${waits}`),
    // What it waits for may be over or not: only the next plan knows.
    waits === undefined
      ? outlook(kind, does, situation)
      : outlook(
          observed ? 'update' : 'create',
          'looks again, and carries it out if nothing stands in the way',
          situation,
        ),
    isUnclear(subscription) ? 'Whether its events are delivered is not known.' : deliveries(subscription, situation),
  ];
}

/** What carrying out the entry takes, and what a pass then does. */
function carryingOut(subscription: Explained): readonly ['create' | 'update', string] {
  const { desired, observed } = subscription;
  const fields = fieldsOf(subscription);
  if (!observed) return ['create', desired?.enabled ? 'creates and enables it' : 'creates it, disabled as git says'];
  if (isSwitched(subscription)) {
    // What was created and never changed since is a create that was interrupted: every mode that changes finishes it.
    const isHalf = desired?.enabled === true && observed.created_at === observed.updated_at;
    return [isHalf ? 'create' : 'update', desired?.enabled ? 'enables it' : 'disables it'];
  }
  const others = fields.filter((field) => field !== 'title');
  const renames = fields.includes('title') ? [`renames it from ${quoted(cited(observed.title, 100))}`] : [];
  const changes = others.length > 0 ? [`changes ${listed(others)}`] : [];
  const what = listed([...renames, ...changes]) || 'changes it';
  return ['update', `${what} in one request; its id and delivery queue stay`];
}

function drifted(subscription: Explained, situation: Situation): Sentences {
  const { observed } = subscription;
  const { length } = fieldsOf(subscription);
  const waits = message(subscription, 200);
  const all = length < 2 ? 'it' : length === 2 ? 'both' : `all ${length}`;
  const putsBack = isSwitched(subscription)
    ? `${subscription.desired?.enabled ? 'enables' : 'disables'} it again`
    : `puts ${all} back in one request`;
  const does = observed
    ? `${putsBack}; its id and delivery queue stay`
    : 'creates it again, with another id and an empty delivery queue';
  return [
    changedOnTenant(subscription),
    saidSince(subscription),
    sentence(waits && `The last pass did not put it back: ${waits}`),
    outlook(observed ? 'update' : 'create', does, situation),
    deliveries(subscription, situation),
    'If the change is right, make it in git.',
  ];
}

function failed(subscription: Explained, situation: Situation): Sentences {
  const { observed, origin } = subscription;
  return [
    sentence(
      `The last try to ${observed ? 'change' : 'create'} it failed: ${message(subscription, 300) ?? 'see the log'}`,
    ),
    ...whose(subscription),
    outlook(
      observed ? 'update' : 'create',
      'tries again; while the API refuses it, tries come more and more rarely, but at once after an edit of the entry',
      situation,
    ),
    deliveries(subscription, situation),
    forUpvest(subscription, observed !== null && origin !== 'remote'),
  ];
}

/** Whose doing the difference is: who changed the tenant first, and of git only since when it has wanted what it wants. */
function whose(subscription: Explained): Sentences {
  const { origin, drift, desired, observed } = subscription;
  if (origin !== 'remote') return [lastChanged(subscription)];
  const isKnown = drift !== undefined && desired !== null && (observed === null || fieldsOf(subscription).length > 0);
  return [isKnown ? changedOnTenant(subscription) : undefined, saidSince(subscription)];
}

/** `isOfGit`: it is a commit that the API refuses. */
function forUpvest({ error, commit }: Explained, isOfGit: boolean): string | undefined {
  const back =
    isOfGit && commit && !commit.isOldestKnown ? `correct the entry or revert ${shortId(commit)}` : undefined;
  if (error?.requestId === undefined) return back && sentence(`If the entry is wrong, ${back}`);
  const ask = `If the entry is right, give Upvest the request id ${plain(error.requestId, 80)}`;
  return sentence(back ? `${ask}; if not, ${back}` : ask);
}

function leftOut(subscription: Explained, situation: Situation): Sentences {
  const { source, observed } = subscription;
  const { isStale } = situation;
  const what = `What ${isStale ? 'was' : 'is'} on the tenant${asSeen(situation)} stays as it is`;
  const absent = isStale
    ? `It was not on the tenant${asSeen(situation)}: its events were not delivered.`
    : 'It is not on the tenant: its events are not delivered.';
  return [
    sentence(
      `Its entry at ${plain(source ?? 'an unknown place', 200)} has an error and is left out: ${message(subscription, 300) ?? 'see the log'}`,
    ),
    lastChanged(subscription) ?? 'Which commit last changed it is not known: the entry cannot be read.',
    observed ? `${what}${observed.enabled ? ' and goes on delivering' : ', disabled'}.` : absent,
    'Other entries go on, but nothing is deleted until the error is fixed; `webhook-reconciler validate` lists every error.',
  ];
}

function notConverging(subscription: Explained, situation: Situation): Sentences {
  const { observed } = subscription;
  const fields = fieldsOf(subscription);
  if (!observed) {
    return [
      'What is created for it vanishes from the tenant again and again, and is not deleted here.',
      outlook('create', 'creates it again; tries come more and more rarely, at most half an hour apart', situation),
      deliveries(subscription, situation),
      'Find what deletes it, or ask Upvest.',
    ];
  }
  const named = listed(fields) || 'some fields';
  const delivers = isSpelling(fields);
  return [
    `The API accepted the last change and still ${situation.isStale ? 'showed' : 'shows'} other values than were sent in ${named}.`,
    ...whose(subscription),
    delivers ? 'It delivers all the same, and holds no delete back.' : deliveries(subscription, situation),
    delivers ? undefined : `Until it has come out as sent, ${NOT_PRUNED}.`,
    outlook('update', 'tries again; tries come more and more rarely, at most half an hour apart', situation),
    delivers
      ? `To end it, write in git what the API shows, or leave it to the tenant with reconcile.ignore: [${fields.join(', ')}].`
      : 'Ask Upvest why, or write in git what the API shows.',
  ];
}

function suspended(subscription: Explained, situation: Situation): Sentences {
  const { observed } = subscription;
  const until = instant(subscription.until);
  const fields = fieldsOf(subscription);
  const differs =
    fields.length > 0
      ? `It ${situation.isStale ? 'differed' : 'differs'} in ${listed(fields)}${asSeen(situation)}, which is not corrected.`
      : situation.isStale
        ? `It was as git wants it${asSeen(situation)}.`
        : 'It is as git wants it.';
  const absent = situation.isStale
    ? `It was not on the tenant${asSeen(situation)} and is not created`
    : 'It is not on the tenant and not created';
  return [
    `reconcile.suspend in its entry keeps it as it is${until ? ` until ${until}` : ', for ever'}.`,
    ...whose(subscription),
    observed ? differs : `${absent}, and as long as that is so ${NOT_PRUNED}.`,
    deliveries(subscription, situation),
    `${until ? 'After that time passes put it right' : 'No pass changes it'}; to change that, edit reconcile.suspend or take it out.`,
  ];
}

function contested(subscription: Explained, situation: Situation): Sentences {
  const fields = fieldsOf(subscription);
  const { observed } = subscription;
  const isAsWanted = observed !== null && fields.length === 0;
  const what = observed && fields.length > 0 ? listed(fields) : 'it';
  const { after, before } = subscription.drift ?? {};
  const [from, to] = [instant(after ?? undefined), instant(before)];
  const last = from && to ? `, last between ${from} and ${to}` : '';
  return [
    `Somebody on the tenant keeps changing ${what} back${last}: it was corrected more than five times within ten minutes.`,
    saidSince(subscription),
    isAsWanted
      ? situation.isStale
        ? `It was as git wants it${asSeen(situation)}.`
        : 'At the moment it is as git wants it.'
      : outlook(
          observed ? 'update' : 'create',
          'corrects it if that is due: corrections come more and more rarely, at most an hour apart',
          situation,
        ),
    deliveries(subscription, situation),
    'Find the other client: a second instance, another tool, a person. If its change is right, make it in git.',
  ];
}
