/**
 * Times as the page shows them: in the zone of whoever looks, and as short as they can be without becoming unclear.
 */
import type { Piece, Text } from './text.ts';

const DAY_MS = 86_400_000;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const NO_BREAK = '\u00a0';

interface Precision {
  /** A log is compared with it: seconds today, the time of day on other days. */
  readonly seconds?: boolean;
  /** A moment ahead that somebody waits for: the day in full, and always with the time of day. */
  readonly until?: boolean;
  /** "at" before a time of today: "at 14:02", "Tuesday 14:02". */
  readonly at?: boolean;
  /** It may be read on another day: the day also where it is today. */
  readonly isKept?: boolean;
}

/** `14:02` today, `Tue 16:41` within six days, `19 Nov`, then `19 Nov 2025`. `now`: epoch ms. */
export function clockTime(
  iso: string,
  now: number,
  { seconds = false, until = false, at: hasAt = false, isKept = false }: Precision = {},
): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return 'at an unknown time';
  const today = new Date(now);
  const ofDay = `${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
  const days = Math.abs(dayNumber(at) - dayNumber(today));
  if (days === 0 && !isKept) {
    const shown = seconds ? `${ofDay}:${twoDigits(at.getSeconds())}` : ofDay;
    return hasAt ? `at ${shown}` : shown;
  }
  const weekday = DAYS[at.getDay()] ?? '';
  if (days <= 6) return `${until ? weekday : weekday.slice(0, 3)} ${ofDay}`;
  const year = at.getFullYear() === today.getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}${year}${seconds || until ? ` ${ofDay}` : ''}`;
}

/** The day on the local calendar; differences count days also where one has 23 or 25 hours. */
function dayNumber(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY_MS;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `26 Nov 2026 13:26:37 UTC`: what a time is when it is pointed at. */
export function utc(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return 'unknown';
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
  return `${day} ${at.toISOString().slice(11, 19)} UTC`;
}

const UNITS = [
  { name: 'd', ms: DAY_MS },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** `214 ms`, `2.5 s`, `23 s`, `2 min 10 s`, `1 d 3 h`: the two largest units. Number and unit do not part at a line's end. */
export function span(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return `0${NO_BREAK}s`;
  if (ms > 0 && ms < 1000) return Math.round(ms) < 1000 ? `${Math.round(ms)}${NO_BREAK}ms` : `1${NO_BREAK}s`;
  if (ms < 9950 && ms % 1000 >= 50) return `${Number((ms / 1000).toFixed(1))}${NO_BREAK}s`;
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const larger = UNITS[first] ?? UNITS[3];
  const smaller = UNITS[first + 1];
  // Rounded to the last unit that is shown, so that 59.6 s are a minute and not 60 s.
  const last = smaller ?? larger;
  const rounded = Math.round(ms / last.ms) * last.ms;
  const above = UNITS[first - 1];
  if (above && rounded >= above.ms) return span(above.ms);
  const rest = smaller ? Math.round((rounded % larger.ms) / smaller.ms) : 0;
  const whole = `${Math.floor(rounded / larger.ms)}${NO_BREAK}${larger.name}`;
  return smaller && rest > 0 ? `${whole}${NO_BREAK}${rest}${NO_BREAK}${smaller.name}` : whole;
}

/** A text without its marks: for the title of the tab, and for whoever hears the page. */
export function plainText(text: Text, now: number): string {
  return text.map((piece) => plainPiece(piece, now)).join('');
}

function plainPiece(piece: Piece, now: number): string {
  if (typeof piece === 'string') return piece;
  if ('code' in piece) return piece.code;
  if ('quote' in piece) return `“${piece.quote}”`;
  if ('name' in piece) return piece.name;
  if ('strong' in piece) return piece.strong;
  if ('time' in piece) return clockTime(piece.time, now, piece);
  return countdown(piece.countdown, now);
}

/** How long it is until then; "0 s" where it has passed already. */
export function countdown(iso: string, now: number): string {
  const left = Date.parse(iso) - now;
  return span(Number.isNaN(left) ? 0 : Math.max(0, Math.ceil(left / 1000) * 1000));
}
