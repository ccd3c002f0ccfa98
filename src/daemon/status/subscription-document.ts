/** Subscriptions as `/status` shows them: made as they are asked for, because there may be tens of thousands. */
import { hash, randomBytes } from 'node:crypto';
import { listStart } from '../../base/text.ts';
import { withoutUrlSecrets } from '../../base/url-secrets.ts';
import type { Problem } from '../../document/problems.ts';
import { explain } from '../../reconcile/explain.ts';
import { liftsOf } from '../../reconcile/explain/ways-out.ts';
import type { Situation } from '../../reconcile/explain/phrases.ts';
import { keyOf, type Snapshot, type SubscriptionStatus } from '../../reconcile/report.ts';
import { differsFromNothing } from '../../subscription/diff.ts';
import { fieldOf, withFields } from '../../subscription/fields.ts';
import type { Desired, Observed } from '../../subscription/subscription.ts';
import type { Receivers, ReceiverStatus } from '../receivers.ts';
import type {
  EntryCommit,
  FieldsDocument,
  ProblemStatus,
  StatusDocument,
  SubscriptionDocument,
} from '../status-document.ts';
import type { Since } from './since.ts';

/** What is known of subscriptions beside the snapshot. */
interface Knowledge {
  readonly receivers: Receivers;
  readonly since: Since;
  /** By title. */
  readonly commits: ReadonlyMap<string, EntryCommit>;
  /** The ids of those that an entry took over. */
  readonly adopted: ReadonlySet<string>;
  readonly situation: Situation;
}

type Lists = Pick<StatusDocument, 'subscriptions' | 'unmanaged'>;

export function subscriptionDocuments(
  snapshot: Snapshot | undefined,
  knowledge: Knowledge,
): { readonly [List in keyof Lists]: Iterable<SubscriptionDocument> } {
  const { subscriptions = [], unmanaged = [] } = snapshot ?? {};
  const lists = [subscriptions, unmanaged];
  const shown = shownWith(knowledge, titlesOf(lists), mostListed(lists));
  return {
    subscriptions: knowledge.receivers.shownWith(subscriptions).values().map(shown),
    unmanaged: unmanaged.values().map(shown),
  };
}

/** Nobody can try with it which secret a key was made of. */
const SALT = randomBytes(16).toString('hex');

/** The `key` of a subscription that is known by a text of which readers do not see everything. */
export function maskedKey(status: Parameters<typeof keyOf>[0]): Pick<SubscriptionDocument, 'key'> {
  const known = keyOf(status);
  if (withoutUrlSecrets(known) === known) return {};
  return { key: hash('sha256', SALT + known, 'base64url').slice(0, 16) };
}

export function problemOf({ severity, file, line, column, field, message, title }: Problem): ProblemStatus {
  return { severity, file, line, column, field, message, ...(title !== undefined && { title }) };
}

interface Titles {
  readonly wanted: ReadonlySet<string>;
  /** Those that more than one subscription has. */
  readonly shared: ReadonlySet<string>;
  /** Of entries in conflict, by the id of what is in their way. */
  readonly inConflict: ReadonlyMap<string, string>;
}

function titlesOf(lists: readonly (readonly SubscriptionStatus[])[]): Titles {
  const titles = { wanted: new Set<string>(), shared: new Set<string>(), inConflict: new Map<string, string>() };
  const seen = new Set<string>();
  for (const { title, source, settlement } of lists.flat()) {
    if (settlement && !titles.inConflict.has(settlement.other.id)) titles.inConflict.set(settlement.other.id, title);
    if (source !== undefined) titles.wanted.add(title);
    if (seen.has(title)) titles.shared.add(title);
    seen.add(title);
  }
  return titles;
}

/** Categories in all lists of a document that are shown one by one: more of them would take the memory of the daemon. */
const MOST_CATEGORIES = 500_000;
const FEW = 5;

/** How much of a list is shown: all of it, unless there are very many long ones. */
function mostListed(lists: readonly (readonly SubscriptionStatus[])[]): number {
  let count = 0;
  const countOf = (holder: Desired | Observed | null) =>
    (holder?.type?.length ?? 0) + (holder?.exclude_type?.length ?? 0);
  for (const list of lists) for (const { desired, observed } of list) count += countOf(desired) + 2 * countOf(observed);
  return count > MOST_CATEGORIES ? FEW : Number.POSITIVE_INFINITY;
}

/**
 * Subscriptions with the fields alone of what is desired and observed, and with so many elements of a list. A value is
 * `null` where there is no such member.
 */
function shownWith(
  { since, commits, adopted, situation }: Knowledge,
  { wanted, shared, inConflict }: Titles,
  most: number,
): (status: SubscriptionStatus & Partial<ReceiverStatus>) => SubscriptionDocument {
  const short = (value: unknown) => listStart(value ?? null, most);
  const fieldsIn = (holder: Desired | Observed) => {
    const { config, ...members } = withFields((field) => fieldOf(holder, field));
    const values = Object.entries(members).map(([name, value]) => [name, short(value)]);
    // The table of fields decides what there is; both kinds have what FieldsDocument says is always there.
    return Object.fromEntries(
      Object.keys(config).length === 0 ? values : [...values, ['config', config]],
    ) as FieldsDocument;
  };
  return (status) => {
    const { title, state, desired, observed, differs, type, source, settlement: _, ...rest } = status;
    // What is not wanted may have the title of an entry: its commit is not about that one.
    const commit = source === undefined && wanted.has(title) ? undefined : commits.get(title);
    const conflictWith = desired === null && status.id !== undefined ? inConflict.get(status.id) : undefined;
    const explained = {
      ...status,
      ...(conflictWith !== undefined && { conflictWith }),
      ...(commit && { commit }),
      ...(status.id !== undefined && adopted.has(status.id) && ({ isAdopted: true } as const)),
      sharesTitle: shared.has(title),
    };
    const lifts = liftsOf(explained, situation);
    return {
      title,
      ...maskedKey(status),
      state,
      ...since.of(status),
      ...rest,
      ...(source !== undefined && { source }),
      ...(type && { type: short(type) as readonly string[] }),
      desired: desired && fieldsIn(desired),
      observed: observed && fieldsIn(observed),
      differs: (desired && !observed ? differsFromNothing(desired) : differs).map(({ field, from, to }) => ({
        field,
        from: short(from),
        to: short(to),
      })),
      ...(commit && { commit }),
      explanation: explain(explained, situation),
      ...(lifts.length > 0 && { lifts }),
    };
  };
}
