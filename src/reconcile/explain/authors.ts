/** Whose doing it is that a subscription is as it is: of a commit, of somebody on the tenant, or not known. */
import { printable, quoted } from '../../base/text.ts';
import type { EntryCommit } from '../../subscription/subscription.ts';
import {
  asSeen,
  cited,
  type Explained,
  fieldsOf,
  instant,
  listed,
  plain,
  sentence,
  type Situation,
} from './phrases.ts';

/** `Anna removed it from git in 9c4e1fa "Retire the hook"`; undefined: it is not known which commit did. */
export function did(commit: EntryCommit | undefined, what: string): string | undefined {
  if (!commit) return undefined;
  const { author, subject } = commit;
  const named = subject ? `${shortId(commit)} ${quoted(cited(subject, 60))}` : shortId(commit);
  return author ? `${nameOf(author)} ${what} in ${named}` : `Commit ${named} ${what}`;
}

/** Whose doing a wanted subscription is in git; undefined: not known. */
export function lastChanged({ commit }: Explained): string | undefined {
  if (commit?.isOldestKnown)
    return `The entry has been as it is since ${shortId(commit)} or longer: the known history begins there.`;
  return sentence(did(commit, 'last changed the entry'));
}

/** Since when git has wanted it as it does, where the tenant is what changed; undefined: not known. */
export function saidSince({ commit }: Explained): string | undefined {
  if (!commit) return undefined;
  const { author, subject, isOldestKnown } = commit;
  if (isOldestKnown) return `Git has said the same since ${shortId(commit)} or longer.`;
  const by = author ? ` by ${nameOf(author)}` : '';
  return `Git has said the same since ${shortId(commit)}${subject ? ` ${quoted(cited(subject, 60))}` : ''}${by}.`;
}

export function shortId({ id }: EntryCommit): string {
  return /^[0-9a-f]{40,64}$/.test(id) ? id.slice(0, 7) : plain(id, 20);
}

/** A name is quoted where it might be read as a part of the sentence. */
function nameOf(author: string): string {
  const name = cited(author, 40);
  return /^[\p{L}\p{M}\p{N}](?:[ '’-]?[\p{L}\p{M}\p{N}])*$/u.test(name) && printable(name) === name
    ? name
    : quoted(name);
}

/** What git has otherwise than the tenant, and whose doing that is. */
export function changedInGit(subscription: Explained, situation: Situation): readonly (string | undefined)[] {
  const { desired, observed, origin } = subscription;
  const fields = fieldsOf(subscription);
  const { isStale } = situation;
  const seen = asSeen(situation);
  const others = `Git has another ${listed(fields)} than the tenant${isStale ? ' had' : ''}${seen}.`;
  const [wanted, found] = desired?.enabled ? ['enabled', 'disabled'] : ['disabled', 'enabled'];
  const switched = `Git wants it ${wanted}, the tenant ${isStale ? 'had' : 'has'} it ${found}${seen}.`;
  const difference = isSwitched(subscription) ? switched : others;
  return [
    observed || isUnclear(subscription)
      ? undefined
      : `Git wants it, and the tenant ${isStale ? 'did' : 'does'} not have it${seen}.`,
    observed && fields.length > 0 ? difference : undefined,
    lastChanged(subscription) ?? (origin === 'git' ? 'Which commit last changed the entry is not known.' : undefined),
  ];
}

/** Something on the tenant that cannot be read may be it, so that nothing is known of a difference. */
export function isUnclear({ observed, error, origin }: Explained): boolean {
  return !observed && error !== undefined && origin === undefined;
}

/** Nothing but `enabled` differs. */
export function isSwitched({ observed, differs }: Explained): boolean {
  return observed !== null && differs.length === 1 && differs[0]?.field === 'enabled';
}

/** Whose doing a drift is. What was seen by no earlier look may as well be of an earlier run: nobody is accused. */
export function changedOnTenant(subscription: Explained): string {
  const { drift, observed, desired } = subscription;
  const fields = fieldsOf(subscription);
  const isSwitch = isSwitched(subscription);
  const before = instant(drift?.before);
  if (drift?.after === null) {
    const how = isSwitch ? (desired?.enabled ? 'disabled' : 'enabled') : 'changed';
    const what = isSwitch || fields.length === 0 ? '' : ` in ${listed(fields)}`;
    return `It was ${observed ? how : 'deleted'} on the tenant${observed ? what : ''} after git last changed and before this process first looked${before ? `, at ${before}` : ''}: by somebody there, or by an earlier run.`;
  }
  const after = instant(drift?.after);
  const when = after && before ? ` between ${after} and ${before}` : '';
  const did = isSwitch ? `${desired?.enabled ? 'disabled' : 'enabled'} it` : `changed ${listed(fields) || 'it'}`;
  return `Somebody ${observed ? did : 'deleted it'} on the tenant${when}.`;
}
