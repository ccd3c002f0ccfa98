/** One client of `/status/events`: what waits to be written to it, and when it is given up. */
import type { ServerResponse } from 'node:http';
import { pauses } from '../../base/async.ts';
import type { SnapshotEvent } from '../status-document.ts';

/** Beyond a whole document, a client that is so far behind gets the next one by connecting again. */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;

export interface Follower {
  /** Where it calls from; undefined: not known. */
  readonly address: string | undefined;
  /** Whether it would be admitted if it asked now: tokens are rotated, and a stream has no end. */
  isAdmitted(): Promise<boolean>;
  /** Whether it might trigger a pass now: another configuration may have other tokens. */
  mayReconcile(): Promise<SnapshotEvent['mayReconcile']>;
}

/** How long a client may leave what was written unread, and how long all that waits may take. */
export interface Patience {
  readonly unreadMs: number;
  readonly backlogMs: number;
}

export class EventClient {
  readonly follower: Follower;
  /** Whether it was sent the whole document, so that changes of it mean something to the client. */
  hasDocument = false;
  /** What it was told, or is told with the document. */
  mayReconcile: SnapshotEvent['mayReconcile'] = 'no';
  readonly #response: ServerResponse;
  readonly #patience: Patience;
  readonly #queue: Buffer[] = [];
  #pendingBytes = 0;
  #isWriting = false;

  constructor(response: ServerResponse, follower: Follower, patience: Patience) {
    this.follower = follower;
    this.#response = response;
    this.#patience = patience;
    // A client that is gone is seen by the `close` of the answer.
    response.on('error', () => undefined);
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  cut(): void {
    this.#response.destroy();
  }

  /** The chunks are shared by all clients. */
  send(chunks: readonly Buffer[]): void {
    if (this.#pendingBytes > MAX_PENDING_BYTES) return this.cut();
    for (const chunk of chunks) {
      this.#queue.push(chunk);
      this.#pendingBytes += chunk.length;
    }
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    const cut = setTimeout(() => this.cut(), this.#patience.backlogMs);
    const pause = pauses();
    for (let chunk = this.#queue.shift(); chunk && !this.isGone; chunk = this.#queue.shift()) {
      if (!this.#response.write(chunk)) await this.#read();
      this.#pendingBytes -= chunk.length;
      await pause();
    }
    clearTimeout(cut);
    this.#isWriting = false;
  }

  /** Resolves once the client has read what was written, or is gone. */
  async #read(): Promise<void> {
    if (this.isGone) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cut = setTimeout(() => this.cut(), this.#patience.unreadMs);
    this.#response.once('drain', resolve).once('close', resolve);
    await promise;
    clearTimeout(cut);
    this.#response.off('drain', resolve).off('close', resolve);
  }
}
