/**
 * Posts Events on our pod. They are core/v1 Events, as in client-go's recorder, because these have the counts that
 * `kubectl describe` shows ("x14 over 3h"); events.k8s.io/v1 has counts only for its series. Posting never blocks the
 * daemon: an Event that cannot be posted is dropped in the end.
 */
import { hostname } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { errorText } from '../base/errors.ts';
import type { Environment } from './access.ts';
import { adviceFor, complaint, isDenied, type KubernetesAnswer, type KubernetesApi } from './api.ts';
import { KubernetesError } from './errors.ts';
import { EventCorrelator, type Occurrence, type Tally } from './event-correlator.ts';

export interface Events {
  /** Returns at once and never throws. */
  record(occurrence: Occurrence): void;
  /** Tries each waiting Event at most once more, all within `limitMs`. Further Events are ignored. */
  close(limitMs: number): Promise<void>;
}

interface EventsOptions {
  readonly api: KubernetesApi;
  readonly pod: Pod;
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /**
   * An Event could not be posted. Says what to fix, where that is known. `isNews`: the Events before it were posted.
   */
  readonly onFailed: (message: string, isNews: boolean) => void;
}

/** Why an Event was not posted. */
interface Failed {
  readonly why: string;
  /** What to do about it, to be appended; empty where that is not known. */
  readonly advice: string;
  /** Another try may succeed. */
  readonly again: boolean;
  readonly isDenied: boolean;
  readonly afterMs: number;
}

const COMPONENT = 'webhook-reconciler';
const TIMEOUT_MS = 10_000;
/** As in client-go: tries go on while the server cannot be reached, but not for ever. */
const TRIES = 12;
const PAUSE_MS = 10_000;
const MAX_WAITING = 100;
/** The API server accepts 1024 characters. */
const MAX_MESSAGE = 1_000;

export function events({ api, pod, clock, random, onFailed }: EventsOptions): Events {
  const correlator = new EventCorrelator();
  const closing = new AbortController();
  const giveUp = new AbortController();
  const waiting: Tally[] = [];
  let posting: Promise<void> | undefined;
  let isFailing = false;
  const collection = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/events`;

  const send = async (tally: Tally): Promise<KubernetesAnswer> => {
    const name = eventName(pod, tally);
    const one = { path: `${collection}/${name}`, timeoutMs: TIMEOUT_MS } as const;
    if (tally.count > 1) {
      const { count, message } = tally;
      const body = { count, message, lastTimestamp: time(tally.lastAt) };
      const patched = await api.request({ ...one, method: 'PATCH', body }, giveUp.signal);
      // The server deletes Events after an hour, and an Event that did not fit the budget was never posted.
      if (patched.status !== 404) return patched;
    }
    return api.request({ ...one, path: collection, method: 'POST', body: event(pod, name, tally) }, giveUp.signal);
  };

  const attempt = async (tally: Tally): Promise<Failed | undefined> => {
    try {
      const answer = await send(tally);
      const { status, retryAfterMs } = answer;
      // The Event exists already, by an earlier try whose answer was lost.
      if (status < 300 || status === 409) return undefined;
      const again = status === 429 || status >= 500 || status === 401;
      const advice = adviceFor(answer, `create and patch on events in namespace ${pod.namespace}`);
      const afterMs = retryAfterMs ?? 0;
      return { why: complaint(answer), advice, again, isDenied: isDenied(answer), afterMs };
    } catch (error) {
      // No error may end the process because of an Event.
      const why = errorText(error);
      return { why, advice: '', again: error instanceof KubernetesError, isDenied: false, afterMs: 0 };
    }
  };

  const tell = (why: string): void => {
    onFailed(why, !isFailing);
    isFailing = true;
  };

  const post = async (tally: Tally): Promise<void> => {
    let wasDenied = false;
    for (let tries = 1; ; tries += 1) {
      const failed = await attempt(tally);
      if (!failed) {
        isFailing = false;
        return;
      }
      const isFirstDenial = failed.isDenied && !wasDenied;
      wasDenied ||= failed.isDenied;
      if (!isFirstDenial) tell(failed.why + failed.advice);
      else if (closing.signal.aborted) tell(failed.why);
      if (!(failed.again || isFirstDenial) || tries >= TRIES || closing.signal.aborted) return;
      // The first pause is random, so that instances that lost the server together do not come back together.
      const pauseMs = Math.max(tries === 1 ? PAUSE_MS * random() : PAUSE_MS, failed.afterMs);
      await clock.sleep(pauseMs, closing.signal).catch(() => undefined);
    }
  };

  const postAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !giveUp.signal.aborted; next = waiting.shift()) await post(next);
    posting = undefined;
  };

  return {
    record: (occurrence) => {
      if (closing.signal.aborted) return;
      const tally = correlator.take(bounded(occurrence), clock.now(), clock.uptime());
      if (!tally) return;
      if (waiting.length >= MAX_WAITING) return tell(`more than ${MAX_WAITING} Events wait to be posted`);
      waiting.push(tally);
      posting ??= postAll();
    },
    close: async (limitMs) => {
      closing.abort();
      const timer = setTimeout(() => giveUp.abort(new Error('there is no more time for Events')), limitMs);
      await posting;
      clearTimeout(timer);
    },
  };
}

function event(pod: Pod, name: string, { type, reason, message, count, firstAt, lastAt }: Tally): object {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: pod.namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      name: pod.name,
      namespace: pod.namespace,
      ...(pod.uid !== undefined && { uid: pod.uid }),
    },
    type,
    reason,
    message,
    count,
    firstTimestamp: time(firstAt),
    lastTimestamp: time(lastAt),
    source: { component: COMPONENT, ...(pod.node !== undefined && { host: pod.node }) },
    reportingComponent: COMPONENT,
    reportingInstance: pod.name,
  };
}

/** Outside of a cluster, a host name may have characters that the name of an object must not have. */
function eventName({ name }: Pod, { serial }: Tally): string {
  const start = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')
    .slice(0, 200);
  return `${start.replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || COMPONENT}.${serial}`;
}

function bounded({ message, ...rest }: Occurrence): Occurrence {
  return { ...rest, message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message };
}

/** A time in whole seconds, as in metav1.Time. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The pod of this process, as Events name it. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  /**
   * Only the downward API gives it. Without it, `kubectl describe pod` does not find the Events; `kubectl get events`
   * does.
   */
  readonly uid?: string;
  readonly node?: string;
}

/**
 * From the downward API where POD_NAME, POD_NAMESPACE and POD_UID are set; otherwise by the host name, which is the
 * pod's name.
 */
export function thisPod(env: Environment, namespace = 'default'): Pod {
  return {
    name: env['POD_NAME'] || hostname(),
    namespace: env['POD_NAMESPACE'] || namespace,
    ...(env['POD_UID'] && { uid: env['POD_UID'] }),
    ...(env['NODE_NAME'] && { node: env['NODE_NAME'] }),
  };
}
