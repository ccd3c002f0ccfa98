/** Serves the endpoints at one address at a time, until the end. */
import type { Server } from 'node:http';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../runtime/log.ts';
import type { Endpoints } from './routes.ts';
import { listen, portOf } from './server.ts';

type Address = Pick<Config['server'], 'host' | 'port'>;

export class Listener {
  readonly #endpoints: Endpoints;
  readonly #log: Log;
  #server: Server | undefined;
  #isOver = false;

  constructor(endpoints: Endpoints, log: Log) {
    this.#endpoints = endpoints;
    this.#log = log;
  }

  /** Listens, and resolves with the port. Rejects if it cannot listen at the address. */
  async at({ host, port }: Address): Promise<number> {
    this.#server = await listen(host, port, this.#endpoints);
    const assigned = portOf(this.#server);
    this.#log.info({ host, port: assigned }, 'listening');
    if (this.#isOver) await this.#close();
    return assigned;
  }

  /**
   * Resolves with why it cannot listen at `to`, where it serves at `from` again; undefined: it serves at `to`. Rejects if
   * it can serve at neither.
   */
  async move(from: Address, to: Address): Promise<string | undefined> {
    await this.#close();
    try {
      await this.at(to);
      return undefined;
    } catch (error) {
      const why = cannotListen(error, to);
      this.#log.error({ detail: why }, 'cannot listen');
      await this.at(from);
      return why;
    }
  }

  /** Stops for good: an `at` still under way closes its server at once. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#close();
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** Why an address cannot be listened on, and what to do. */
export function cannotListen(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  wayOut = 'set server.port, RECONCILER_PORT or --port to a free one',
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `${host}:${port} is taken by another process: ${wayOut}`;
  if (code === 'EACCES') return `not allowed to listen on ${host}:${port}: choose a port above 1023`;
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine: set server.host or RECONCILER_HOST`;
  return message;
}
