/** The log: one JSON line per event on stderr, `msg` constant, everything that varies in fields. */
import pino, { type Logger } from 'pino';
import { isReported } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { printable, printableJson } from '../base/text.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import type { Config } from '../config/config.ts';
import type { ConfigProblem } from '../config/source-value.ts';
import { PassAborted } from '../reconcile/errors.ts';
import type { Pass } from '../reconcile/pass.ts';
import { type PassResult, type Snapshot, STATES, type SubscriptionState } from '../reconcile/report.ts';
import type { Tested } from '../reconcile/test-deliveries.ts';
import { SUSPICIOUS_SKEW_SECONDS } from '../upvest/clock-skew.ts';
import { RECEIVER_FIXES } from '../upvest/wire.ts';
import { useColour } from './colour.ts';
import type { Sink } from './happening.ts';

export type Log = Logger;

/** A second safeguard behind `Secret`: field names under which a bug might log a credential. */
const NEVER_LOGGED = ['authorization', 'clientSecret', 'client_secret', 'access_token', 'passphrase', 'privateKey'];

/** Bytes of lines that cannot be written yet. Lines beyond it are lost. */
const BACKLOG_BYTES = 1_048_576;

export async function createLog({ level, format }: Config['log']): Promise<Log> {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => mapTexts(fields, withoutUrlSecrets) },
    redact: { paths: NEVER_LOGGED.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
  };
  if (format === 'pretty') {
    // Loaded only for people at a terminal, so that no pod has to load it.
    const [{ default: pretty }, { sentence }] = await Promise.all([import('pino-pretty'), import('./pretty.ts')]);
    return pino(
      {
        ...options,
        formatters: {
          ...options.formatters,
          log: (fields) => mapTexts(fields, (text) => printable(withoutUrlSecrets(text))),
        },
      },
      pretty({
        destination: 2,
        sync: true,
        hideObject: true,
        messageFormat: sentence,
        colorize: useColour(process.stderr),
      }),
    );
  }
  // Lines are written synchronously: the last line before a kill is the one that is needed.
  const stderr = pino.destination({ fd: 2, sync: true, maxLength: BACKLOG_BYTES });
  // A full disk must not stop the daemon: lines that could not be written are kept and written before the next one.
  stderr.on('error', () => {});
  return pino(options, { write: (line) => stderr.write(`${printableJson(line.trimEnd())}\n`) });
}

/** The fields with all texts in them changed, however deep they are. Errors are left to their serialiser. */
function mapTexts(fields: object, change: (text: string) => string): Record<string, unknown> {
  const mapped = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(mapped);
    return !isObject(value) || value instanceof Error ? value : mapTexts(value, change);
  };
  return Object.fromEntries(Object.entries(fields).map(([name, member]) => [name, mapped(member)]));
}

export interface LogOptions {
  /** Passes that have not failed are for debugging alone. */
  readonly hasQuietPasses?: boolean;
}

/**
 * Writes every happening as one line or none. All messages of happenings are here; operators and tests rely on them.
 */
