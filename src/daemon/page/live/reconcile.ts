/** The one button: asks for a pass, and says what came of it. */
import type { PassReport } from '../../../reconcile/report.ts';
import type { SnapshotEvent } from '../../status-document.ts';
import { span } from '../model/time.ts';
import { refusalOf } from './connection.ts';

/** What became of the last press. `asksForToken`: another try needs the token. */
export type Press =
  | { readonly kind: 'idle' }
  /** `at`: when it was pressed; epoch ms. */
  | { readonly kind: 'queued'; readonly at: number }
  | { readonly kind: 'ended'; readonly says: string }
  | { readonly kind: 'refused'; readonly says: string; readonly asksForToken: boolean };

interface ReconcilePorts {
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** The headers of whoever reads, for where no other token is needed. */
  headers(): Readonly<Record<string, string>>;
  mayReconcile(): SnapshotEvent['mayReconcile'];
  /** By the clock of the daemon's host; epoch ms. */
  now(): number;
  /** Calls once, after so many milliseconds; calling what it returns prevents that. */
  after(delayMs: number, call: () => void): () => void;
  show(press: Press): void;
}

/** A pass that takes longer goes on, and the page tells of it as of any other. */
const DEADLINE_MS = 120_000;

const NEEDED = 'The trigger token is needed, the one of server.triggerTokenFile';
const REFUSED = 'The token was refused';
const NO_ANSWER = 'No answer; it may have been queued';

export class ReconcileButton {
  readonly #ports: ReconcilePorts;
  /** Of the endpoint that triggers, which may have a token of its own. In memory alone. */
  #token: string | undefined;
  #current: AbortController | undefined;

  constructor(ports: ReconcilePorts) {
    this.#ports = ports;
  }

  /** Asks for a pass and waits for its end, unless one that was asked for is under way. Never rejects. */
  async press(token?: string): Promise<void> {
    if (this.#current) return;
    this.#token = token ?? this.#token;
    if (this.#token === undefined && this.#ports.mayReconcile() === 'token') {
      this.#ports.show({ kind: 'refused', says: NEEDED, asksForToken: true });
      return;
    }
    const request = new AbortController();
    this.#current = request;
    const stopWaiting = this.#ports.after(DEADLINE_MS, () => request.abort());
    this.#ports.show({ kind: 'queued', at: this.#ports.now() });
    const press = await this.#request(request.signal);
    stopWaiting();
    this.#current = undefined;
    if (press.kind === 'refused' && press.asksForToken) this.#token = undefined;
    this.#ports.show(press);
  }

  /** There is no contact: no answer comes any longer. */
  giveUp(): void {
    this.#current?.abort();
  }

  async #request(signal: AbortSignal): Promise<Press> {
    const headers = this.#token === undefined ? this.#ports.headers() : { authorization: `Bearer ${this.#token}` };
    try {
      const request = { method: 'POST', headers, signal, cache: 'no-store' } as const;
      const response = await this.#ports.fetch('-/reconcile?wait=true', request);
      return response.status === 200 || response.status === 500
        ? await endOf(response)
        : await refused(response, 'authorization' in headers);
    } catch {
      return { kind: 'refused', says: NO_ANSWER, asksForToken: false };
    }
  }
}

/** A token is asked for where one helps, and nowhere else: what is in the way otherwise, the server says itself. */
async function refused(response: Response, hadToken: boolean): Promise<Press> {
  const { error, reason } = await refusalOf(response);
  const asksForToken = response.status === 401 || reason === 'token';
  const says = asksForToken && hadToken ? REFUSED : (error ?? `It answered ${response.status}`);
  return { kind: 'refused', says, asksForToken };
}

async function endOf(response: Response): Promise<Press> {
  const answer = (await response.json()) as PassReport | { readonly error: string };
  return 'result' in answer
    ? { kind: 'ended', says: inWords(answer) }
    : { kind: 'refused', says: 'The pass could not be made: see the log', asksForToken: false };
}

/** `Converged in 214 ms, nothing to change`. */
function inWords({ result, durationMs, changes, isInterrupted }: PassReport): string {
  const made = Object.values(changes).reduce((sum, count) => sum + count, 0);
  const changed = made === 1 ? '1 change' : `${made} changes`;
  const took = `in ${span(durationMs)}`;
  switch (result) {
    case 'converged':
      return `Converged ${took}, ${made === 0 ? 'nothing to change' : changed}`;
    case 'incomplete':
      return `Incomplete ${took}, ${made === 0 ? 'nothing was changed' : changed}: the list says what is left`;
    case 'failed':
      // Why is said in the sentence, and in the list of passes.
      return `${isInterrupted ? 'Interrupted' : 'Failed'} ${took}`;
    case 'observed':
      return `Looked ${took}, changed nothing`;
  }
}
