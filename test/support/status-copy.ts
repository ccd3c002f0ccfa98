/** A client's copy of the status document, as the events of `/status/events` keep it (src/daemon/status-document.ts). */
import { keyOf } from '../../src/daemon/status-document.ts';

type Json = Readonly<Record<string, unknown>>;
type Element = Parameters<typeof keyOf>[0];

export interface Copy extends Json {
  readonly subscriptions: readonly Element[];
  readonly unmanaged: readonly Element[];
}

interface Change {
  readonly set?: Json;
  readonly unset?: readonly string[];
  readonly [list: string]: unknown;
}

export function withChange(copy: Copy, change: unknown): Copy {
  const { set = {}, unset = [], ...lists } = change as Change;
  const next: Record<string, unknown> = { ...copy, ...set };
  for (const name of unset) delete next[name];
  for (const name of ['subscriptions', 'unmanaged'] as const) {
    const list = lists[name] as { readonly put: readonly Element[]; readonly gone: readonly string[] } | undefined;
    if (!list) continue;
    const byKey = new Map(copy[name].map((element) => [keyOf(element), element]));
    for (const key of list.gone) byKey.delete(key);
    for (const element of list.put) byKey.set(keyOf(element), element);
    next[name] = [...byKey.values()];
  }
  for (const name of ['passes', 'changes']) {
    const list = lists[name] as { readonly added: readonly unknown[]; readonly length: number } | undefined;
    if (list)
      next[name] = [...list.added, ...((copy[name] as readonly unknown[] | undefined) ?? [])].slice(0, list.length);
  }
  return next as unknown as Copy;
}

/** The same with its subscriptions by key: their order has no meaning. */
export function inOrder(copy: Copy): Copy {
  const sorted = (list: readonly Element[]) =>
    [...new Map(list.map((element) => [keyOf(element), element])).entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, element]) => element);
  return { ...copy, subscriptions: sorted(copy.subscriptions), unmanaged: sorted(copy.unmanaged) };
}
