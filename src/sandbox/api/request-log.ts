/** The log of every request to the API, by arrival. It holds nothing secret: no header but the client's id, no body. */

export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** With `{webhook_id}` for the id; empty for an unknown path. */
  readonly route: string;
  readonly clientId?: string;
  /** Scopes of the token, space-separated; absent for the token call and for refused callers. */
  scope?: string;
  /** The status the client got; absent while it waits, and where it got none. */
  status?: number;
  /** `cut`: the connection was reset instead of an answer. `abandoned`: the client left before it came. */
  outcome: 'waiting' | 'answered' | 'cut' | 'abandoned';
  /** Kinds of the faults that hit the request. */
  faults: readonly string[];
  /** Why it was refused, in the words of the sandbox's log. */
  why?: string;
}

/** How many records are kept. The oldest are forgotten. */
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
 * Whether a pattern matches a request: method and route as in `POST /webhooks`, `*` for any of either.
 * Routes are written as in the API's reference, `/webhooks/{webhook_id}`.
 */
export function isMeant(pattern: string, method: string, route: string): boolean {
  const [wantedMethod = '*', wantedRoute = '*'] = pattern.split(' ');
  if (wantedMethod !== '*' && wantedMethod.toUpperCase() !== method) return false;
  return wantedRoute === '*' || wantedRoute === route;
}
