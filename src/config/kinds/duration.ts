import { show } from '../../document/show.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** A duration between two others, written the same way and both included. In milliseconds. */
export function duration(least: string, most: string): Kind<number> {
  const [min, max] = [parseDuration(least) ?? 0, parseDuration(most) ?? Infinity];
  return textual((text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad(notADuration(text));
    return ms >= min && ms <= max ? good(ms) : bad(`${show(text)} is out of range: write ${least} to ${most}`);
  }, formatDuration);
}

/** The sentence for what was meant to be a duration. */
export function notADuration(text: string): string {
  return /^\d{1,12}$/.test(text)
    ? `${show(text)} has no unit: write ${text}ms, ${text}s, ${text}m or ${text}h`
    : `${show(text)} is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h`;
}
