/** What a listing shows too little of, shown by id where that says more. */
import type { Listing, Observed, Unusable, WebhookId } from '../subscription.ts';
import { ApiError } from './errors.ts';
import { inParallel } from './listing.ts';

/** A tenant with more of them has another trouble than these. */
const MOST_READ = 100;

/** Reads one subscription by id; undefined: there is none. */
type Look = (id: WebhookId) => Promise<Observed | undefined>;

/**
 * `width` at a time. What cannot be read, or shows no more, stays unusable; an API that fails us altogether is not asked for
 * the rest. Throws CredentialError, ApiError where it asks to be left alone, and with an aborted signal its reason.
 */
export async function showById(listing: Listing, look: Look, width: number): Promise<Listing> {
  const { items, unusable } = listing;
  let isFailing = false;
  const read = async ({ id }: Unusable): Promise<Observed | undefined> => {
    if (isFailing) return undefined;
    try {
      return await look(id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.retryAfterMs !== undefined) throw error;
      isFailing ||= isOutage(error);
      return undefined;
    }
  };
  const shown = await inParallel(unusable.slice(0, MOST_READ), width, read);
  return {
    items: [...items, ...shown.filter((item) => item !== undefined)],
    unusable: unusable.filter((_, index) => shown[index] === undefined),
  };
}

function isOutage({ status }: ApiError): boolean {
  return status === undefined || status >= 500 || [401, 403, 408, 429].includes(status);
}
