/** Ids have no case for us (RFC 9562 writes them small and reads them either way); the API is asked as it spells them itself. */
import type { WebhookId } from '../subscription.ts';

/** Far beyond any tenant: what an API that invents ids makes us remember is bounded. */
const MOST = 100_000;

export class Spellings {
  /** Only of those that are not in lower case, which is all but nobody's. */
  readonly #others = new Map<WebhookId, string>();

  /** Takes in how the API spells an id. Gives it as we have it. */
  readonly read = (spelled: string): WebhookId => {
    const id = spelled.toLowerCase();
    this.#others.delete(id);
    if (spelled === id) return id;
    this.#others.set(id, spelled);
    for (const oldest of this.#others.keys()) {
      if (this.#others.size <= MOST) break;
      this.#others.delete(oldest);
    }
    return id;
  };

  /** As the API last spelled it. */
  write(id: WebhookId): string {
    const small = id.toLowerCase();
    return this.#others.get(small) ?? small;
  }
}
