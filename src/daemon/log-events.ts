/** What a pass tells while it runs, as lines of the log: the same ones from the daemon and from `apply`. */
import type { PassEvents } from '../reconcile/pass.ts';
import type { Log } from './log.ts';

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