export function logSink(log: Log, { hasQuietPasses = false }: LogOptions = {}): Sink {
  let last: PassResult | undefined;
  return (happening) => {
    switch (happening.kind) {
      case 'changed': {
        const { change, revision } = happening;
        // As in a plan: JSON would leave a member out that has no value.
        const changes = change.changes.map(({ field, from = null, to = null }) => ({ field, from, to }));
        return log.info({ audit: true, ...change, changes, revision }, 'tenant changed');
      }
      case 'pass-began':
      case 'pass-put-off':
      case 'checkout-read':
      case 'drifted':
      case 'adopted':
        return;
      case 'change-failed': {
        const { action, failure } = happening;
        const { title } = 'desired' in action ? action.desired : action.observed;
        return log.error({ action: action.kind, title, ...failure }, 'change failed');
      }
      case 'receiver-tested':
        return happening.isListed ? logReceiver(log, happening.tested) : undefined;
      case 'receivers-not-listed':
        return log.warn({ count: happening.count }, 'more receivers did not take their test deliveries');
      case 'pass-ended':
        logPass(log, happening.pass, !hasQuietPasses && isWorthALine(happening.pass, last));
        last = happening.pass.report.result;
        return;
      case 'pass-overdue': {
        const { trigger, startedAt, isStuck } = happening;
        const fields = { trigger, startedAt: new Date(startedAt).toISOString() };
        return isStuck ? log.fatal(fields, 'pass does not end') : log.error(fields, 'pass is overdue');
      }
      case 'request-answered': {
        const { method, route, status, durationMs, requestId } = happening.answer;
        return log.debug({ method, route, status, durationMs: Math.round(durationMs), requestId }, 'api request');
      }
      case 'request-retried':
        return log.info(happening.retry, 'api request is sent again');
      case 'leadership-gained': {
        const { lease, identity, how } = happening;
        return log.info({ lease, holder: identity, how }, 'leadership gained');
      }
      case 'leadership-lost': {
        const { lease, holder, why, how } = happening;
        return log[how === 'lost' ? 'warn' : 'info']({ lease, holder, why }, 'leadership lost');
      }
      case 'standing-by':
        return log.info({ lease: happening.lease, holder: happening.holder }, 'standing by');
      case 'lease-left': {
        const { lease, why } = happening;
        return log.info({ lease, detail: why }, 'the lease is not released and expires by itself');
      }
      case 'lease-out-of-reach': {
        const { lease, why, isNews } = happening;
        // The first failure in a row is for operators, the others are for debugging.
        return log[isNews ? 'warn' : 'debug']({ lease, detail: why }, 'the lease is out of reach');
      }
      case 'lease-in-reach':
        return log.info({ lease: happening.lease }, 'the lease is in reach again');
      case 'configuration-reloaded': {
        const { tenant, mode, path, warnings } = happening;
        logProblems(log, warnings);
        return log.info({ tenant, mode, path }, 'configuration read again');
      }
      case 'configuration-refused':
        logProblems(log, happening.problems);
        return log.error('the configuration has errors: the previous one stays in effect');
      case 'tenant-replaced':
        return;
      case 'watch-impaired':
        return log.warn({ detail: happening.message, err: happening.error }, 'watching the checkout is impaired');
      case 'access-denied': {
        const { isTrigger, from, host, origin, why } = happening;
        const what = isTrigger ? 'a request for a pass' : 'a request';
        return log.warn({ from, host, origin, detail: why }, `${what} was refused, further ones are not logged`);
      }
      case 'token-unreadable':
        return log.error({ detail: happening.why }, `${happening.token} cannot be read`);
      case 'answer-failed':
        return log.error({ err: happening.error }, 'a request could not be answered');
      case 'shutting-down':
        return log.info(happening.signal ? { signal: happening.signal } : { detail: happening.why }, 'shutting down');
    }
    happening satisfies never;
  };
}

/**
 * Logs, for a daemon, that the clock of this machine is off, and that it is right again. Nothing else shows it, because
 * requests are signed by the API's time.
 */
export function logClock(log: Log): Sink {
  let isOff = false;
  return (happening) => {
    if (happening.kind !== 'request-answered' || happening.answer.skewSeconds === undefined) return;
    const { skewSeconds } = happening.answer;
    const wasOff = isOff;
    isOff = Math.abs(skewSeconds) >= SUSPICIOUS_SKEW_SECONDS;
    if (isOff && !wasOff) log.warn({ skewSeconds }, 'the clock is off');
    if (wasOff && !isOff) log.info({ skewSeconds }, 'the clock is right again');
  };
}

function logReceiver(log: Log, { title, id, state, detail, failure }: Tested): void {
  if (failure) return log.warn({ title, id, ...failure }, 'test delivery failed');
  const fields = { title, id, receiver: state, detail };
  if (state === 'ok') return log.debug(fields, 'the receiver took the test delivery');
  if (state === 'unknown') return log.info(fields, 'the test delivery was accepted, not proven');
  log.warn({ ...fields, fix: RECEIVER_FIXES[state] }, 'the receiver did not take the test delivery');
}

/** `before`: the result of the pass before; undefined: there was none. */
function isWorthALine({ report: { result, changes } }: Pass, before: PassResult | undefined): boolean {
  return result !== before || result !== 'converged' || Object.values(changes).some((count) => count > 0);
}

function logPass(log: Log, { report, snapshot, error }: Pass, isInfo: boolean): void {
  // Each change has its audit line.
  const { changed: _changed, moreChanged: _moreChanged, ...fields } = report;
  // A pass that was stopped is not an error. One that was stopped for its deadline has been logged as overdue.
  const isError = report.result === 'failed' && !(error instanceof PassAborted);
  const level = isError ? 'error' : isInfo ? 'info' : 'debug';
  const isUnforeseen = error !== undefined && !isReported(error);
  const undone = snapshot && undoneIn(snapshot);
  log[level]({ ...fields, ...(undone && { undone }), ...(isUnforeseen && { err: error }) }, 'pass ended');
}

/** How many subscriptions are in each state that leaves something to do; undefined: none is. */
function undoneIn({ subscriptions }: Snapshot): Readonly<Record<string, number>> | undefined {
  const counts = new Map<SubscriptionState, number>();
  for (const { state } of subscriptions) if (!STATES[state].isAtRest) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}

function logProblems(log: Log, problems: readonly ConfigProblem[]): void {
  for (const { severity, place, field, message } of problems) {
    const fields = { place, ...(field && { field }), detail: message };
    if (severity === 'error') log.error(fields, 'error in the configuration');
    else log.warn(fields, 'warning about the configuration');
  }
}
