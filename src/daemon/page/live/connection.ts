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
  /** Hears of errors of the page itself. */
  report(error: unknown): void;
}

export interface ConnectionEvents {
  snapshot(event: SnapshotEvent): void;
  change(event: ChangeEvent): void;
  contact(contact: Contact): void;
  /** The stream needs a token, or another one than it was given. Nothing is tried until there is one. */
  tokenNeeded(wasRefused: boolean): void;
}

/** The server sends at least a comment every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** The longest that a server is obeyed: somebody looks at the page. */
const LONGEST_PAUSE_MS = 300_000;
/** Between two calls of `tick`, which comes each second: the machine slept, or its clock was set. */
const JUMP_MS = 10_000;

export class Connection {
  readonly #ports: ConnectionPorts;
  readonly #events: ConnectionEvents;
  #token: string | undefined;
  /** The attempt or stream that is under way; what an earlier one still has to say counts no more. */
  #current: AbortController | undefined;
  #cancelRetry: () => void = () => undefined;
  #failures = 0;
  #heardAt: number;
  #contact: Contact['kind'] | undefined;
  #tickedAt: number | undefined;
  #isTokenNeeded = false;

  constructor(ports: ConnectionPorts, events: ConnectionEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#heardAt = ports.now();
  }

  /** Opens the stream now, unless it is open: at the start, and when the tab is seen again. */
  open(): void {
    if (!this.#current) void this.#attempt();
  }

  /** Opens another stream: the network is back, and nobody is told when a stream has died with the old one. */
  reopen(): void {
    if (!this.#isTokenNeeded) void this.#attempt();
  }

  /** To be called once a second while the page is looked at. `clock`: of this machine; epoch ms. */
  tick(clock: number): void {
    const passed = clock - (this.#tickedAt ?? clock);
    this.#tickedAt = clock;
    if (Math.abs(passed) > JUMP_MS) this.reopen();
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
    this.#tickedAt = undefined;
    this.#tell({ kind: 'paused', since: this.#heardAt });
  }

  #tell(contact: Contact): void {
    this.#contact = contact.kind;
    this.#events.contact(contact);
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
    this.#isTokenNeeded = false;
    // What was seen is of then until the snapshot comes. Where there was no contact, that stays said meanwhile.
    if (this.#contact === 'live' || this.#contact === 'paused') {
      this.#tell({ kind: 'connecting', since: this.#heardAt });
    }
    const end = await this.#follow(attempt);
    if (this.#current !== attempt) return;
    this.#current = undefined;
    if (end === 'token') {
      this.#isTokenNeeded = true;
      this.#events.tokenNeeded(this.#token !== undefined);
    } else this.#retryLater(end);
  }

  /** Resolves when the stream has ended, however it did; `token`: none was opened, since it needs one. */
  async #follow(attempt: AbortController): Promise<'token' | Refused> {
    const { signal } = attempt;
    let stopWaiting: () => void = () => undefined;
    const waitAnew = () => {
      stopWaiting();
      stopWaiting = this.#ports.after(SILENCE_MS, () => attempt.abort());
    };
    const heard = () => {
      this.#heardAt = this.#ports.now();
      waitAnew();
    };
    waitAnew();
    try {
      const response = await this.#ports.fetch('status/events', { headers: this.headers(), signal, cache: 'no-store' });
      if (response.status === 401) return 'token';
      if (!response.ok || !response.body) return await refusedBy(response);
      for await (const event of eventsOf(response.body, heard)) if (!this.#take(event, attempt)) break;
    } catch {
      // It was closed, was silent for too long, or could not be opened: all of these are no contact.
    } finally {
      stopWaiting();
    }
    return {};
  }

  /** Never throws. False: nothing more is wanted of this stream, and the snapshot of another puts things right. */
  #take({ type, data }: ServerSentEvent, attempt: AbortController): boolean {
    if (this.#current !== attempt) return false;
    try {
      if (type === 'snapshot') {
        this.#events.snapshot(JSON.parse(data) as SnapshotEvent);
        this.#failures = 0;
        this.#tell({ kind: 'live' });
      }
      if (type === 'change') this.#events.change(JSON.parse(data) as ChangeEvent);
      return true;
    } catch (error) {
      // The page cannot show it: that is no fault of the connection, and whoever looks for it finds it in the console.
      this.#ports.report(error);
      return false;
    }
  }

  #retryLater({ why, notBeforeMs = 0 }: Refused): void {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    // Pages that lost the same server at once do not come back all at once.
    const delayMs = Math.max(longest * (0.5 + this.#ports.random() / 2), notBeforeMs);
    const retryAt = this.#ports.now() + delayMs;
    this.#tell({ kind: 'lost', since: this.#heardAt, retryAt, ...(why !== undefined && { why }) });
    this.#cancelRetry = this.#ports.after(delayMs, () => this.open());
  }
}

/** Why there is no stream, where a server said so, and how long it wants to be left alone. */
interface Refused {
  readonly why?: string;
  readonly notBeforeMs?: number;
}

async function refusedBy(response: Response): Promise<Refused> {
  const { error } = await refusalOf(response);
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return {
    ...(error !== undefined && { why: error }),
    // It may also be a date, which no server of ours sends.
    ...(seconds > 0 && { notBeforeMs: Math.min(seconds * 1000, LONGEST_PAUSE_MS) }),
  };
}

/** How a server refuses: in its own words, and by its name for the reason; empty where it says nothing. */
export async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const { error, reason } = (await response.json()) as { readonly error?: unknown; readonly reason?: unknown };
    return {
      ...(typeof error === 'string' && { error: error.slice(0, 500) }),
      ...(typeof reason === 'string' && { reason }),
    };
  } catch {
    return {};
  }
}

interface Refusal {
  readonly error?: string;
  readonly reason?: string;
}
