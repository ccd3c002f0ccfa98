/** The plan for people at a terminal: signs, places, and each field before → after. */
import type { Revision } from '../subscription.ts';
import { formatRevision } from './format-revision.ts';
import type { Action, ActionKind, Plan, Standing } from './plan.ts';
import { printable } from '../printable.ts';
import { shownAction } from './shown-action.ts';
import { leftAsTheyAre, summaryLine } from './summary-line.ts';
import { TextWriter, type Sign, type TextOptions } from './text-writer.ts';
import { why } from './why.ts';
import { wrap } from './wrap.ts';

/** Ends with the summary line and a newline. Nothing in it that came from outside can act on a terminal. */
export function renderText(plan: Plan, revision: Revision, options: TextOptions = {}): string {
  const writer = new TextWriter(options);
  const blocks = [
    [writer.paint('dim', `Revision ${formatRevision(revision)}`)],
    ...plan.actions.map((action) => actionLines(writer, action)),
    ...withheldBlocks(writer, plan),
    ...plan.conflicts.map((conflict) => [writer.head('!', 'conflict', conflict), ...writer.prose(conflict.reason)]),
    ...plan.pending.map((entry) => [writer.head('!', 'pending', entry), ...writer.prose(entry.because)]),
    ...plan.quarantined.map(({ observed, until }) => [
      writer.head('!', 'in quarantine', observed),
      ...writer.prose(`disabled, and deleted after ${until} unless the checkout wants it again`),
    ]),
    ...leftAsTheyAre(plan).map((standing) => leftLines(writer, standing)),
    plan.warnings.flatMap((warning) => warningLines(writer, warning)),
    [...unmanagedLines(writer, plan.unmanaged.length + plan.unusable.length), writer.paint('bold', summaryLine(plan))],
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

function actionLines(writer: TextWriter, action: Action): string[] {
  const shown = shownAction(action);
  const reason = why(shown);
  return [
    writer.head(SIGNS[action.kind], action.kind, shown),
    ...(reason === undefined ? [] : writer.prose(reason)),
    ...fieldLines(writer, action),
  ];
}

function fieldLines(writer: TextWriter, action: Action): string[] {
  if (action.kind === 'create') return writer.coming(action.desired);
  if (action.kind === 'delete') return writer.going(action.observed);
  return writer.changes(shownAction(action).changes);
}

function withheldBlocks(writer: TextWriter, { withheld, heldBack }: Plan): string[][] {
  const guards = withheld.map(({ guard, deletes, howToLift }) => [
    `  ${writer.mark('!', `withheld by ${guard}`)}${deletes > 0 ? `: ${removals(deletes)}` : ''}`,
    ...writer.prose(howToLift),
  ]);
  return [...guards, ...heldBack.map((removal) => actionLines(writer, removal).map((line) => `    ${line}`))];
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

function unmanagedLines(writer: TextWriter, count: number): string[] {
  if (count === 0) return [];
  return [writer.paint('dim', `${count} more on the tenant ${count === 1 ? 'is' : 'are'} not managed here.`)];
}

function removals(count: number): string {
  return count === 1 ? '1 removal' : `${count} removals`;
}
