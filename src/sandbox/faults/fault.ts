/**
 * Faults on demand. A rule says which requests it hits and what happens to them; effects are applied at the stage of
 * the exchange they belong to, so any can be combined:
 *
 *   arrival   meanwhile, expire-tokens, delay, cut and answer (these two instead of carrying the request out)
 *   answer    listing, items, members, answer, headers, cached, truncate (the request was carried out; what is said about it changes)
 *   wire      delay, cut, trickle
 */
import type { SubscriptionEdit } from '../api/subscription.ts';
import type { SeedEntry } from '../state/seed.ts';

/** Which subscription somebody else touches; `target` is the one the request is about. */
export type Picked = 'oldest' | 'newest' | 'target' | { readonly id: string } | { readonly title: string };

/** Which items of a listing. */
export type ItemPick = Exclude<Picked, 'target'> | 'all';

export type Effect =
  /**
   * Another answer. `carriedOut` (default false): the request was carried out all the same; what is refused then stays refused where `status` is a
   * success.
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
  /** The connection is reset: before the request was carried out, or (`carriedOut`) before the answer. */
  | { readonly kind: 'cut'; readonly carriedOut: boolean }
  /**
   * Milliseconds, or `never`: until the client gives up. Before the answer, or (`carriedOut: false`) before carrying out;
   * `regardless`: before carrying out, which comes about though the client has given up meanwhile.
   */
  | { readonly kind: 'delay'; readonly ms: number | 'never'; readonly carriedOut?: boolean | 'regardless' }
  /** The answer's body comes in pieces of `bytes` (default 1) every `everyMs` (default 50). */
  | { readonly kind: 'trickle'; readonly bytes?: number; readonly everyMs?: number }
  /** Half the body. `connection: 'cut'`: content-length promises all of it; `'kept'`: it fits, only the JSON is broken. */
  | { readonly kind: 'truncate'; readonly connection: 'cut' | 'kept' }
  /** Sets headers of the answer (another `content-type`, a `date` that is off) or leaves them out. */
  | { readonly kind: 'headers'; readonly set?: Readonly<Record<string, string>>; readonly omit?: readonly string[] }
  /** The head of an answer that a proxy has kept for so long: `age`, an old `date`, no `upvest-request-id`. */
  | { readonly kind: 'cached'; readonly ageSeconds: number }
  /** A listing that lies: a wrong total, items left out, repeated, or shifted as if others had come or gone. */
  | {
      readonly kind: 'listing';
      /** Added to `total_count`. */
      readonly totalCount?: number;
      /** So many of the page's last items are left out. */
      readonly drop?: number;
      /** So many of the page's first items come twice; the page keeps its length. */
      readonly repeat?: number;
      /** The page begins so many items later (or earlier: negative) than asked. */
      readonly shift?: number;
    }
  /** As `members`, of chosen items of a listing alone: `oldest` and `newest` of the page, by id, by title, or `all`. */
  | {
      readonly kind: 'items';
      readonly pick: ItemPick;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly omit?: readonly string[];
    }
  /** Members of what is answered are set (to anything, `null` too) or left out: the API grows, or forgets. */
  | { readonly kind: 'members'; readonly set?: Readonly<Record<string, unknown>>; readonly omit?: readonly string[] }
  /** Somebody else changes the tenant just before the request is carried out. */
  | {
      readonly kind: 'meanwhile';
      readonly create?: SeedEntry;
      readonly edit?: { readonly pick: Picked; readonly changes: SubscriptionEdit };
      readonly delete?: Picked;
    }
  /** Every token issued so far is refused from now on. */
  | { readonly kind: 'expire-tokens' };

export interface FaultRule {
  /** Method and route, `POST /webhooks`; `*` for any of either, `GET *`. Routes are written `/webhooks/{webhook_id}`. */
  readonly on: string;
  /** Only requests of this client. */
  readonly clientId?: string;
  /** Only requests about a subscription of this title, be it in the body or named by the path. */
  readonly title?: string;
  /** The first matching request that is hit, counted from 1. Default 1. */
  readonly nth?: number;
  /** How many are hit in all. Default 1. */
  readonly times?: number | 'always';
  /** The chance that a request which could be hit is. Default 1. */
  readonly probability?: number;
  readonly effect: Effect | readonly Effect[];
}
