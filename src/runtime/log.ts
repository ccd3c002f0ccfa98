/** The log: one JSON line per event on stderr, `msg` constant, everything that varies in fields. */
import pino, { type Logger } from 'pino';
import { printable, printableJson } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import type { PassEvents } from '../reconcile/pass.ts';

export type Log = Logger;

/** A second fence behind `Secret`: names under which a credential might be logged by mistake. */
const NEVER_LOGGED = ['authorization', 'clientSecret', 'client_secret', 'access_token', 'passphrase', 'privateKey'];

/** So much of what cannot be written is kept; lines beyond it are lost. */
const BACKLOG_BYTES = 1_048_576;

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
      { ...options, formatters: { ...options.formatters, log: (fields) => shown(fields) as Record<string, unknown> } },
      pretty({
        destination: 2,
        sync: true,
        singleLine: true,
        colorize: process.stderr.isTTY && !process.env['NO_COLOR'],
      }),
    );
  }
  // Written at once: the last line before a kill is the one that is needed.
  const stderr = pino.destination({ fd: 2, sync: true, maxLength: BACKLOG_BYTES });
  // A disk that is full stops nobody: what could not be written goes before the next line that finds room.
  stderr.on('error', () => {});
  return pino(options, { write: (line) => stderr.write(`${printableJson(line.trimEnd())}\n`) });
}

/** Texts made fit for a terminal, however deep they lie; errors are left to their serialiser. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
}

/** What a pass tells while it runs, as lines of the log: the same ones from the daemon and from `apply`. */
export function logEvents(log: Log): PassEvents {
  return {
    change: (change, revision) => log.info({ audit: true, ...change, revision }, 'tenant changed'),
    drift: () => undefined,
    failed: (action, failure) => {
      const { title } = 'desired' in action ? action.desired : action.observed;
      log.error({ action: action.kind, title, ...failure }, 'change failed');
    },
    testFailed: (title, failure) => log.warn({ title, ...failure }, 'test delivery failed'),
  };
}
