/**
 * The arithmetic of the lease: a holder begins its last change so early that it is over, bounded by `api.timeout`, before
 * anybody else may take the lease. Checked at the start, for every term the daemon will ever have.
 */
import { formatDuration } from './kinds/scalars.ts';

export interface LeaseTimes {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** Two clocks that tell how much time passes may differ by this share: a hundred times what quartz does. */
const CLOCK_RATES = 0.01;

/** How much longer than a retry period client-go wants the renew deadline to be, so that chance does not cost the lease. */
const JITTER = 1.2;

/** For how long after the start of a renewal that went through the holder may begin changes. May be less than nothing. */
export function termMs({ durationMs, renewDeadlineMs }: LeaseTimes, apiTimeoutMs: number): number {
  return Math.floor(Math.min(renewDeadlineMs, durationMs * (1 - CLOCK_RATES) - apiTimeoutMs));
}

export interface LeaseTimesFault {
  /** Which settings have to do with it, the most likely culprit first. */
  readonly keys: readonly (
    | 'kubernetes.leaseDuration'
    | 'kubernetes.renewDeadline'
    | 'kubernetes.retryPeriod'
    | 'api.timeout'
  )[];
  readonly message: string;
}

export function leaseTimesFault(times: LeaseTimes, apiTimeoutMs: number): LeaseTimesFault | undefined {
  const { durationMs, renewDeadlineMs, retryPeriodMs } = times;
  const [duration, deadline, retry, timeout] = [durationMs, renewDeadlineMs, retryPeriodMs, apiTimeoutMs].map(
    formatDuration,
  );
  if (renewDeadlineMs >= durationMs)
    return {
      keys: ['kubernetes.renewDeadline', 'kubernetes.leaseDuration'],
      message: `kubernetes.renewDeadline (${deadline}) must be less than kubernetes.leaseDuration (${duration}): a holder gives up before another may take the lease`,
    };
  if (retryPeriodMs * JITTER >= renewDeadlineMs)
    return {
      keys: ['kubernetes.retryPeriod', 'kubernetes.renewDeadline'],
      message: `kubernetes.renewDeadline (${deadline}) must be more than ${JITTER} times kubernetes.retryPeriod (${retry}): there must be time for another try`,
    };
  const leftMs = termMs(times, apiTimeoutMs);
  if (leftMs > retryPeriodMs * JITTER) return undefined;
  const most = Math.ceil(durationMs * (1 - CLOCK_RATES) - retryPeriodMs * JITTER) - 1;
  const least = Math.ceil((apiTimeoutMs + retryPeriodMs * JITTER + 1) / (1 - CLOCK_RATES) / 1000);
  const lower = most >= 10 ? `lower api.timeout to ${formatDuration(most)} at most or ` : '';
  return {
    keys: ['api.timeout', 'kubernetes.leaseDuration', 'kubernetes.retryPeriod'],
    message: `api.timeout (${timeout}) is too long for kubernetes.leaseDuration (${duration}) and kubernetes.retryPeriod (${retry}): a change has to be over before another instance may take the lease, so that ${Math.max(0, leftMs)} ms of each term are left to begin one, and more than ${retryPeriodMs * JITTER} ms are needed to renew it in between; ${lower}raise kubernetes.leaseDuration to ${least}s`,
  };
}
