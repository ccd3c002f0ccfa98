/** The plan as text for a terminal: signs, places, and each field before → after. */
import { styleText } from 'node:util';
import { counted, printable, quoted } from '../../base/text.ts';
import type { FieldChange } from '../../subscription/diff.ts';
import { type Desired, formatPosition, type Observed, type SourcePosition } from '../../subscription/subscription.ts';
import type { Action, ActionKind, Plan, Standing } from '../plan.ts';
import {
  actionsIn,
  type FileProblem,
  formatChange,
  formatFields,
  formatRevision,
  formatTenant,
  formatValue,
  leftAsTheyAre,
  type PlanContext,
  type ShownAction,
  summaryLine,
} from './describe.ts';

/** Ends with the summary line and a newline. Text from outside cannot act on the terminal. */
export function renderText(plan: Plan, context: PlanContext, options: TextOptions = {}): string {
  const writer = new TextWriter(options);
  const shown = actionsIn(context);
  const blocks = [
    [`Tenant ${formatTenant(context.tenant)}`, `Revision ${formatRevision(context.revision)}`].map((line) =>
      writer.paint('dim', line),
    ),
    ...plan.actions.map((action) => actionLines(writer, action, shown(action))),
    ...withheldBlocks(writer, plan, shown),
    ...plan.conflicts.map((conflict) => [writer.head('!', 'conflict', conflict), ...writer.prose(conflict.reason)]),
    ...plan.pending.map((entry) => [writer.head('!', 'pending', entry), ...writer.prose(entry.because)]),
    ...plan.quarantined.map(({ observed, until }) => [
      writer.head('!', 'in quarantine', observed),
      ...writer.prose(`disabled, and deleted after ${until} unless the checkout wants it again`),
    ]),
    ...leftAsTheyAre(plan).map((standing) => leftLines(writer, standing)),
    plan.warnings.flatMap((warning) => warningLines(writer, warning)),
    problemLines(writer, context),
    [
      ...unmanagedLines(writer, plan.unmanaged.length + plan.unusable.length),
      writer.paint('bold', summaryLine(plan, context)),
    ],
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const SIGNS: Readonly<Record<ActionKind, Sign>> = {
  create: '+',
  enable: '~',
  update: '~',
  quarantine: '-',
  delete: '-',
};

function actionLines(writer: TextWriter, action: Action, shown: ShownAction): string[] {
  return [
    writer.head(SIGNS[action.kind], action.kind, shown),
    ...(shown.reason === undefined ? [] : writer.prose(shown.reason)),
    ...fieldLines(writer, action, shown),
  ];
}

function fieldLines(writer: TextWriter, action: Action, { changes }: ShownAction): string[] {
  if (action.kind === 'create') return writer.coming(action.desired);
  if (action.kind === 'delete') return writer.going(action.observed);
  return writer.changes(changes);
}

function withheldBlocks(
  writer: TextWriter,
  { withheld, heldBack }: Plan,
  shown: (action: Action) => ShownAction,
): string[][] {
  const guards = withheld.map(({ guard, deletes, howToLift }) => [
    `  ${writer.mark('!', `withheld by ${guard}`)}${deletes > 0 ? `: ${counted(deletes, 'removal')}` : ''}`,
    ...writer.prose(howToLift),
  ]);
  return [
    ...guards,
    ...heldBack.map((removal) => actionLines(writer, removal, shown(removal)).map((line) => `    ${line}`)),
  ];
}

function leftLines(writer: TextWriter, { desired, observed, state, changes }: Standing): string[] {
  const until = typeof desired.suspend === 'string' ? ` until ${desired.suspend}` : '';
  const word = state === 'suspended' ? printable(`suspended${until}`) : 'left as it is';
  const { title, source } = desired;
  return [
    writer.head('=', word, { title, id: observed?.id, source }),
    ...(observed ? writer.changes(changes) : writer.prose('not on the tenant')),
  ];
}

function warningLines(writer: TextWriter, warning: string): string[] {
  return wrap(`Warning: ${printable(warning)}`).map((line, index) =>
    index === 0 ? writer.paint('yellow', line) : `  ${line}`,
  );
}

/** More problems of the files than this are counted. */
const MAX_PROBLEMS = 20;

/** What is wrong with the files, by place. Where not all of it is shown, errors are preferred. */
function problemLines(writer: TextWriter, { problems, errors }: PlanContext): string[] {
  const isError = ({ severity }: FileProblem): boolean => severity === 'error';
  const byRank = [...problems.filter(isError), ...problems.filter((problem) => !isError(problem))];
  const chosen = new Set(byRank.slice(0, MAX_PROBLEMS));
  const lines = problems
    .filter((problem) => chosen.has(problem))
    .map((problem) => {
      const { field, message } = problem;
      const place = writer.paint(isError(problem) ? 'red' : 'yellow', printable(formatPosition(problem)));
      const text = printable(isError(problem) ? message : `warning: ${message}`);
      return [place, ...(field === '' ? [] : [printable(field)]), text].join('  ');
    });
  const others = Math.max(problems.length, errors) - lines.length;
  return others > 0 && lines.length > 0
    ? [...lines, `… and ${others} more: \`webhook-reconciler validate\` lists them.`]
    : lines;
}

function unmanagedLines(writer: TextWriter, count: number): string[] {
  if (count === 0) return [];
  return [writer.paint('dim', `${count} more on the tenant ${count === 1 ? 'is' : 'are'} not managed here.`)];
}

interface TextOptions {
  /** ANSI colours; plain text otherwise. */
  readonly color?: boolean;
  /** Every field with its whole old and new value, as a diff. */
  readonly diff?: boolean;
}

type Sign = '+' | '~' | '-' | '!' | '=';
type Style = Parameters<typeof styleText>[0];

const STYLES: Readonly<Record<Sign, Style>> = { '+': 'green', '~': 'yellow', '-': 'red', '!': 'magenta', '=': 'cyan' };
const INDENT = '      ';

/** The parts of a head line: `~ update "People"  <id>  webhooks/users.yaml:3:5`. */
interface Head {
  readonly title: string;
  readonly id?: string | undefined;
  readonly source?: SourcePosition | undefined;
}

/** Writes the lines of a plan: how the head of an entry, its fields and a sentence look. */
class TextWriter {
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

  /** The fields of a subscription that is created; an `enabled` of true is not mentioned. */
  coming(desired: Desired): string[] {
    return this.#whole('+', desired, (field, value) => field !== 'title' && !(field === 'enabled' && value === 'true'));
  }

  /** The url of a subscription that is deleted, which is enough to recognise it; with `--diff` all of its fields. */
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

/**
 * Splits a text into lines of at most `width` characters, at blanks; a longer word stays whole, so that it can be
 * copied.
 */
function wrap(text: string, width = 100): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
