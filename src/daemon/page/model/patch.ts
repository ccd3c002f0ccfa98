/** Keeps a copy of the document up to date. What has not changed stays the same object, so that it is not drawn again. */
import {
  type ChangeEvent,
  type Grown,
  keyOf,
  type Replaced,
  type StatusDocument,
  type SubscriptionDocument,
} from '../../status-document.ts';

/** The document after an event. The one before is left as it is. Linear in the size of both. */
export function applyChange(document: StatusDocument, event: ChangeEvent): StatusDocument {
  const { set = {}, unset = [], subscriptions, unmanaged, passes, changes } = event;
  const next = {
    ...document,
    ...set,
    ...(subscriptions && { subscriptions: replaced(document.subscriptions, subscriptions) }),
    ...(unmanaged && { unmanaged: replaced(document.unmanaged, unmanaged) }),
    ...(passes && { passes: grown(document.passes, passes) }),
    ...(changes && { changes: grown(document.changes, changes) }),
  };
  if (unset.length === 0) return next;
  const gone: ReadonlySet<string> = new Set(unset);
  // The cast is safe: only members that may be absent are unset.
  return Object.fromEntries(Object.entries(next).filter(([name]) => !gone.has(name))) as unknown as StatusDocument;
}

/** Each element keeps its place; those with a new key come at the end. */
function replaced(
  before: readonly SubscriptionDocument[],
  { put, gone }: Replaced<SubscriptionDocument>,
): readonly SubscriptionDocument[] {
  const left = new Set(gone);
  const now = new Map(put.map((element) => [keyOf(element), element]));
  const stayed: SubscriptionDocument[] = [];
  for (const element of before) {
    const key = keyOf(element);
    const other = now.get(key);
    if (other) {
      // What is gone and put in one event is there; others of its key are not told apart from it.
      stayed.push(other);
      now.delete(key);
      left.add(key);
    } else if (!left.has(key)) stayed.push(element);
  }
  return [...stayed, ...now.values()];
}

function grown<T>(before: readonly T[], { added, length }: Grown<T>): readonly T[] {
  return [...added, ...before].slice(0, Math.max(0, length));
}
