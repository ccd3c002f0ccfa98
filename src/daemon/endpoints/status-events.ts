/**
 * `GET /status/events`: the status document as server-sent events (status-document.ts), whole at first and then what
 * changes. The clients share one comparison of the document with what they were told; without a client nothing is kept.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { inSlices } from '../../base/async.ts';
import type { ChangeEvent, SnapshotEvent } from '../status-document.ts';
import type { Turns } from './connection-limit.ts';
import { EventClient, type Follower } from './event-client.ts';
import { type Compared, compared, type StatusContents, type Told } from './status-changes.ts';

/** Where the document comes from. */
export interface StatusSource {
  /** Of this moment. */
  contents(): StatusContents;
  /** Calls `listener` whenever the document may be other than before, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

const MAX_CLIENTS = 16;
/** Bytes that wait to be read, above which no further client is taken. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

/**
 * `settleMs`: how much of what happens at a time becomes one event. `aliveMs`: how often a client hears something, so
 * that proxies leave the connection open and dead ones are noticed.
 */
export const EVENT_TIMES = { settleMs: 100, aliveMs: 15_000, unreadMs: 10_000, backlogMs: 60_000 };

/**
 * How long comparing rests after it, as a multiple of the time it took: however large the document, it takes no more than
 * a quarter of all time, and half of it while new clients come.
 */
const REST = { afterChange: 3, beforeNewcomers: 1 };
/** The rest where all turns at large answers are taken. */
const LATER_MS = 1_000;

const STILL_HERE = [Buffer.from(': still here\n\n')];

export class StatusEvents {
  readonly #source: StatusSource;
  readonly #turns: Turns;
  readonly #failed: (error: unknown) => void;
  readonly #times: typeof EVENT_TIMES;
  readonly #clients = new Set<EventClient>();
  #unsubscribe = (): void => undefined;
  #alive: NodeJS.Timeout | undefined;
  /** What the clients that have the document were told last. */
  #told: Told | undefined;
  /** Which part of the document may be other than that. */
  #stale: 'nothing' | 'members' | 'all' = 'nothing';
  #isRunning = false;
  /** The last comparison; by `performance.now`. */
  #last = { endedAt: 0, tookMs: 0 };
  #resting = new AbortController();
  #lastId = 0;

  constructor(source: StatusSource, turns: Turns, failed: (error: unknown) => void, times = EVENT_TIMES) {
    this.#source = source;
    this.#turns = turns;
    this.#failed = failed;
    this.#times = times;
  }

