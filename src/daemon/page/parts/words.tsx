/** Texts with marks in them, and times. Whatever a stranger wrote is a text node in a `bdi`. */
import type { ComponentChildren } from 'preact';
import { clockTime, countdown, utc } from '../model/time.ts';
import type { Piece, Text } from '../model/text.ts';
import type { Store } from '../live/store.ts';

interface WordsProps {
  store: Store;
  text: Text;
  /** The element of what answers: `strong` in the sentence of the page. */
  emphasis?: 'strong' | 'b';
  /** A subject in a row is cut by its column, and needs no quotes. */
  isInRow?: boolean;
}

export function Words({ store, text, emphasis = 'b', isInRow = false }: WordsProps) {
  const Emphasis = emphasis;
  return text.map((piece, index) => {
    if (typeof piece === 'string') return visible(piece);
    const shown = <Marked key={index} store={store} piece={piece} isInRow={isInRow} />;
    const isStrong = 'strong' in piece || ('isStrong' in piece && piece.isStrong);
    return isStrong ? <Emphasis key={index}>{shown}</Emphasis> : shown;
  });
}

function Marked({ store, piece, isInRow }: { store: Store; piece: Exclude<Piece, string>; isInRow: boolean }) {
  if ('code' in piece) return <Code text={piece.code} href={piece.href} />;
  if ('quote' in piece) {
    const subject = <Name text={piece.quote} />;
    return isInRow ? <span class="subject">{subject}</span> : <q>{subject}</q>;
  }
  if ('name' in piece) return <Name text={piece.name} />;
  if ('strong' in piece) return visible(piece.strong);
  if ('time' in piece) return <Time store={store} iso={piece.time} {...piece} />;
  return <Countdown store={store} iso={piece.countdown} />;
}

/** What is copied or typed; with a link only where one of `links.ts` was made for it. */
export function Code({ text, href }: { text: string; href?: string | undefined }) {
  const code = <code>{visible(text)}</code>;
  return href === undefined ? code : <a href={href}>{code}</a>;
}

/** A title, or the name of a person: its own direction does not reach what stands beside it. */
export function Name({ text, limit = 300 }: { text: string; limit?: number }) {
  if (text.trim() === '') return <>(no title)</>;
  return <bdi>{visible(text.length > limit ? `${text.slice(0, limit).toWellFormed()}…` : text)}</bdi>;
}

interface TimeProps {
  store: Store;
  iso: string;
  seconds?: boolean;
  until?: boolean;
}

/** A time of the reader's zone; UTC where it is pointed at. */
export function Time({ store, iso, seconds = false, until = false }: TimeProps) {
  return (
    <time dateTime={iso} title={utc(iso)}>
      {clockTime(iso, store.day.value, { seconds, until })}
    </time>
  );
}

/** The only text of the page that changes every second. */
export function Countdown({ store, iso }: { store: Store; iso: string }) {
  return <>{countdown(iso, store.second.value)}</>;
}

/**
 * Controls and what turns the direction of text or is invisible, shown as `\u{…}`: two titles that look the same are
 * the same. Joiners stay, since emoji and some scripts are written with them.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** The same for a text of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A section of the side, with its heading. */
export function Section({ id, title, small, children }: SectionProps) {
  return (
    <section class="sec" id={id} aria-labelledby={`h-${id}`}>
      <h2 id={`h-${id}`}>
        {title} {small !== undefined && small !== false && <small>{small}</small>}
      </h2>
      {children}
    </section>
  );
}

interface SectionProps {
  id: string;
  title: string;
  /** How many there are. */
  small?: ComponentChildren;
  children: ComponentChildren;
}
