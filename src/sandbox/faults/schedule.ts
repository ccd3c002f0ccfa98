/** The fault rules that are scheduled, and how often each has matched and hit. */
import { randomUUID } from 'node:crypto';
import { isMeant } from '../api/request-log.ts';
import type { Effect, FaultRule } from './fault.ts';

/** What a rule is matched against. `titles` are those of the request's subscription: as sent, and as stored. */
export interface Occasion {
  readonly method: string;
  readonly route: string;
  readonly clientId: string | undefined;
  readonly titles: () => readonly string[];
}

export interface ScheduledFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** Requests that the rule matched so far. */
  readonly matched: number;
  /** How many of these it hit. */
  readonly hits: number;
}

export class Faults {
  readonly #scheduled: { id: string; rule: FaultRule; matched: number; hits: number }[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  schedule(rule: FaultRule): string {
    const id = randomUUID();
    this.#scheduled.push({ id, rule, matched: 0, hits: 0 });
    return id;
  }

  list(): readonly ScheduledFault[] {
    return this.#scheduled.map((fault) => ({ ...fault }));
  }

  /** Removes one rule, or all. Gives false where there is no such rule. */
  clear(id?: string): boolean {
    if (id === undefined) return this.#scheduled.splice(0).length >= 0;
    const at = this.#scheduled.findIndex((fault) => fault.id === id);
    return at >= 0 && this.#scheduled.splice(at, 1).length > 0;
  }

  /** The effects that hit this request, in the order they were scheduled. Counts matches and hits. */
  take(occasion: Occasion): readonly Effect[] {
    const effects: Effect[] = [];
    for (const fault of this.#scheduled) {
      const { nth = 1, times = 1, probability = 1, effect } = fault.rule;
      if (!matches(fault.rule, occasion)) continue;
      fault.matched += 1;
      if (fault.matched < nth || (times !== 'always' && fault.hits >= times)) continue;
      if (probability < 1 && this.#random() >= probability) continue;
      fault.hits += 1;
      effects.push(...[effect].flat());
    }
    return effects;
  }
}

function matches({ on, clientId, title }: FaultRule, occasion: Occasion): boolean {
  if (!isMeant(on, occasion.method, occasion.route)) return false;
  if (clientId !== undefined && clientId !== occasion.clientId) return false;
  return title === undefined || occasion.titles().includes(title);
}
