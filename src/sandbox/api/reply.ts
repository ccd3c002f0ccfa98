/** An answer before it is sent. Without `body` it is empty and has no content type. */
export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that the sandbox would send by itself, in lower case. */
  readonly withoutHeaders?: readonly string[];
}

export function jsonReply(status: number, value: unknown): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** All documented statuses of errors. The sandbox refuses with no other status. 412 and 423 are used by faults only. */
const TITLES: Readonly<Record<number, readonly [slug: string, title: string]>> = {
  400: ['invalid_request', 'Invalid request'],
  401: ['unauthorised', 'Unauthorised'],
  403: ['forbidden', 'Forbidden'],
  404: ['not_found', 'Not found'],
  405: ['method_not_allowed', 'Method not allowed'],
  406: ['not_acceptable', 'Not acceptable'],
  409: ['conflict', 'Conflict'],
  412: ['precondition_failed', 'Precondition failed'],
  422: ['unprocessable_entity', 'Unprocessable entity'],
  423: ['locked', 'Locked'],
  426: ['upgrade_required', 'Upgrade required'],
  429: ['too_many_requests', 'Too many requests'],
  500: ['internal', 'Internal error'],
  502: ['bad_gateway', 'Bad gateway'],
  503: ['unavailable', 'Service unavailable'],
  504: ['gateway_timeout', 'Gateway timeout'],
};

/** Why a request is not carried out. `detail` goes into the answer, `why` only into the sandbox's log. */
export class Refusal {
  readonly status: number;
  readonly detail: string | undefined;
  readonly why: string | undefined;
  readonly slug: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail?: string,
    more: { readonly why?: string; readonly slug?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    this.status = status;
    this.detail = detail;
    this.why = more.why;
    this.slug = more.slug;
    this.headers = more.headers ?? {};
  }
}

/** The refusal as a problem document. */
export function problemReply(refusal: Refusal, requestId: string): Reply {
  const { status, detail } = refusal;
  const [slug, title] = TITLES[status] ?? ['internal', 'Error'];
  const body = {
    type: `https://docs.upvest.co/errors/${refusal.slug ?? slug}`,
    status,
    title: refusal.slug === 'missing_client_id' ? 'Missing client ID' : title,
    ...(detail ? { detail } : {}),
    request_id: requestId,
  };
  return { status, contentType: 'application/problem+json', body: JSON.stringify(body), headers: refusal.headers };
}

/** An error as a CDN in front of the API would send it. */
export function htmlReply(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  const title = `${status} ${TITLES[status]?.[1] ?? 'Error'}`;
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center><hr><center>cloudflare</center></body></html>\n`;
  return { status, contentType: 'text/html; charset=UTF-8', body, headers };
}
