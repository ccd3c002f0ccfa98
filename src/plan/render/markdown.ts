/** The plan as a comment on a pull request. */
import { counted, printable } from '../../base/text.ts';
import type { FieldChange } from '../../subscription/diff.ts';
import { formatPosition } from '../../subscription/subscription.ts';
import type { Action, Plan } from '../plan.ts';
import {
  actionsIn,
  formatChange,
  formatFields,
  type FileProblem,
  formatRevision,
  formatValue,
  leftAsTheyAre,
  type PlanContext,
  type ShownAction,
  summaryLine,
} from './describe.ts';

/** GitHub refuses comments of more than 65 536 characters. */
const MAX_LENGTH = 60_000;
/** At most so many rows of each list are shown; the others are counted. */
const MAX_ROWS = 100;

/** The headline, the tenant, what is wrong with the files, a table of the actions, what prevents some of them, and every field in a folded part below. */
export function renderMarkdown(plan: Plan, context: PlanContext): string {
  const { actions, heldBack, conflicts, withheld, warnings } = plan;
  const { tenant, mode, revision, problems, errors } = context;
  const shown = actionsIn(context);
  const row = (action: Action): string => tableRow(action, shown(action));
  const parts = [
    `### Webhook subscriptions`,
    `**${prose(summaryLine(plan, context))}**`,
    `Tenant ${code(tenant.url)}, client ${code(tenant.clientId)}, mode ${code(mode)}.`,
    ...problemParts(problems, errors),
    ...table('| | subscription | what | where |', actions.map(row)),
    ...withheld.map(({ guard, deletes, howToLift }) =>
      alert('WARNING', `**Withheld by ${guard}** (${deletes}). ${prose(howToLift)}`),
    ),
    ...(heldBack.length > 0 ? table('| withheld | subscription | why | where |', heldBack.map(row)) : []),
    ...rows(
      conflicts.map(({ title, source, reason }) =>
        alert('CAUTION', `**Conflict** ${code(title)} at ${code(formatPosition(source))}. ${prose(reason)}`),
      ),
    ),
    ...rows(
      plan.pending.map(
        ({ title, source, because }) =>
          `- ${code(title)} at ${code(formatPosition(source))} is pending: ${prose(because)}`,
      ),
    ),
    ...rows(
      plan.quarantined.map(({ observed, until }) => `- ${code(observed.title)} is in quarantine until ${until}.`),
    ),
    ...rows(
      leftAsTheyAre(plan).map(
        ({ desired, state, observed, changes }) =>
          `- ${code(desired.title)} is ${state === 'suspended' ? 'suspended' : 'left as it is'}: ${observed ? fieldNames(changes) : 'not on the tenant'}.`,
      ),
    ),
    ...rows(warnings.map((warning) => `- ⚠️ ${prose(warning)}`)),
  ];
  const footer = `<sub>Revision ${code(formatRevision(revision))}${plan.unmanaged.length + plan.unusable.length > 0 ? `, ${plan.unmanaged.length + plan.unusable.length} more on the tenant not managed here` : ''}</sub>`;
  return `${fit(parts, details([...actions, ...heldBack], shown), footer).join('\n\n')}\n`;
}

/** At the top, since a reviewer who approves the rest must know what it does not tell of. */
function problemParts(problems: readonly FileProblem[], errors: number): string[] {
  const lines = problems.map(({ severity, field, message, ...at }) => {
    const text = [severity === 'error' ? '❌' : '⚠️', code(formatPosition(at)), field && code(field), prose(message)];
    return `- ${text.filter(Boolean).join(' ')}`;
  });
  const headline =
    errors > 0 ? [alert('CAUTION', `**${counted(errors, 'error')} in the files.** ${prose(PARTIAL)}`)] : [];
  return [...headline, ...(lines.length > 0 ? [rows(lines).join('\n')] : [])];
}

const PARTIAL = 'Entries with errors are left out of this plan, and removals are withheld until they are fixed.';

const ICONS = {
  create: '➕ create',
  enable: '▶️ enable',
  update: '✏️ update',
  quarantine: '⏸️ quarantine',
  delete: '❌ delete',
} as const;

