/** What somebody should know about a pass though nothing stands in its way. */
import type { Mode, Policy } from '../config/config.ts';
import type { Desired, Observed } from '../subscription.ts';
import type { Matching } from './match.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { normaliseUrl } from './normalise-url.ts';
import { quoted } from '../printable.ts';

/** More is nobody's reading; and a tenant may have tens of thousands of which there is something to say. */
const MAX_TOLD = 1_000;

export function passWarnings(matching: Matching, creates: readonly Desired[], policy: Policy): readonly string[] {
  const ofSubscriptions = [
    ...matching.warnings,
    ...matching.kept.map(keptBack),
    ...foreignDuplicates(matching),
    ...sameUrl(matching, creates, policy.mode),
  ];
  const others = ofSubscriptions.length - MAX_TOLD;
  return [
    ...ofSubscriptions.slice(0, MAX_TOLD),
    ...(others > 0 ? [`There are ${others} more warnings of this kind.`] : []),
    ...nothingOwned(matching, policy),
    ...notRecognised(creates, policy),
  ];
}

function keptBack({ title, id }: Observed): string {
  return (
    `${quoted(title)} (${id}) is owned and left over, but shares its title or url with an entry that is suspended ` +
    'or in conflict: it is kept until that is settled.'
  );
}

/** Two of one title deliver twice, but only the owner of the other can know whether it is needed. */
function foreignDuplicates({ pairs, foreign }: Matching): string[] {
  const taken = new Map(pairs.map(({ desired, observed }) => [normaliseTitle(desired.title), observed.id]));
  return foreign
    .filter(({ title }) => taken.has(normaliseTitle(title)))
    .map(
      ({ title, id }) =>
        `${quoted(title)} exists twice: ${taken.get(normaliseTitle(title))} is managed here, ${id} is not owned and is left alone. ` +
        'If it is not needed, delete it with a tombstone that names its id.',
    );
}

/** A create beside a subscription with the same url: a rename that was not seen as one, or events delivered twice. */
function sameUrl({ buried, surplus, unwanted, foreign }: Matching, creates: readonly Desired[], mode: Mode): string[] {
  const byUrl = new Map(creates.map((desired) => [normaliseUrl(desired.url), desired.title]));
  const beside = (remotes: readonly Observed[], say: (remote: Observed, title: string) => string): string[] =>
    remotes.flatMap((remote) => {
      const title = byUrl.get(normaliseUrl(remote.url));
      return title === undefined ? [] : say(remote, quoted(title));
    });
  const named = ({ title, id }: Observed): string => `${quoted(title)} (${id})`;

  return [
    ...beside(foreign, (remote, title) =>
      [
        `${title} is new, and ${named(remote)}, which is not owned, has the same url: events may arrive twice.`,
        `To take that one over instead, set reconcile.id: ${remote.id}.`,
      ].join(' '),
    ),
    ...(prunes(mode)
      ? [
          ...beside([...unwanted, ...surplus], (remote, title) =>
            [
              `${title} is new and ${named(remote)} is to go, with the same url; which is whose new title cannot be told.`,
              `To keep its queue, set reconcile.id: ${remote.id} in the entry that continues it.`,
            ].join(' '),
          ),
          ...beside(
            buried.map(({ observed }) => observed),
            (remote, title) =>
              [
                `${title} is new and the tombstone of ${named(remote)} deletes one with the same url and its queue.`,
                'Without the tombstone it would be renamed if it is owned.',
              ].join(' '),
          ),
        ]
      : []),
  ];
}

function nothingOwned({ foreign }: Matching, { mode, owns }: Policy): string[] {
  if (owns.length > 0 || foreign.length === 0 || !prunes(mode)) return [];
  return [
    'policy.owns is empty, so nothing is pruned and nothing is renamed. ' +
      'Say what is ours with policy.owns (RECONCILER_OWNS, --owns), for example --owns url:https://hooks.tenant.tld/*.',
  ];
}

/** A policy that lets a subscription be made once and then disowns it. */
function notRecognised(creates: readonly Desired[], { adopt, owns }: Policy): string[] {
  if (owns.length > 0 || adopt !== 'never' || creates.length === 0) return [];
  return [
    'policy.owns is empty and policy.adopt is never: what is created now is a conflict in the next pass. ' +
      'Say what is ours with policy.owns (RECONCILER_OWNS, --owns), or set policy.adopt (RECONCILER_ADOPT) to exact.',
  ];
}

function prunes(mode: Mode): boolean {
  return mode === 'sync' || mode === 'observe';
}
