/** Tells of who may not trigger a pass: once, for nobody's calls must fill the log. */
import type { IncomingMessage } from 'node:http';
import type { Log } from './log.ts';

export class Doorkeeper {
  readonly #log: Log;
  #hasRefused = false;
  #isTokenLost = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** What `mayTrigger` says, or throws where the token cannot be read. */
  async admits(request: IncomingMessage, mayTrigger: Promise<boolean>): Promise<boolean> {
    let isAllowed: boolean;
    try {
      isAllowed = await mayTrigger;
    } catch (error) {
      if (!this.#isTokenLost) this.#log.error({ detail: (error as Error).message }, 'the trigger token cannot be read');
      this.#isTokenLost = true;
      throw error;
    }
    this.#isTokenLost = false;
    if (!isAllowed && !this.#hasRefused) {
      this.#hasRefused = true;
      const { host, origin } = request.headers;
      const from = request.socket.remoteAddress;
      this.#log.warn({ from, host, origin }, 'a request for a pass was refused, further ones are not logged');
    }
    return isAllowed;
  }
}