function tableRow(action: Action, shown: ShownAction): string {
  const what = [
    ...(shown.reason === undefined ? [] : [prose(shown.reason)]),
    ...(action.kind === 'create' ? [code(action.desired.url)] : []),
    ...(action.kind === 'delete' ? [code(action.observed.url)] : []),
    ...(action.kind === 'update' || action.kind === 'enable' ? action.changes.map(changed) : []),
  ];
  const where = shown.source ? code(formatPosition(shown.source)) : '';
  return `| ${ICONS[action.kind]} | ${code(shown.title)} | ${what.join('<br>')} | ${where} |`;
}

function changed(change: FieldChange): string {
  return `${prose(change.field)}: ${code(formatChange(change))}`;
}

function fieldNames(changes: readonly FieldChange[]): string {
  return `differs in ${changes.map(({ field }) => prose(field)).join(', ')}`;
}

function table(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const columns = head.split('|').length - 2;
  return [
    [head, `|${'---|'.repeat(columns)}`, ...shortened(lines, (left) => `| | … and ${left} more | | |`)].join('\n'),
  ];
}

function rows(lines: readonly string[]): string[] {
  return shortened(lines, (left) => `… and ${left} more.`);
}

function shortened(lines: readonly string[], say: (left: number) => string): string[] {
  return lines.length <= MAX_ROWS ? [...lines] : [...lines.slice(0, MAX_ROWS), say(lines.length - MAX_ROWS)];
}

function alert(kind: 'WARNING' | 'CAUTION', text: string): string {
  return `> [!${kind}]\n> ${text}`;
}

function details(actions: readonly Action[], shown: (action: Action) => ShownAction): string[] {
  if (actions.length === 0) return [];
  const lines = actions.flatMap((action) => [...diffLines(action, shown(action)), '']).slice(0, -1);
  return [`<details><summary>Field by field</summary>`, fenced('diff', lines), `</details>`];
}

/** The lines of one action in a diff, where `@@ … @@` is a heading. */
function diffLines(action: Action, { kind, title, id, source, changes }: ShownAction): string[] {
  const where = [id, source && formatPosition(source)].filter((text) => text !== undefined);
  const head = `@@ ${[`${kind} ${formatValue('title', title)}`, ...where].join('  ')} @@`;
  if (kind === 'delete' && 'observed' in action) {
    return [head, ...formatFields(action.observed).map(({ field, value }) => `- ${field}: ${value}`)];
  }
  return [head, ...changes.flatMap(replaced)];
}

function replaced({ field, from, to }: FieldChange): string[] {
  const lines = [
    from === undefined ? [] : `- ${field}: ${formatValue(field, from)}`,
    to === undefined ? [] : `+ ${field}: ${formatValue(field, to)}`,
  ];
  return lines.flat();
}

/** Leaves out the parts that do not fit: the details first, then those at the end. The headline stays. */
function fit(parts: readonly string[], folded: readonly string[], footer: string): string[] {
  const whole = [...parts, ...folded, footer];
  if (length(whole) <= MAX_LENGTH) return whole;
  const kept: string[] = [];
  for (const part of parts) {
    if (length(kept) + part.length > MAX_LENGTH) break;
    kept.push(part);
  }
  return [...kept, 'Too long for a comment: `webhook-reconciler plan --diff` shows all of it.', footer];
}

function length(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length + 2, 0);
}

/**
 * A text in code type, where markup, links, mentions and issue numbers have no effect. A backtick would end a code
 * span, and renderers do not agree on a backslash before the `|` of a table. With either in the text every sign becomes
 * an entity.
 */
function code(text: string): string {
  const shown = printable(text);
  if (shown !== '' && !/[`|]/.test(shown)) return `\`${shown}\``;
  return `<code>${shown.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`;
}

/**
 * A sentence that may contain titles and urls. Markup is escaped. An `@name`, a `#12` or a link gets an invisible
 * break, because a backslash does not disable those.
 */
function prose(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/@|#(?=\w)|\bgh-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&&#8203;');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A fenced block whose fence is longer than any in its lines, so that they cannot close it. */
function fenced(language: string, lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return [fence + language, ...lines, fence].join('\n');
}
