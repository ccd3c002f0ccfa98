/** Warnings of a plan: what the operator should know although nothing prevents the pass. */
import { quoted } from '../base/text.ts';
import { MODES, type Policy } from '../config/config.ts';
import { normaliseUrl, titleKey } from '../subscription/fields.ts';
import type { Desired, Observed, Unusable, WebhookId } from '../subscription/subscription.ts';
import { waysOut } from './adoption.ts';
import type { Matching } from './matching.ts';
import type { Kept, Removal } from './plan.ts';

/** A longer list is not read, and a tenant may have tens of thousands of subscriptions with a warning. */
const MAX_WARNINGS = 1_000;

export interface WarningInput {
  readonly matching: Matching;
  readonly creates: readonly Desired[];
  readonly removals: readonly Removal[];
  readonly unusable: readonly Unusable[];
  readonly policy: Policy;
}

export function passWarnings({ matching, creates, removals, unusable, policy }: WarningInput): readonly string[] {
  const ofSubscriptions = [
    ...matching.warnings,
    ...unusable.map(unread),
    ...movingTitles(matching, creates),
    ...withoutGrace(removals, policy),
    ...matching.kept.map(keptBack),
    ...foreignDuplicates(matching, policy),
    ...sameUrl(matching, creates, policy),
  ];
  const others = ofSubscriptions.length - MAX_WARNINGS;
  return [
    ...ofSubscriptions.slice(0, MAX_WARNINGS),
    ...(others > 0 ? [`There are ${others} more warnings of this kind.`] : []),
    ...nothingOwned(matching, policy),
    ...notRecognised(creates, policy),
  ];
}

function unread({ id, title, url }: Unusable): string {
  const lacks = [title === undefined ? 'title' : [], url === undefined ? 'url' : []].flat().join(' and ');
  return `${id} is listed without a usable ${lacks}: it is left alone, and nothing that it may be is created.`;
}

/** A delivery queue stays with the receiver behind its url, so a swap in the checkout moves titles. */
function movingTitles({ pairs }: Matching, creates: readonly Desired[]): string[] {
  const entries = [...pairs.map(({ desired }) => desired), ...creates];
  const wanted = new Set(entries.map(({ title }) => titleKey(title)));
  return pairs
    .filter(({ by, observed }) => by === 'rename' && wanted.has(titleKey(observed.title)))
    .map(
      ({ desired, observed }) =>
        `${quoted(desired.title)} takes over ${observed.id}, titled ${quoted(observed.title)} so far, because that has its url: ` +
        'titles move, and each delivery queue stays with its receiver.',
    );
}

/** Quarantine disables first; a subscription that has been disabled for long enough is deleted at once. */
function withoutGrace(removals: readonly Removal[], { quarantineMs }: Policy): string[] {
  if (quarantineMs === 0) return [];
  return removals
    .filter(({ kind, because }) => kind === 'delete' && because !== 'tombstone')
    .map(
      ({ observed: { title, id } }) =>
        `${quoted(title)} (${id}) has been disabled for policy.quarantine or longer: it is deleted without further grace.`,
    );
}

function keptBack({ observed: { title, id }, because: { entry, how } }: Kept): string {
  const why =
    how === 'beside'
      ? `names it in reconcile.beside: it is kept as long as it does`
      : `is ${entry.suspend === undefined ? 'in conflict' : 'suspended or in conflict'} and may mean it: it is kept until that is resolved`;
  return `${quoted(title)} (${id}) is owned and no entry has it, but ${quoted(entry.title)} ${why}.`;
}

/**
 * Two subscriptions of one title deliver twice, but only the owner of the foreign one can know whether it is needed.
 */
function foreignDuplicates({ pairs, foreign }: Matching, policy: Policy): string[] {
  const { mayDelete } = waysOut(policy, false);
  const taken = new Map(pairs.map(({ desired, observed }) => [titleKey(desired.title), observed.id]));
  return foreign
    .filter(({ title }) => taken.has(titleKey(title)))
    .map(
      ({ title, id }) =>
        `${quoted(title)} exists twice: ${taken.get(titleKey(title))} is managed here, ${id} is not owned and is left alone.` +
        (mayDelete ? ' If it is not needed, delete it with a tombstone that names its id.' : ''),
    );
}

