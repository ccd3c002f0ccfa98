/** Every request to the API in order of arrival. Holds no header but the client's id, and no body: nothing secret. */

export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** With `{webhook_id}` for the id; empty where the path leads nowhere. */
  readonly route: string;
  readonly clientId?: string;
  /** Scopes of the token, space-separated; absent for the token call and for callers not let in. */
  scope?: string;
  /** As the client got it; absent while it waits, and where it got none. */
  status?: number;
  /** `cut`: the connection was reset instead of an answer. `abandoned`: the client left before it came. */
  outcome: 'waiting' | 'answered' | 'cut' | 'abandoned';
  /** Kinds of the faults that hit it. */
  faults: readonly string[];
  /** Why it was refused, in the words of the sandbox's log. */
  why?: string;
}

/** The oldest are forgotten beyond this. */
const KEPT = 100_000;

export class RequestLog {
  readonly records: RequestRecord[] = [];

  add(record: RequestRecord): RequestRecord {
    this.records.push(record);
    if (this.records.length > KEPT * 1.1) this.records.splice(0, this.records.length - KEPT);
    return record;
  }
}

/**
 * Whether a request is meant by a pattern: method and route as in `POST /webhooks`, `*` for any of either.
 * Routes are written as in the API's reference, `/webhooks/{webhook_id}`.
 */
export function isMeant(pattern: string, method: string, route: string): boolean {
  const [wantedMethod = '*', wantedRoute = '*'] = pattern.split(' ');
  if (wantedMethod !== '*' && wantedMethod.toUpperCase() !== method) return false;
  return wantedRoute === '*' || wantedRoute === route;
}
