/** A door in front of a server: while it is shut, connections are refused and those that were open are reset. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

export class Gate implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #behind: number;
  readonly #sockets = new Set<Socket>();
  #server: Server;

  private constructor(server: Server, port: number, behind: number) {
    this.#server = server;
    this.#port = port;
    this.#behind = behind;
    this.url = `http://127.0.0.1:${port}`;
    server.on('connection', (socket) => this.#pass(socket));
  }

  /** An open one, in front of a port of this machine. */
  static async before(port: number): Promise<Gate> {
    const server = await listening(0);
    return new Gate(server, (server.address() as AddressInfo).port, port);
  }

  async shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async open(): Promise<void> {
    this.#server = await listening(this.#port);
    this.#server.on('connection', (socket) => this.#pass(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shut();
  }

  #pass(front: Socket): void {
    const back = connect(this.#behind, '127.0.0.1');
    this.#sockets.add(front);
    front.on('close', () => this.#sockets.delete(front));
    // In both directions; where one end breaks, so does the other.
    pipeline(front, back, front, () => undefined);
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
