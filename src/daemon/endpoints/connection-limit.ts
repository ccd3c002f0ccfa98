/**
 * Limits on connections, unread answers and costly answers. A client that holds many connections, fills one with
 * requests or does not read its answers must not keep the kubelet's probes out, nor exhaust the memory.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Requests of one connection that wait for their answers. A client that does not pipeline has one at most. */
const MAX_UNDER_WAY = 4;
/** How much the parser is given at a time; most requests are smaller. */
const PIECE_BYTES = 512;
/** Bytes of a chunked body, framing included: each chunk costs the same, and may hold a single byte. */
const MAX_CHUNKED_BYTES = 4096;

/**
 * Cuts a connection with more than a few requests under way, or with a long body in chunks. Above `limit` connections
 * one is cut for the new one: the oldest on which no answer is due, else the oldest whose client does not read its
 * answer, else the new one itself.
 */
export function limitConnections(server: Server, limit: number): void {
  /** Connections on which no answer is due, in order of arrival. */
  const idle = new Set<Socket>();
  /** Connections with the answers due on them, in the order of their requests. */
  const busy = new Map<Socket, Set<ServerResponse>>();
  /** The last request with a chunked body, by connection. */
  const chunked = new WeakMap<Socket, Chunked>();

  const forget = (socket: Socket): void => {
    idle.delete(socket);
    busy.delete(socket);
  };
  // Forgotten at once, because other connections may arrive before its `close` event.
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
  // An `Expect` header is ignored: an answer that Node gives by itself would not be counted.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

interface Chunked {
  readonly request: IncomingMessage;
  /** Bytes of the body so far. */
  bytes: number;
}

/**
 * Gives Node's parser small pieces. The parser handles whatever it is given to the end, thousands of requests in one
 * chunk, even if the connection is cut at the fifth. `onPiece` is called after each piece, and may cut the connection.
 */
function readInPieces(socket: Socket, onPiece: (bytes: number) => void): void {
  for (const parse of socket.listeners('data')) {
    socket.removeListener('data', parse as (chunk: Buffer) => void);
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length && !socket.destroyed; at += PIECE_BYTES) {
        // Node pauses a socket whose client does not read its answers; the rest is kept until Node resumes it.
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

/** Counts the bytes of answers that clients have not read yet: they wait in our memory. */
export class ResponseBacklog {
  readonly #patienceMs: number;
  #bytes = 0;

  /** A client that has not read an answer `patienceMs` after it was written is cut off. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Must be called before the answer is written. */
  watch(response: ServerResponse, size: number): void {
    this.#bytes += size;
    const cut = setTimeout(() => response.destroy(), this.#patienceMs);
    response.once('close', () => {
      clearTimeout(cut);
      this.#bytes -= size;
    });
  }
}

/** Makes costly answers one after the other, so that probes are answered in between, however many clients ask. */
export class Turns {
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `limit`: how many may wait for a turn. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Calls `make` when it is the caller's turn, and ends the turn with it. Undefined at once if too many wait already.
   */
  async take<T>(make: () => Promise<T>): Promise<T | undefined> {
    if (this.#waiting >= this.#limit) return undefined;
    this.#waiting++;
    const made = this.#last.then(async () => {
      await setImmediate();
      this.#waiting--;
      return make();
    });
    // The answer itself is dropped from the chain, which would keep it in memory until the next caller.
    this.#last = made.then(
      () => undefined,
      () => undefined,
    );
    return made;
  }
}
