/** A client for a test: unsigned by default, without real waits, with everything it reports recorded. */
import type { Clock } from '../../../src/base/clock.ts';
import type { ApiConfig } from '../../../src/config/config.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { Answered, Retrying, UpvestClient } from '../../../src/upvest/client.ts';
import { createClient } from '../../../src/upvest/create-client.ts';
import type { WritePermit } from '../../../src/base/write-permit.ts';

/**
 * A clock that stands still, so that a slow machine changes nothing. Sleeping takes no time, and the test can advance
 * it.
 */
export class SkippingClock implements Clock {
  readonly waits: number[] = [];
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  uptime(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
  }

  moveOn(ms: number): void {
    this.#now += ms;
  }
}

export interface Connected extends AsyncDisposable {
  readonly client: UpvestClient;
  readonly clock: SkippingClock;
  readonly answered: readonly Answered[];
  readonly retrying: readonly Retrying[];
}

export function connect(url: string, settings: Partial<ApiConfig> = {}, writePermit?: WritePermit): Connected {
  const clock = new SkippingClock();
  const answered: Answered[] = [];
  const retrying: Retrying[] = [];
  const api = {
    url,
    clientId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    clientSecret: new Secret('canary-secret+/='),
    sign: false,
    timeoutMs: 5000,
    concurrency: 4,
    requestsPerSecond: 10_000,
    retries: 5,
    ...settings,
  };
  const observer = {
    answered: (event: Answered) => void answered.push(event),
    retrying: (event: Retrying) => void retrying.push(event),
  };
  const client = createClient({ api, clock, observer, ...(writePermit && { writePermit }), random: () => 0 });
  return { client, clock, answered, retrying, [Symbol.asyncDispose]: async () => await client.close() };
}
