/** Lines of a plan on a terminal: how an entry's head, its fields and a sentence look. */
import { styleText } from 'node:util';
import { formatPosition, type Desired, type Observed, type SourcePosition } from '../subscription.ts';
import { formatChange, formatFields, formatValue } from './format-value.ts';
import type { FieldChange } from './plan.ts';
import { printable, quoted } from '../printable.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  /** ANSI colours; plain text otherwise. */
  readonly color?: boolean;
  /** Every field with its whole old and new value, as a diff. */
  readonly diff?: boolean;
}

export type Sign = '+' | '~' | '-' | '!' | '=';
type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<Sign, Style>> = { '+': 'green', '~': 'yellow', '-': 'red', '!': 'magenta', '=': 'cyan' };
const INDENT = '      ';

/** Of what is to be shown in a head: `~ update "People"  <id>  webhooks/users.yaml:3:5`. */
export interface Head {
  readonly title: string;
  readonly id?: string | undefined;
  readonly source?: SourcePosition | undefined;
}

export class TextWriter {
  readonly #color: boolean;
  readonly #diff: boolean;

  constructor({ color = false, diff = false }: TextOptions) {
    this.#color = color;
    this.#diff = diff;
  }

  paint(style: Style, text: string): string {
    return this.#color ? styleText(style, text, { validateStream: false }) : text;
  }

  mark(sign: Sign, text: string): string {
    return this.paint(STYLES[sign], `${sign} ${text}`);
  }

  head(sign: Sign, word: string, { title, id, source }: Head): string {
    const where = [id, source && formatPosition(source)].filter((text) => text !== undefined);
    const what = `${this.mark(sign, word)} ${this.paint('bold', quoted(title))}`;
    return `  ${[what, ...where.map((text) => this.paint('dim', printable(text)))].join('  ')}`;
  }

  /** A sentence below a head. */
  prose(text: string): string[] {
    return wrap(printable(text)).map((line) => INDENT + line);
  }

  changes(changes: readonly FieldChange[]): string[] {
    const width = widest(changes.map(({ field }) => field));
    if (!this.#diff) return changes.map((change) => this.#row(change.field, width, formatChange(change)));
    return changes.flatMap(({ field, from, to }) => [
      ...(from === undefined ? [] : [this.#signed('-', field, width, formatValue(field, from))]),
      ...(to === undefined ? [] : [this.#signed('+', field, width, formatValue(field, to))]),
    ]);
  }

  /** What comes whole: all that is said of it, but that it is enabled, which goes without saying. */
  coming(desired: Desired): string[] {
    return this.#whole('+', desired, (field, value) => field !== 'title' && !(field === 'enabled' && value === 'true'));
  }

  /** What goes whole: enough to know it by. */
  going(observed: Observed): string[] {
    return this.#whole('-', observed, (field) => field === 'url');
  }

  #whole(
    sign: '+' | '-',
    subscription: Desired | Observed,
    isSaid: (field: string, value: string) => boolean,
  ): string[] {
    const fields = formatFields(subscription).filter(({ field, value }) => this.#diff || isSaid(field, value));
    const width = widest(fields.map(({ field }) => field));
    return fields.map(({ field, value }) =>
      this.#diff ? this.#signed(sign, field, width, value) : this.#row(field, width, value),
    );
  }

  #row(name: string, width: number, value: string): string {
    return `${INDENT}${this.paint('dim', name.padEnd(width))}  ${value}`;
  }

  #signed(sign: '+' | '-', name: string, width: number, value: string): string {
    return INDENT + this.mark(sign, `${name.padEnd(width)}  ${value}`);
  }
}

function widest(names: readonly string[]): number {
  return names.reduce((width, name) => Math.max(width, name.length), 0);
}
