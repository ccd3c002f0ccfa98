/**
 * Explains one subscription to an engineer on call who did not write the YAML: why it is as it is, whose doing that is,
 * what happens next, and which setting or command would change it. Values only: no clock, no I/O.
 */
import { quoted } from '../base/text.ts';
import { fieldOf, FIELDS, isSameValue, isSpelling } from '../subscription/fields.ts';
import { RECEIVER_FIXES } from '../upvest/wire.ts';
import { changedInGit, changedOnTenant, isSwitched, isUnclear, lastChanged, saidSince } from './explain/authors.ts';
import {
  cited,
  deliveries,
  type Explained,
  fieldsOf,
  instant,
  joined,
  listed,
  message,
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
      return inSync(subscription);
    case 'Pending':
      return pending(subscription, situation);
    case 'Drifted':
      return drifted(subscription, situation);
    case 'Failed':
      return subscription.desired ? failed(subscription, situation) : leftOut(subscription);
    case 'NotConverging':
      return notConverging(subscription, situation);
    case 'Conflict':
      return conflict(subscription);
    case 'Suspended':
      return suspended(subscription);
    case 'Contested':
      return contested(subscription, situation);
    // An entry is never in one of these states: they are of what the checkout does not want.
    case 'Quarantined':
    case 'Withheld':
    case 'Unmanaged':
      return explainUnwanted(subscription, situation);
  }
}

function inSync(subscription: Explained): Sentences {
  const { desired, observed, receiver, isAdopted } = subscription;
  const ignored = FIELDS.filter((field) => desired?.ignore.includes(field) && isOtherwise(subscription, field));
  const free = FIELDS.filter(
    (field) => desired && observed && fieldOf(desired, field) === undefined && fieldOf(observed, field) !== undefined,
  );
  const isOff = desired?.enabled === false && observed?.enabled === false;
  const isStill = ignored.includes('enabled') && observed?.enabled === false;
  const isRefused = receiver !== undefined && receiver !== 'ok' && receiver !== 'unknown';
  return [
    isOff
      ? 'It is on the tenant as git wants it: disabled, so it delivers nothing.'
      : 'It is on the tenant as git wants it.',
    lastChanged(subscription),
    isAdopted ? 'It was there before git wanted it, and was adopted as policy.adopt allows.' : undefined,
    ignored.length > 0
      ? `There it differs in ${listed(ignored)}, which reconcile.ignore leaves alone${isStill ? ': it is disabled and delivers nothing' : ''}.`
      : undefined,
    free.length > 0 ? `Git says nothing of ${listed(free)}: left as on the tenant.` : undefined,
    isRefused
      ? `But its receiver did not take the last test delivery (${receiver}), so events may wait: ${RECEIVER_FIXES[receiver]}.`
      : undefined,
    'Nothing happens until git or the tenant changes.',
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
  const doing = origin === 'remote' ? [changedOnTenant(subscription)] : changedInGit(subscription);
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
    isUnclear(subscription) ? 'Whether its events are delivered is not known.' : deliveries(subscription),
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
    deliveries(subscription),
    'If the change is right, make it in git.',
  ];
}

function failed(subscription: Explained, situation: Situation): Sentences {
  const { observed, error } = subscription;
  return [
    sentence(
      `The last try to ${observed ? 'change' : 'create'} it failed: ${message(subscription, 300) ?? 'see the log'}`,
    ),
    lastChanged(subscription),
    outlook(
      observed ? 'update' : 'create',
      'tries again; while the API refuses it, tries come more and more rarely, but at once after an edit of the entry',
      situation,
    ),
    deliveries(subscription),
    forUpvest(error),
  ];
}

function forUpvest(error: Explained['error']): string | undefined {
  return error?.requestId === undefined
    ? undefined
    : `If the entry is right, give Upvest the request id ${plain(error.requestId, 80)}.`;
}

function leftOut(subscription: Explained): Sentences {
  const { source, observed } = subscription;
  const stays = observed?.enabled ? 'stays as it is and goes on delivering' : 'stays as it is, disabled';
  return [
    sentence(
      `Its entry at ${plain(source ?? 'an unknown place', 200)} has an error and is left out: ${message(subscription, 300) ?? 'see the log'}`,
    ),
    lastChanged(subscription),
    observed ? `What is on the tenant ${stays}.` : 'It is not on the tenant: its events are not delivered.',
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
      deliveries(subscription),
      'Find what deletes it, or ask Upvest.',
    ];
  }
  const named = listed(fields) || 'some fields';
  const delivers = isSpelling(fields);
  return [
    `The API accepted the last change and still shows other values than were sent in ${named}.`,
    lastChanged(subscription),
    delivers ? 'It delivers all the same, and holds no delete back.' : deliveries(subscription),
    delivers ? undefined : 'Nothing is pruned until it has come out as sent.',
    outlook('update', 'tries again; tries come more and more rarely, at most half an hour apart', situation),
    delivers
      ? `To end it, write in git what the API shows, or leave it to the tenant with reconcile.ignore: [${fields.join(', ')}].`
      : 'Ask Upvest why, or write in git what the API shows.',
  ];
}

function conflict(subscription: Explained): Sentences {
  const { observed, settlement } = subscription;
  // Where the ways out are not told apart, they are at the end of the message, so it is not cut as others are.
  const why = settlement
    ? plain(settlement.why, 600).replace(/\.$/, '')
    : (message(subscription, 800) ?? 'See the log');
  return [
    sentence(`It cannot be carried out without a decision. ${why}`),
    settlement && waysOut(settlement),
    lastChanged(subscription),
    `Meanwhile ${observed ? 'the one on the tenant is left as it is' : 'it is not created'}, and nothing is pruned.`,
  ];
}

function waysOut({ ways, mayOwn }: NonNullable<Explained['settlement']>): string {
  const { length } = ways;
  const count = length === 1 ? 'There is one way out, below' : `There are ${length} ways out, below`;
  return `${count}${mayOwn ? '; another is to let policy.owns cover it' : ''}.`;
}

function suspended(subscription: Explained): Sentences {
  const { observed } = subscription;
  const until = instant(subscription.until);
  const fields = fieldsOf(subscription);
  const differs =
    fields.length > 0 ? `It differs in ${listed(fields)}, which is not corrected.` : 'It is as git wants it.';
  return [
    `reconcile.suspend in its entry keeps it as it is${until ? ` until ${until}` : ', for ever'}.`,
    lastChanged(subscription),
    observed ? differs : 'It is not on the tenant and not created, and as long as that is so nothing is pruned.',
    deliveries(subscription),
    `${until ? 'After that time passes put it right' : 'No pass changes it'}; to change that, edit reconcile.suspend or take it out.`,
  ];
}

function contested(subscription: Explained, situation: Situation): Sentences {
  const fields = fieldsOf(subscription);
  const { observed } = subscription;
  const isAsWanted = observed !== null && fields.length === 0;
  const what = observed && fields.length > 0 ? listed(fields) : 'it';
  return [
    `Somebody on the tenant keeps changing ${what} back: it was corrected more than five times within ten minutes.`,
    lastChanged(subscription),
    isAsWanted
      ? 'At the moment it is as git wants it.'
      : outlook(
          observed ? 'update' : 'create',
          'corrects it if that is due: corrections come more and more rarely, at most an hour apart',
          situation,
        ),
    deliveries(subscription),
    'Find the other client: a second instance, another tool, a person. If its change is right, make it in git.',
  ];
}
