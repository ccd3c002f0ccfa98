/** A client's copy of the status document, as the events of `/status/events` keep it (src/daemon/status-document.ts). */
import { applyChange } from '../../src/daemon/page/model/patch.ts';
import { type ChangeEvent, keyOf, type StatusDocument } from '../../src/daemon/status-document.ts';

type Json = Readonly<Record<string, unknown>>;
type Element = Parameters<typeof keyOf>[0];

export interface Copy extends Json {
  readonly subscriptions: readonly Element[];
  readonly unmanaged: readonly Element[];
}

/** After an event `change`, as the page takes it. */
export function withChange(copy: Copy, change: unknown): Copy {
  // Tests send documents of a few members.
  return applyChange(copy as unknown as StatusDocument, change as ChangeEvent) as unknown as Copy;
}

/** The same with its subscriptions by key: their order has no meaning. */
export function inOrder(copy: Copy): Copy {
  const sorted = (list: readonly Element[]) =>
    [...new Map(list.map((element) => [keyOf(element), element])).entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, element]) => element);
  return { ...copy, subscriptions: sorted(copy.subscriptions), unmanaged: sorted(copy.unmanaged) };
}
