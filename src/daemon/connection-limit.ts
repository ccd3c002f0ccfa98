/** Room for the next caller: who holds connections, or fills one with requests, must not keep the kubelet's probes out. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Requests of one connection that wait for their answers. Whoever sends one after the other has a single one. */
const MAX_UNDER_WAY = 4;
/** Most requests are smaller. */
const PIECE_BYTES = 512;
/** Of a body in chunks, framing included: each chunk costs the same, and may hold a single byte. */
const MAX_CHUNKED_BYTES = 4096;

/**
 * A connection with more than a few requests under way, or with a long body in chunks, is cut. Above `limit` connections one makes way for the new one: the
 * oldest of those on which no answer is due, else of those whose answer is not taken.
 */
export function limitConnections(server: Server, limit: number): void {
  /** In order of arrival. */
  const idle = new Set<Socket>();
  /** With the answers that are due on it; in the order in which it was asked. */
  const busy = new Map<Socket, Set<ServerResponse>>();
  /** The last request of each that sends its body in chunks. */
  const chunked = new WeakMap<Socket, Chunked>();

  const forget = (socket: Socket): void => {
    idle.delete(socket);
    busy.delete(socket);
  };
  // Forgotten at once: until it says that it is closed, others may come.
  const cut = (socket: Socket): void => {
    forget(socket);
    socket.destroy();
  };

  server.on('connection', (socket: Socket) => {
    socket.once('close', () => forget(socket));
    if (idle.size + busy.size >= limit) cut(firstOf(idle) ?? firstUntaken(busy) ?? socket);
    if (socket.destroyed) return;
    idle.add(socket);
    readInPieces(socket, (bytes) => {
      const body = chunked.get(socket);
      if (!body || body.request.complete) return;
      body.bytes += bytes;
      if (body.bytes > MAX_CHUNKED_BYTES) cut(socket);
    });
  });
  const count = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    if (socket.destroyed) return;
    if (request.headers['transfer-encoding'] !== undefined) chunked.set(socket, { request, bytes: 0 });
    const due = busy.get(socket) ?? new Set();
    due.add(response);
    if (due.size > MAX_UNDER_WAY) return cut(socket);
    idle.delete(socket);
    busy.set(socket, due);
    response.once('close', () => {
      due.delete(response);
      if (due.size > 0 || socket.destroyed) return;
      busy.delete(socket);
      idle.add(socket);
    });
  };
  server.on('request', count);
  // Answered as if nothing was expected: what Node answers by itself would not be counted.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

interface Chunked {
  readonly request: IncomingMessage;
  /** Of its body, so far. */
  bytes: number;
}

/**
 * Gives Node's parser little at a time: what it is given it parses to the end, thousands of requests in a chunk, though the
 * connection is cut at the fifth. `onPiece` is told of each, and may cut it.
 */
function readInPieces(socket: Socket, onPiece: (bytes: number) => void): void {
  for (const parse of socket.listeners('data')) {
    socket.removeListener('data', parse as (chunk: Buffer) => void);
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length && !socket.destroyed; at += PIECE_BYTES) {
        // Node pauses whoever does not take its answers, and is to be given no more until it goes on.
        if (socket.isPaused()) return socket.unshift(chunk.subarray(at));
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        parse.call(socket, piece);
        onPiece(piece.length);
      }
    });
  }
}

function firstOf(sockets: ReadonlySet<Socket>): Socket | undefined {
  const [oldest] = sockets;
  return oldest;
}

function firstUntaken(busy: ReadonlyMap<Socket, ReadonlySet<ServerResponse>>): Socket | undefined {
  for (const [socket, due] of busy) {
    const [next] = due;
    if (next?.writableEnded) return socket;
  }
  return undefined;
}

/** Answers that callers have asked for and do not read: they wait in our memory. */
export class ResponseBacklog {
  readonly #patienceMs: number;
  #bytes = 0;

  /** Whoever has not taken an answer `patienceMs` after it was given is cut off. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** To be called before the answer is written. */
  watch(response: ServerResponse, size: number): void {
    this.#bytes += size;
    const cut = setTimeout(() => response.destroy(), this.#patienceMs);
    response.once('close', () => {
      clearTimeout(cut);
      this.#bytes -= size;
    });
  }
}

/** Costly answers, made one after the other: probes are answered in between, however many ask for what is large. */
export class Turns {
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `limit`: how many may wait for a turn. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What `make` returns when it is the caller's turn, which ends with it; undefined at once where too many wait already. */
  async take<T>(make: () => Promise<T>): Promise<T | undefined> {
    if (this.#waiting >= this.#limit) return undefined;
    this.#waiting++;
    const made = this.#last.then(async () => {
      await setImmediate();
      this.#waiting--;
      return make();
    });
    // The answer itself is left out: it would be kept until the next caller.
    this.#last = made.then(
      () => undefined,
      () => undefined,
    );
    return made;
  }
}
