/**
 * Faults on demand, and which of them are scheduled. A rule says which requests it hits and what happens to them. Each
 * effect is applied at its stage of the exchange, so any effects can be combined:
 *
 *   arrival   meanwhile, expire-tokens, delay, cut and answer (these two instead of carrying the request out)
 *   answer    listing, items, members, answer, headers, cached, truncate (they change the answer to a request carried out)
 *   wire      delay, cut, trickle
 */
import { randomUUID } from 'node:crypto';
import { isMeant } from '../api/request.ts';
import type { SubscriptionEdit } from '../api/subscription.ts';
import type { SeedEntry } from '../state/seed.ts';

/** The subscription that another client changes; `target` is the one that the request is about. */
export type Picked = 'oldest' | 'newest' | 'target' | { readonly id: string } | { readonly title: string };

/** Which items of a listing. */
type ItemPick = Exclude<Picked, 'target'> | 'all';

export type Effect =
  /**
   * Replaces the answer. With `carriedOut` (default false) the request is carried out nevertheless; if it is refused, a
   * `status` of success does not replace the refusal.
   * An empty 200 is `{ status: 200, body: 'none', carriedOut: true }`.
   */
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Default `problem` from status 400 on, else `none`. */
      readonly body?: 'problem' | 'html' | 'none' | { readonly text: string; readonly contentType: string };
      /** Seconds or an HTTP date. */
      readonly retryAfter?: number | string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly carriedOut?: boolean;
    }
  /** Resets the connection before the request is carried out or, with `carriedOut`, before the answer. */
  | { readonly kind: 'cut'; readonly carriedOut: boolean }
  /**
   * Waits for `ms`, or until the client gives up (`never`). The wait is before the answer or, with `carriedOut: false`,
   * before the request is carried out. With `regardless` it is carried out then, even if the client has given up.
   */
  | { readonly kind: 'delay'; readonly ms: number | 'never'; readonly carriedOut?: boolean | 'regardless' }
  /** Sends the body in pieces of `bytes` (default 1) every `everyMs` (default 50). */
  | { readonly kind: 'trickle'; readonly bytes?: number; readonly everyMs?: number }
  /**
   * Sends half the body. With `cut` content-length promises all of it; with `kept` it fits, and only the JSON is
   * broken.
   */
  | { readonly kind: 'truncate'; readonly connection: 'cut' | 'kept' }
  /** Sets headers of the answer (another `content-type`, a wrong `date`) or leaves them out. */
  | { readonly kind: 'headers'; readonly set?: Readonly<Record<string, string>>; readonly omit?: readonly string[] }
  /** Makes the answer look as if a proxy had cached it for so long: `age`, an old `date`, no `upvest-request-id`. */
  | { readonly kind: 'cached'; readonly ageSeconds: number }
  /**
   * Makes a listing wrong: its total, or items left out, repeated, or shifted as if others had been created or deleted.
   */
  | {
      readonly kind: 'listing';
      /** Added to `total_count`. */
      readonly totalCount?: number;
      /** How many of the page's last items are left out. */
      readonly drop?: number;
      /** How many of the page's first items come twice. The page keeps its length. */
      readonly repeat?: number;
      /** How many items later (negative: earlier) than requested the page begins. */
      readonly shift?: number;
    }
  /**
   * Like `members`, but only for chosen items of a listing: `oldest` or `newest` of the page, by id, by title, or
   * `all`.
   */
  | {
      readonly kind: 'items';
      readonly pick: ItemPick;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly omit?: readonly string[];
    }
  /** Sets members of the answer (to any value, also `null`) or leaves them out, as another version of the API might. */
  | { readonly kind: 'members'; readonly set?: Readonly<Record<string, unknown>>; readonly omit?: readonly string[] }
  /** Another client changes the tenant just before the request is carried out. */
  | {
      readonly kind: 'meanwhile';
      readonly create?: SeedEntry;
      readonly edit?: { readonly pick: Picked; readonly changes: SubscriptionEdit };
      readonly delete?: Picked;
    }
  /** Every token issued so far is refused from now on. */
  | { readonly kind: 'expire-tokens' };

export interface FaultRule {
  /**
   * Method and route: `POST /webhooks`, or `*` for any method or route: `GET *`. Routes are written
   * `/webhooks/{webhook_id}`.
   */
  readonly on: string;
  /** Only requests of this client. */
  readonly clientId?: string;
  /** Only requests about a subscription of this title, in the body or named by the path. */
  readonly title?: string;
  /** The first matching request to hit, counted from 1. Default 1. */
  readonly nth?: number;
  /** How many requests are hit in all. Default 1. */
  readonly times?: number | 'always';
  /** The chance that a request which could be hit is hit, 0 to 1. Default 1. */
  readonly probability?: number;
  readonly effect: Effect | readonly Effect[];
}

/** What a rule is matched against. `titles` are those of the request's subscription: as sent, and as stored. */
interface Occasion {
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
