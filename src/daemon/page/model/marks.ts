/**
 * What the program says in plain text, such as explanations and errors, as the page shows it: marks on what is copied or
 * typed, quotes and times; and cut to a clause where there is room for one alone.
 */
import { oneLine, type Piece, type Text } from './text.ts';

/** A clause that is longer is not read. */
const MAX_CLAUSE = 120;
/** What no other place of the page says, with what to do at its end. */
const MAX_SENTENCES = 600;
const MAX_MESSAGE = 1_000;

/** The reason alone, without the full stop: what follows, and ids, stand in the opened row. */
export function clauseOfMessage(message: string): string {
  const whole = withoutStop(oneLine(message, MAX_MESSAGE));
  return whole.length <= MAX_CLAUSE ? whole : shortened(whole.replaceAll(ID_IN_BRACKETS, ''), MAX_CLAUSE);
}

/** As many whole sentences as there is room for, without the full stop of the last. */
export function sentencesOfMessage(message: string): string {
  return shortened(withoutStop(oneLine(message, MAX_MESSAGE)), MAX_SENTENCES);
}

/** `text`: such a clause. */
export function asSentence(text: string): Text {
  return [...markedIn(text), ...(/[.!?…]["”]?$/.test(text) ? [] : ['.'])];
}

const ID_IN_BRACKETS = / \([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)/g;

/**
 * Ends where a sentence does, else before the first details (a colon), else after the last part of a sentence, else after
 * a word: never in a word or an id, unless that is longer than all there is room for.
 */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const { stop, details, comma } = endsIn(text, most);
  const end = stop ?? details ?? comma;
  if (end !== undefined) return text.slice(0, end);
  const blank = text.slice(0, most + 1).lastIndexOf(' ');
  const cut = text.slice(0, blank > 0 ? blank : most).replace(/[\uD800-\uDBFF]$/, '');
  return `${withoutStop(cut)}…`;
}

/** Where the text may end, apart from quotes and brackets. An end makes sense after a few words. */
function endsIn(text: string, most: number) {
  const ends: { stop?: number; details?: number; comma?: number } = {};
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at <= most; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    else if (depth !== 0 || text[at + 1] !== ' ' || at < FEW_WORDS) continue;
    else if (character === '.') ends.stop = at;
    else if (character === ':' || character === ';') ends.details ??= at;
    else if (character === ',') ends.comma = at;
  }
  return ends;
}

const FEW_WORDS = 24;

function withoutStop(text: string): string {
  return text.replace(/[.\s]{1,20}$/, '');
}

/** Repetitions are bounded, and no two of them can match the same, so that the time is linear in the text. */
const MARKS = new RegExp(
  [
    /`(?<command>[^`]{1,200})`/,
    /"(?<quote>(?:[^"\\]|\\.){0,300})"/,
    /(?<time>\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)/,
    /(?<id>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)/,
    /(?<setting>(?<![\w.-])(?:policy|reconcile|schedule|source|api|server)\.[A-Za-z]{2,30}(?::? ?\[[^\][]{0,200}\]|: (?!it\b)[\w-]{1,60})?)/,
    /\b(?<before>chang(?:ed|es|ing) |another |in |of )(?<fields>FIELD(?:(?:, | and )FIELD){0,10})(?![\w.:])/,
    /(?<words>\bstate: absent\b|\bexclude_type\b|\bconfig\.[a-z_]{2,40}\b)/,
    /(?<place>(?<![^\s(])[\w./-]{1,150}\.ya?ml:\d{1,7}(?::\d{1,7})?)/,
    /(?<commit>\b[0-9a-f]{7,40}\b)/,
  ]
    .map(({ source }) => source.replaceAll('FIELD', '(?:title|url|type|exclude_type|enabled|config\\.[a-z_]{2,40})'))
    .join('|'),
  'g',
);

/** `commits`: the ids, short as the text has them, that are known to be commits. */
export function markedIn(text: string, commits: readonly string[] = []): Text {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index, groups = {} } of text.matchAll(MARKS)) {
    const marked = marksOf(groups, commits);
    if (marked.length === 0) continue;
    if (index > from) pieces.push(text.slice(from, index));
    pieces.push(...marked);
    from = index + found.length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return toldApart(pieces);
}

/** Two times of the same minute get their seconds: "between 05:58:03 and 05:58:24". */
function toldApart(pieces: Text): Text {
  const inMinute = new Map<string, Set<string>>();
  for (const piece of pieces) {
    if (typeof piece === 'string' || !('time' in piece)) continue;
    const minute = piece.time.slice(0, 16);
    inMinute.set(minute, (inMinute.get(minute) ?? new Set()).add(piece.time));
  }
  return pieces.map((piece) => {
    if (typeof piece === 'string' || !('time' in piece)) return piece;
    return (inMinute.get(piece.time.slice(0, 16))?.size ?? 0) > 1 ? { ...piece, seconds: true } : piece;
  });
}

/** Empty: it only looked like something to be marked. */
function marksOf(groups: Readonly<Record<string, string | undefined>>, commits: readonly string[]): Text {
  const { command, quote, time, id, setting, before = '', fields, words, place, commit } = groups;
  if (quote !== undefined) return [{ quote: quote.replaceAll(/\\(["\\])/g, '$1') }];
  if (time !== undefined) return Number.isNaN(Date.parse(time)) ? [] : [{ time }];
  if (fields !== undefined)
    return [before, ...fields.split(/(, | and )/).map((part, at) => (at % 2 === 0 ? { code: part } : part))];
  if (commit !== undefined && !commits.includes(commit)) return [];
  const code = command ?? id ?? setting ?? words ?? place ?? commit;
  return code === undefined ? [] : [{ code }];
}
