/** The stream of `status/events`: kept open while the page is looked at, and opened again whenever it is lost. */
import type { ChangeEvent, SnapshotEvent } from '../../status-document.ts';
import type { Contact } from '../model/sentence.ts';
import { eventsOf, type ServerSentEvent } from './event-stream.ts';

export interface ConnectionPorts {
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Milliseconds since the epoch, by the clock of the page. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Calls once, after so many milliseconds; calling what it returns prevents that. */
  after(delayMs: number, call: () => void): () => void;
}

export interface ConnectionEvents {
  snapshot(event: SnapshotEvent): void;
  change(event: ChangeEvent): void;
  /** `why` is the answer of a server that refuses the stream. */
  contact(contact: Contact, why?: string): void;
  /** The stream needs a token, or another one than it was given. Nothing is tried until there is one. */
  tokenNeeded(wasRefused: boolean): void;
}

/** The server sends at least a comment every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export class Connection {
  readonly #ports: ConnectionPorts;
  readonly #events: ConnectionEvents;
  #token: string | undefined;
  /** The attempt or stream that is under way; what an earlier one still has to say counts no more. */
  #current: AbortController | undefined;
  #cancelRetry: () => void = () => undefined;
  #failures = 0;
  #heardAt: number;

  constructor(ports: ConnectionPorts, events: ConnectionEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#heardAt = ports.now();
  }

  /** Opens the stream now, unless it is open: at the start, when the tab is seen again, when the network is back. */
  open(): void {
    if (!this.#current) void this.#attempt();
  }

  /** The token is kept here alone, and sent in a header, never in an address. */
  openWith(token: string): void {
    this.#token = token;
    this.#stop();
    this.open();
  }

  /** What is to be sent along with every request of the page. */
  headers(): Readonly<Record<string, string>> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /** Closes the stream while nobody looks at the page. */
  pause(): void {
    this.#stop();
    this.#events.contact({ kind: 'paused' });
  }

  #stop(): void {
    this.#cancelRetry();
    this.#current?.abort();
    this.#current = undefined;
  }

  async #attempt(): Promise<void> {
    this.#stop();
    const attempt = new AbortController();
    this.#current = attempt;
    let stopWaiting: () => void = () => undefined;
    const heard = () => {
      this.#heardAt = this.#ports.now();
      stopWaiting();
      stopWaiting = this.#ports.after(SILENCE_MS, () => attempt.abort());
    };
    stopWaiting = this.#ports.after(SILENCE_MS, () => attempt.abort());
    let why: string | undefined;
    try {
      const { signal } = attempt;
      const response = await this.#ports.fetch('status/events', { headers: this.headers(), signal, cache: 'no-store' });
      if (response.status === 401) return this.#askForToken(attempt);
      if (!response.ok || !response.body) why = await refusalOf(response);
      else for await (const event of eventsOf(response.body, heard)) this.#take(event, attempt);
    } catch {
      // It was closed, was silent for too long, or could not be opened: all of these are no contact.
    } finally {
      stopWaiting();
    }
    if (this.#current === attempt) this.#retryLater(why);
  }

  #take({ type, data }: ServerSentEvent, attempt: AbortController): void {
    if (this.#current !== attempt) return;
    if (type === 'snapshot') {
      this.#failures = 0;
      this.#events.snapshot(JSON.parse(data) as SnapshotEvent);
      this.#events.contact({ kind: 'live' });
    }
    if (type === 'change') this.#events.change(JSON.parse(data) as ChangeEvent);
  }

  #askForToken(attempt: AbortController): void {
    if (this.#current !== attempt) return;
    this.#current = undefined;
    this.#events.tokenNeeded(this.#token !== undefined);
  }

  #retryLater(why: string | undefined): void {
    this.#current = undefined;
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    // Pages that lost the same server at once do not come back all at once.
    const delayMs = longest * (0.5 + this.#ports.random() / 2);
    this.#events.contact({ kind: 'lost', since: this.#heardAt, retryAt: this.#ports.now() + delayMs }, why);
    this.#cancelRetry = this.#ports.after(delayMs, () => this.open());
  }
}

/** Why a server refuses, in its own words; undefined: it gave none. */
export async function refusalOf(response: Response): Promise<string | undefined> {
  try {
    const { error } = (await response.json()) as { readonly error?: unknown };
    return typeof error === 'string' ? error.slice(0, 500) : undefined;
  } catch {
    return undefined;
  }
}
