/** When the freeze windows of the configuration are open: now, or next. */
import type { Cron } from 'croner';
import type { FreezeWindow } from '../../config/config.ts';
import { lastStart, startsOf } from '../../reconcile/observe.ts';
import type { FreezeStatus } from '../status-document.ts';

interface Known {
  readonly windows: readonly FreezeStatus[];
  /** Epoch milliseconds: from and before when this is so. */
  readonly from: number;
  readonly until: number;
}

export class FreezeWindows {
  readonly #windows: readonly (FreezeWindow & { readonly timezone: string; readonly starts: Cron })[];
  #known: Known | undefined;

  /** `timezone`: the one for windows that name none. */
  constructor(windows: readonly FreezeWindow[], timezone: string) {
    this.#windows = windows.map((window) => ({
      ...window,
      timezone: window.timezone ?? timezone,
      starts: startsOf(window, timezone),
    }));
  }

  /** At `now` (epoch milliseconds). Worked out once until a window opens or closes, or the clock is set back. */
  at(now: number): readonly FreezeStatus[] {
    if (!this.#known || now < this.#known.from || now >= this.#known.until) this.#known = this.#find(now);
    return this.#known.windows;
  }

  #find(now: number): Known {
    const found = this.#windows.map(({ start, durationMs, timezone, starts }) => {
      const last = lastStart(starts, now);
      const isOpen = last + durationMs > now;
      const from = isOpen ? last : (starts.nextRun(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY);
      return { start, durationMs, timezone, isOpen, from, until: from + durationMs };
    });
    const inOrder = found.toSorted((a, b) => Number(b.isOpen) - Number(a.isOpen) || a.from - b.from || 0);
    return {
      windows: inOrder.map(shown),
      from: now,
      until: Math.min(...found.map(({ isOpen, from, until }) => (isOpen ? until : from))),
    };
  }
}

/** `from`, `until`: epoch milliseconds; infinite where it never opens again. */
function shown({ from, until, ...window }: Omit<FreezeStatus, 'from' | 'until'> & { from: number; until: number }) {
  if (!Number.isFinite(from)) return window;
  return { ...window, from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}