/** A create beside a subscription of the same url: perhaps an unnoticed rename, or events that arrive twice. */
function sameUrl({ tombstoned, kept, foreign }: Matching, creates: readonly Desired[], policy: Policy): string[] {
  const { mayPin } = waysOut(policy, false);
  const byUrl = new Map(creates.map((desired) => [normaliseUrl(desired.url), desired]));
  const beside = (
    ones: readonly Observed[],
    say: (observed: Observed, title: string, desired: Desired) => string,
  ): string[] =>
    ones.flatMap((observed) => {
      const desired = byUrl.get(normaliseUrl(observed.url));
      return desired ? say(observed, quoted(desired.title), desired) : [];
    });
  const named = ({ title, id }: Observed): string => `${quoted(title)} (${id})`;

  return [
    ...beside(foreign, (observed, title, desired) =>
      [
        `${title} is new, and ${named(observed)}, which is not owned, has the same url;`,
        desired.beside?.includes(observed.id)
          ? 'reconcile.beside says that both are meant to be there.'
          : 'they share no category today.',
        mayPin ? `To take that one over instead, set reconcile.id: ${observed.id}.` : '',
      ]
        .filter(Boolean)
        .join(' '),
    ),
    ...beside(
      kept.map(({ observed }) => observed),
      (observed, title) =>
        [
          `${title} is new, and ${named(observed)}, which is owned and kept, has the same url: events may arrive twice.`,
          `To keep its queue, set reconcile.id: ${observed.id} in the entry that continues it.`,
        ].join(' '),
    ),
    ...(MODES[policy.mode].prunes
      ? beside(
          tombstoned.map(({ observed }) => observed),
          (observed, title) =>
            [
              `${title} is new and the tombstone of ${named(observed)} deletes one with the same url and its queue.`,
              'Without the tombstone it would be renamed if it is owned.',
            ].join(' '),
        )
      : []),
  ];
}

function nothingOwned({ foreign }: Matching, { mode, owns }: Policy): string[] {
  if (owns.length > 0 || foreign.length === 0 || !MODES[mode].prunes) return [];
  return [
    'policy.owns is empty, so nothing is pruned and nothing is renamed. ' +
      'Say what is ours with policy.owns (RECONCILER_OWNS, --owns), for example --owns url:https://hooks.tenant.tld/*.',
  ];
}

/** With such a policy a subscription is created once and not recognised in the next pass. */
function notRecognised(creates: readonly Desired[], { adopt, owns }: Policy): string[] {
  if (owns.length > 0 || adopt !== 'never' || creates.length === 0) return [];
  return [
    'policy.owns is empty and policy.adopt is never: what is created now is a conflict in the next pass. ' +
      'Say what is ours with policy.owns (RECONCILER_OWNS, --owns), or set policy.adopt (RECONCILER_ADOPT) to exact.',
  ];
}

/** Warnings of ids in `reconcile.beside` that are pinned, gone or owned. */
export function besideWarnings(
  desired: readonly Desired[],
  tenant: {
    readonly byId: ReadonlyMap<WebhookId, Observed>;
    readonly owned: ReadonlySet<Observed>;
    readonly unusable: readonly Unusable[];
  },
): readonly string[] {
  const pinned = new Map(desired.flatMap(({ id, title }) => (id === undefined ? [] : [[id, title] as const])));
  const unread = new Set(tenant.unusable.map(({ id }) => id));
  return desired.flatMap(({ title, beside = [] }) =>
    beside.flatMap((id) => {
      const observed = tenant.byId.get(id);
      const says = (what: string) => `${quoted(title)} names ${id} in reconcile.beside, ${what}`;
      const pinner = pinned.get(id);
      if (pinner !== undefined) return says(`which ${quoted(pinner)} pins: take it out.`);
      if (!observed) return unread.has(id) ? [] : says('which is not on the tenant: take it out.');
      if (tenant.owned.has(observed))
        return says(
          `which is owned: give it an entry of its own, or take it out of policy.owns. Until then it is kept.`,
        );
      return [];
    }),
  );
}
