/** Access tokens: opaque, expiring, several valid at once. */
import { randomBytes } from 'node:crypto';

export interface Token {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export class Tokens {
  readonly #byText = new Map<string, Token>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** `text` only where a test needs a certain one. */
  issue(clientId: string, scopes: readonly string[], lifetimeSeconds: number, text = newToken()): string {
    if (this.#byText.size % 1000 === 999) this.#sweep();
    this.#byText.set(text, { clientId, scopes, expiresAt: this.#now() + lifetimeSeconds * 1000 });
    return text;
  }

  /** `undefined`: never issued, expired or revoked. */
  find(text: string): Token | undefined {
    const token = this.#byText.get(text);
    return token && token.expiresAt > this.#now() ? token : undefined;
  }

  /** Every token issued so far is refused from now on. */
  expireAll(): void {
    this.#byText.clear();
  }

  #sweep(): void {
    for (const [text, { expiresAt }] of this.#byText) {
      if (expiresAt <= this.#now()) this.#byText.delete(text);
    }
  }
}

function newToken(): string {
  return `ory_at_${randomBytes(32).toString('base64url')}`;
}
