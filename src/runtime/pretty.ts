/** The log for people at a terminal: a sentence for what they look for, every other line as its message and fields. */
import { counted, printable } from '../base/text.ts';
import { formatChange } from '../plan/render/describe.ts';
import type { PassReport } from '../reconcile/report.ts';
import type { Change } from '../apply/outcome.ts';
import type { Problem } from '../document/problems.ts';
import type { Withheld } from '../plan/plan.ts';

/** What pino adds to each line, and the terminal shows by itself. */
const OF_PINO = new Set(['level', 'time', 'msg']);

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a line about a subscription that begins or ceases to need attention. */
interface Turn {
  readonly title: string;
  readonly state?: string;
  readonly was?: string;
  readonly reason?: string;
}

/** One line; the stack of an unforeseen error stands below it. */
export function sentence(line: Fields): string {
  const msg = typeof line['msg'] === 'string' ? line['msg'] : '';
  const words = SENTENCES[msg]?.(line);
  if (words !== undefined) return printable(words);
  const { err, ...fields } = line;
  const rest = Object.entries(fields).filter(([name, value]) => !OF_PINO.has(name) && value !== undefined);
  const shown = rest.length > 0 ? ` ${printable(JSON.stringify(Object.fromEntries(rest)))}` : '';
  return `${printable(msg)}${shown}${stackOf(err)}`;
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  return String(err.stack)
    .split('\n')
    .map((line) => `\n    ${printable(line)}`)
    .join('');
}

/** By message. Undefined: the fields are not those of a sentence. */
const SENTENCES: Readonly<Record<string, (line: Fields) => string | undefined>> = {
  'tenant changed': (line) => (line['audit'] === true ? changed(line as unknown as Change) : undefined),
  'pass ended': (line) => passed(line as unknown as PassReport),
  'deletes withheld': (line) => {
    const { guards } = line as { readonly guards: readonly Withheld[] };
    return `withheld ${titles(line)}: ${guards.map(({ guard, howToLift }) => `(${guard}) ${howToLift}`).join(' ')}`;
  },
  'deletes no longer withheld': (line) => `no longer withheld: ${titles(line)}`,
  'subscription needs attention': (line) => {
    const { title, state, reason } = line as unknown as Turn;
    return `${title} is ${state}${reason === undefined ? '' : `: ${reason}`}`;
  },
  'subscription no longer needs attention': (line) => {
    const { title, state, was } = line as unknown as Turn;
    return state === undefined ? `${title} is gone, it was ${was}` : `${title} is ${state} now, it was ${was}`;
  },
  'error in a file of the checkout': (line) => `error in ${placed(line)}`,
  'error in a file is fixed': (line) => `fixed: ${placed(line)}`,
};

const DONE = { create: 'created', enable: 'enabled', update: 'updated', delete: 'deleted' } as const;

function changed({ action, title, changes, origin, because }: Change): string {
  const isPutBack = origin === 'remote' && action !== 'delete';
  const verb = isPutBack ? 'put back' : DONE[action];
  const known = changes.map(({ field, from, to }) => ({ field, from: from ?? undefined, to: to ?? undefined }));
  const fields = known.map((change) => `${change.field} ${formatChange(change)}`).join(', ');
  const shown = action === 'create' || action === 'delete' || fields === '' ? '' : `: ${fields}`;
  const byOthers = action === 'delete' ? 'made by another client' : 'changed by another client';
  const notes = [because ?? [], origin === 'remote' ? byOthers : []].flat().join(', ');
  return `${verb} ${title}${shown}${notes && ` (${notes})`}`;
}

function passed(line: PassReport & { readonly undone?: Readonly<Record<string, number>> }): string {
  const { result, changes, withheld, requests, error, undone = {} } = line;
  const done = Object.entries(changes).flatMap(([action, count]) =>
    count > 0 ? `${count} ${DONE[action as Change['action']]}` : [],
  );
  const left = Object.entries(undone).map(([state, count]) => `${count} ${state}`);
  const guards = withheld.map(({ guard }) => guard).join(', ');
  const parts = [result, ...done, ...left].join(', ');
  return `pass ended: ${parts}${guards && `, held by ${guards}`} (${counted(requests, 'request')})${error === undefined ? '' : `: ${error}`}`;
}

function titles(line: Fields): string {
  const { titles: named, deletes } = line as { readonly titles: readonly string[]; readonly deletes: number };
  const more = deletes - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function placed(line: Fields): string {
  const { file, line: at, column, field, message } = line as unknown as Problem;
  return `${file}:${at}:${column} ${field && `${field}: `}${message}`;
}