  /** Why no further client is taken; undefined: one may come. */
  get fullBecause(): string | undefined {
    const pending = [...this.#clients].reduce((total, { pendingBytes }) => total + pendingBytes, 0);
    return pending > MAX_PENDING_BYTES ? 'other callers have not read their answers yet' : undefined;
  }

  /** The headers of the answer are sent already. */
  follow(response: ServerResponse, follower: Follower, mayReconcile: SnapshotEvent['mayReconcile']): void {
    const client = new EventClient(response, follower, this.#times);
    client.mayReconcile = mayReconcile;
    if (client.isGone) return;
    if (this.#clients.size >= MAX_CLIENTS) this.#makeRoom();
    if (this.#clients.size === 0) this.#begin();
    this.#clients.add(client);
    response.once('close', () => {
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#end();
    });
    client.send([Buffer.from('retry: 3000\n\n')]);
    this.#resting.abort();
    this.#wake();
  }

  /** Whoever has most streams loses the oldest of them: a caller cannot keep the others out, and a page comes again. */
  #makeRoom(): void {
    let most: readonly EventClient[] = [];
    for (const clients of Map.groupBy(this.#clients, ({ follower }) => follower.address).values())
      if (clients.length > most.length) most = clients;
    const [oldest] = most;
    if (!oldest) return;
    oldest.cut();
    this.#clients.delete(oldest);
  }

  #begin(): void {
    this.#unsubscribe = this.#source.onChange(() => {
      this.#stale = 'all';
      this.#wake();
    });
    this.#alive = setInterval(() => this.#tick(), this.#times.aliveMs);
  }

  #end(): void {
    this.#unsubscribe();
    clearInterval(this.#alive);
    this.#told = undefined;
  }

  #tick(): void {
    for (const client of this.#clients) {
      if (client.pendingBytes === 0) client.send(STILL_HERE);
      this.#checkAccess(client).catch((error: unknown) => this.#fail(error));
    }
    // Of some members time alone makes others: a freeze window opens, the next pass is put off.
    if (this.#stale === 'nothing') this.#stale = 'members';
    this.#wake();
  }

  async #checkAccess(client: EventClient): Promise<void> {
    const { follower } = client;
    if (!(await follower.isAdmitted())) return client.cut();
    const mayReconcile = await follower.mayReconcile();
    if (!client.hasDocument || mayReconcile === client.mayReconcile) return;
    client.mayReconcile = mayReconcile;
    this.#lastId += 1;
    const change: ChangeEvent = { at: new Date().toISOString(), mayReconcile };
    client.send(this.#event('change', [Buffer.from(JSON.stringify(change))]));
  }

  #wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run().then(
      () => (this.#isRunning = false),
      (error: unknown) => {
        this.#isRunning = false;
        this.#fail(error);
      },
    );
  }

  /** The clients come again. */
  #fail(error: unknown): void {
    this.#failed(error);
    for (const client of this.#clients) client.cut();
  }

  get #newcomers(): readonly EventClient[] {
    return [...this.#clients].filter(({ hasDocument, isGone }) => !hasDocument && !isGone);
  }

  async #run(): Promise<void> {
    while (this.#clients.size > 0 && (this.#stale !== 'nothing' || this.#newcomers.length > 0)) {
      await this.#rest();
      const begunAt = performance.now();
      const isMade = await this.#turns.take(async () => this.#publish());
      const endedAt = performance.now();
      this.#last = { endedAt, tookMs: isMade ? endedAt - begunAt : LATER_MS };
    }
  }

  async #rest(): Promise<void> {
    for (;;) {
      const areWaiting = this.#newcomers.length > 0;
      const restMs = this.#last.tookMs * (areWaiting ? REST.beforeNewcomers : REST.afterChange);
      const waitMs = this.#last.endedAt + restMs - performance.now();
      const settledMs = areWaiting ? waitMs : Math.max(waitMs, this.#times.settleMs);
      if (settledMs <= 0) return;
      this.#resting = new AbortController();
      try {
        // A process that ends does not wait for it.
        await sleep(settledMs, undefined, { ref: false, signal: this.#resting.signal });
        return;
      } catch {
        // A client has come, whose rest is shorter.
      }
    }
  }

  async #publish(): Promise<true> {
    const newcomers = this.#newcomers;
    const stale = this.#stale;
    this.#stale = 'nothing';
    const at = new Date().toISOString();
    const isWholeWanted = newcomers.length > 0;
    const scope = isWholeWanted || stale === 'all' ? 'all' : 'members';
    const contents = this.#source.contents();
    const { told, change, whole } = await inSlices(compared(contents, { told: this.#told, at, isWholeWanted, scope }));
    if (this.#clients.size === 0) return true;
    this.#told = told;
    this.#tell(change, at, { newcomers, whole });
    return true;
  }

  #tell(
    change: Compared['change'],
    at: string,
    { newcomers, whole }: { readonly newcomers: readonly EventClient[]; readonly whole: readonly Buffer[] },
  ): void {
    this.#lastId += 1;
    if (change) {
      const event = this.#event('change', change);
      for (const client of this.#clients) if (client.hasDocument) client.send(event);
    }
    for (const client of newcomers) {
      client.hasDocument = true;
      const head = `{"at":${JSON.stringify(at)},"mayReconcile":${JSON.stringify(client.mayReconcile)},"document":`;
      client.send(this.#event('snapshot', [Buffer.from(head), ...whole, Buffer.from('}')]));
    }
  }

  /** Its data is JSON, which has no line breaks in it. */
  #event(name: 'snapshot' | 'change', data: readonly Buffer[]): readonly Buffer[] {
    return [Buffer.from(`id: ${this.#lastId}\nevent: ${name}\ndata: `), ...data, Buffer.from('\n\n')];
  }
}
