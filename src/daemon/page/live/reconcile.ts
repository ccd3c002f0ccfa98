/** The one button: asks for a pass, and says what came of it. */
import type { PassReport } from '../../../reconcile/report.ts';
import { span } from '../model/time.ts';
import { refusalOf } from './connection.ts';

/** What became of the last press. `asksForToken`: another try needs the token. */
export type Press =
  | { readonly kind: 'idle' }
  /** `at`: when it was pressed; epoch ms. */
  | { readonly kind: 'queued'; readonly at: number }
  | { readonly kind: 'ended'; readonly says: string }
  | { readonly kind: 'refused'; readonly says: string; readonly asksForToken: boolean };

export interface ReconcilePorts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly headers: Readonly<Record<string, string>>;
  /** False: no token would help, because none is configured. */
  readonly takesToken: boolean;
}

/** Asks for a pass and waits for its end. Never rejects. */
export async function requestPass({ fetch, headers, takesToken }: ReconcilePorts): Promise<Press> {
  try {
    const response = await fetch('-/reconcile?wait=true', { method: 'POST', headers, cache: 'no-store' });
    switch (response.status) {
      case 200:
      case 500:
        return await endOf(response);
      case 401:
      case 403:
        if (!takesToken) return { kind: 'refused', says: FROM_HERE, asksForToken: false };
        return { kind: 'refused', says: 'authorization' in headers ? REFUSED : WAY_OUT, asksForToken: true };
      default:
        return {
          kind: 'refused',
          says: (await refusalOf(response)) ?? `It answered ${response.status}`,
          asksForToken: false,
        };
    }
  } catch {
    return { kind: 'refused', says: 'No answer: the program cannot be reached', asksForToken: false };
  }
}

const FROM_HERE = 'From this host only: kubectl port-forward, or set server.triggerTokenFile';
const REFUSED = 'The token was refused';
export const WAY_OUT = 'From this host only: kubectl port-forward, or give the token';

async function endOf(response: Response): Promise<Press> {
  const answer = (await response.json()) as PassReport | { readonly error: string };
  return 'result' in answer
    ? { kind: 'ended', says: inWords(answer) }
    : { kind: 'refused', says: 'The pass could not be made: see the log', asksForToken: false };
}

/** `Converged in 214 ms, nothing to change`. */
function inWords({ result, durationMs, changes, error }: PassReport): string {
  const made = Object.values(changes).reduce((sum, count) => sum + count, 0);
  const changed = made === 1 ? '1 change' : `${made} changes`;
  const took = `in ${span(durationMs)}`;
  switch (result) {
    case 'converged':
      return `Converged ${took}, ${made === 0 ? 'nothing to change' : changed}`;
    case 'incomplete':
      return `Incomplete ${took}, ${made === 0 ? 'nothing was changed' : changed}: the list says what is left`;
    case 'failed':
      return `Failed ${took}${error === undefined ? '' : `: ${error}`}`;
    case 'observed':
      return `Looked ${took}, changed nothing`;
  }
}
