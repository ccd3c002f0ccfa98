/** Sends a plain HTTP request with exactly the given headers, for the tests of the sandbox. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface ToSend {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  readonly signal?: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined where it is not JSON. */
  readonly json: Json | undefined;
}

/** Any JSON, loosely typed: tests check single members and fail where one is missing. */
export type Json = Readonly<Record<string, unknown>>;

/** Rejects where no complete answer comes: a reset, a torn body. */
export function send(url: string, { method, target, headers = {}, body, signal }: ToSend): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // Each request has its own connection, so that a test that cuts one does not break the next.
    const options = { hostname, port, path: target, method, headers, agent: false, ...(signal ? { signal } : {}) };
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
