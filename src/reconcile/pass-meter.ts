/** Counts what a pass changes and asks of the API, and makes the report of it. */
import type { Change } from '../apply/outcome.ts';
import { listStart } from '../base/text.ts';
import type { Ports } from './observe.ts';
import type { ChangeCounts, PassReport, PassResult, Trigger } from './report.ts';

/** The changes of a pass that are kept with it, and of a list in them. A hundred passes are kept. */
const MOST_CHANGED = 20;
const MOST_LISTED = 20;

/** A value is `null` where there is no such member. */
function kept(change: Change): Change {
  const value = (one: unknown) => listStart(one ?? null, MOST_LISTED);
  return {
    ...change,
    changes: change.changes.map(({ field, from, to }) => ({ field, from: value(from), to: value(to) })),
  };
}

/** Measures time, requests and changes of a pass. The time counts from its construction. */
export class PassMeter {
  readonly #changes = { create: 0, enable: 0, update: 0, delete: 0 } satisfies ChangeCounts;
  readonly #changed: Change[] = [];
  #moreChanged = 0;
  readonly #trigger: Trigger;
  readonly #ports: Pick<Ports, 'clock' | 'client'>;
  /** Epoch milliseconds. */
  readonly #startedAt: number;
  /** Clock.uptime(). */
  readonly #began: number;
  readonly #sentBefore: number;

  constructor(trigger: Trigger, ports: Pick<Ports, 'clock' | 'client'>) {
    this.#trigger = trigger;
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
    this.#began = ports.clock.uptime();
    this.#sentBefore = ports.client.requestsSent;
  }

  count(change: Change): void {
    this.#changes[change.action] += 1;
    if (this.#changed.length < MOST_CHANGED) this.#changed.push(kept(change));
    else this.#moreChanged += 1;
  }

  report(
    result: PassResult,
    found: Partial<Pick<PassReport, 'withheld' | 'revision' | 'error' | 'isInterrupted'>>,
  ): PassReport {
    const { client, clock } = this.#ports;
    return {
      startedAt: new Date(this.#startedAt).toISOString(),
      durationMs: Math.round(clock.uptime() - this.#began),
      trigger: this.#trigger,
      result,
      changes: { ...this.#changes },
      ...(this.#changed.length > 0 && { changed: [...this.#changed] }),
      ...(this.#moreChanged > 0 && { moreChanged: this.#moreChanged }),
      withheld: [],
      ...found,
      requests: client.requestsSent - this.#sentBefore,
    };
  }
}
