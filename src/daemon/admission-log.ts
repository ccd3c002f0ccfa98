/** Logs who is not admitted, and why a token cannot be read: once each, for nobody's calls must fill the log. */
import type { IncomingMessage } from 'node:http';
import { CredentialError } from '../http/credential-error.ts';
import { type Access, type Denial, denial, type Tokens } from './admission.ts';
import type { Log } from './log.ts';

export class AdmissionLog {
  readonly #log: Log;
  readonly #refused = new Set<string>();
  readonly #unreadable = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** As `denial`. Where a token cannot be read nobody is admitted, and what is the matter is for the log alone. */
  async denial(request: IncomingMessage, access: Access, tokens: Tokens): Promise<Denial | undefined> {
    const isTrigger = access === 'trigger' && tokens.trigger !== undefined;
    const what = isTrigger ? 'the trigger token' : 'the token of server.tokenFile';
    try {
      const denied = await denial(request, access, tokens);
      this.#unreadable.delete(what);
      if (denied) this.#noteRefusal(request, access, denied);
      return denied;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (!this.#unreadable.has(what)) this.#log.error({ detail }, `${what} cannot be read`);
      this.#unreadable.add(what);
      // The path of the file is nobody else's business.
      const said = error instanceof CredentialError ? `${what} cannot be read: see the log` : detail;
      return { status: 500, error: said };
    }
  }

  #noteRefusal({ headers, socket }: IncomingMessage, access: Access, { error }: Denial): void {
    const isTrigger = access === 'trigger';
    const kind = isTrigger ? access : error;
    if (this.#refused.has(kind)) return;
    this.#refused.add(kind);
    const { host, origin } = headers;
    const from = socket.remoteAddress;
    const what = isTrigger ? 'a request for a pass' : 'a request';
    this.#log.warn({ from, host, origin, detail: error }, `${what} was refused, further ones are not logged`);
  }
}
