/** Texts with marks in them, and times. Whatever a stranger wrote is a text node in a `bdi`. */
import type { ComponentChildren } from 'preact';
import { hrefOf } from '../model/address.ts';
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
  if ('name' in piece)
    return piece.row === undefined ? (
      <Name text={piece.name} />
    ) : (
      <RowLink store={store} title={piece.name} token={piece.row} />
    );
  if ('strong' in piece) return visible(piece.strong);
  if ('time' in piece) return <Time store={store} iso={piece.time} {...piece} />;
  return <Countdown store={store} iso={piece.countdown} />;
}

/** What is copied or typed; with a link only where one of `links.ts` was made for it. */
export function Code({ text, href }: { text: string; href?: string | undefined }) {
  const code = <code class={text.length <= MAX_SHORT ? 'is-short' : undefined}>{visible(text)}</code>;
  return href === undefined ? code : <a href={href}>{code}</a>;
}

/** What is longer may be parted at the end of a line. */
const MAX_SHORT = 24;

/** A title, or the name of a person: its own direction does not reach what stands beside it. */
export function Name({ text, limit = 300 }: { text: string; limit?: number }) {
  if (text.trim() === '') return <>(no title)</>;
  return <bdi>{visible(text.length > limit ? `${text.slice(0, limit).toWellFormed()}…` : text)}</bdi>;
}

/** Called when the row has been drawn. */
function focusTitle(key: string): void {
  const title = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  title?.focus();
  title?.scrollIntoView({ block: 'nearest' });
}

interface RowLinkProps {
  store: Store;
  title: string;
  /** What the row is opened by, where that is not its title. */
  token?: string;
}

/** Leads to the opened row of a subscription, also where a filter hides it. */
export function RowLink({ store, title, token = title }: RowLinkProps) {
  return (
    <a
      href={hrefOf({ q: '', open: [token] })}
      onClick={(event) => {
        if (!isPlainClick(event)) return;
        event.preventDefault();
        const key = store.view.reveal(token);
        if (key !== undefined) setTimeout(() => focusTitle(key));
      }}
    >
      <Name text={title} />
    </a>
  );
}

/** With a key held or another button, the browser does what its user expects of a link. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

interface TimeProps {
  store: Store;
  iso: string;
  seconds?: boolean;
  until?: boolean;
  at?: boolean;
}

/** A time of the reader's zone; UTC where it is pointed at. */
export function Time({ store, iso, seconds = false, until = false, at = false }: TimeProps) {
  return (
    <time dateTime={iso} title={utc(iso)}>
      {clockTime(iso, store.day.value, { seconds, until, at })}
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
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/gu,
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
