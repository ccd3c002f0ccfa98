/** The log: one JSON line per event on stderr, `msg` constant, everything that varies in fields. */
import pino, { type Logger } from 'pino';
import type { Config } from '../config/config.ts';

export type Log = Logger;

/** A second fence behind `Secret`: names under which a credential might be logged by mistake. */
const NEVER_LOGGED = ['authorization', 'clientSecret', 'client_secret', 'access_token', 'passphrase', 'privateKey'];

export async function createLog({ level, format }: Config['log']): Promise<Log> {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: NEVER_LOGGED.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  };
  if (format === 'pretty') {
    // For people at a terminal alone: no pod has to load it.
    const { default: pretty } = await import('pino-pretty');
    return pino(
      options,
      pretty({
        destination: 2,
        sync: true,
        singleLine: true,
        colorize: process.stderr.isTTY && !process.env['NO_COLOR'],
      }),
    );
  }
  // Written at once: the last line before a kill is the one that is needed.
  return pino(options, pino.destination({ fd: 2, sync: true }));
}
