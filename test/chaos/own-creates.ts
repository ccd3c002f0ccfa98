/** What this process has created, it never holds against the entry that it was created for. */
import type { SubscriptionStatus } from '../../src/reconcile/report.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Orders } from './witness.ts';
import { nameOf } from './world.ts';

export class OwnCreates {
  readonly #sandbox: Sandbox;
  /** By name: the id, while nobody else has touched it and the entry is in the checkout as it was. */
  readonly #made = new Map<string, string>();
  #wanted: ReadonlyMap<string, string> = new Map();
  #seen = 0;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Another process knows nothing of it. */
  restart(): void {
    this.#made.clear();
  }

  /** Of the pass that has just ended. Sentences; empty: all are known again. */
  judge(shown: readonly SubscriptionStatus[], { checkout, isBlind, isWhole }: Orders): readonly string[] {
    const { history, credentials } = this.#sandbox;
    const wanted = new Map(checkout.map((entry) => [nameOf(entry), JSON.stringify(entry)]));
    for (const name of this.#made.keys()) {
      if (isWhole && wanted.get(name) !== this.#wanted.get(name)) this.#made.delete(name);
    }
    if (isWhole) this.#wanted = wanted;
    const known = new Map(this.#made);
    for (const { kind, id, by, after } of history.slice(this.#seen)) {
      if (kind === 'create' && by === credentials.clientId && after) this.#made.set(nameOf(after), id);
      if (by === credentials.clientId && kind !== 'delete') continue;
      for (const [name, made] of this.#made) {
        if (made !== id) continue;
        this.#made.delete(name);
        known.delete(name);
      }
    }
    this.#seen = history.length;
    // An update of a url that the API keeps for another is in conflict, too.
    const isRefused = this.#sandbox.requests.some(({ status }) => status === 409);
    if (isBlind || !isWhole || isRefused) return [];
    return shown.flatMap(({ title, state }) =>
      state === 'Conflict' && known.has(nameOf({ title }))
        ? [`${title} is in conflict, and was created by this process`]
        : [],
    );
  }
}
