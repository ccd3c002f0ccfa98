/** Entries made small: what one checkout asks for stays in memory until the next one is read. */
import type { SubscriptionEntry } from './subscriptions.generated.ts';

/**
 * Of equal parts one is kept, and each text is one of its own: a piece of a text keeps the whole of it, which is a file.
 * One for each compilation.
 */
export class Compactor {
  readonly #known = new Map<string, unknown>();

  entry({ title, url, type, exclude_type, config, reconcile, ...others }: SubscriptionEntry): SubscriptionEntry {
    return {
      ...others,
      title: own(title),
      ...(url !== undefined && { url: this.#one(url) }),
      ...(type !== undefined && { type: this.#one(type) }),
      ...(exclude_type !== undefined && { exclude_type: this.#one(exclude_type) }),
      ...(config !== undefined && { config: this.#one(config) }),
      ...(reconcile !== undefined && { reconcile: this.#one(reconcile) }),
    };
  }

  #one<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    const fresh = JSON.parse(key) as T;
    this.#known.set(key, fresh);
    return fresh;
  }
}

export function own(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
