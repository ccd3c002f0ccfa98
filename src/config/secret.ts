/** A value that must never be seen. Every way of turning it into text shows a mask; only `reveal()` gives it. */
import { inspect } from 'node:util';

/** What is shown in place of a secret. */
export const MASK = '[secret]';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one place that sends or decrypts with it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
