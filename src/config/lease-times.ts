/**
 * The arithmetic of the lease: a holder begins its last change so early that it ends, at most `api.timeout` later,
 * before another instance may take the lease. Checked at the start for all terms, since the times do not change.
 */
import { formatDuration } from './kinds/scalars.ts';

export interface LeaseTimes {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** How much the rates of two clocks may differ, as a share: a hundred times more than quartz clocks do. */
const CLOCK_RATES = 0.01;

/**
 * How many retry periods the renew deadline must exceed (from client-go), so that one late retry does not lose the
 * lease.
 */
const JITTER = 1.2;

/** How long the holder may begin changes after the start of a successful renewal. May be negative. */
export function termMs({ durationMs, renewDeadlineMs }: LeaseTimes, apiTimeoutMs: number): number {
  return Math.floor(Math.min(renewDeadlineMs, durationMs * (1 - CLOCK_RATES) - apiTimeoutMs));
}

export interface LeaseTimesFault {
  /** The settings involved, the most likely cause first. */
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
