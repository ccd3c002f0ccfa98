/** What every rendering of a plan shares: an action in words, values, the summary line and the exit status. */
import { counted, printable, quoted } from '../../base/text.ts';
import type { Mode } from '../../config/config.ts';
import { differsFromNothing, type FieldChange } from '../../subscription/diff.ts';
import { fieldOf, FIELDS, titleKey } from '../../subscription/fields.ts';
import {
  type Desired,
  type Field,
  formatPosition,
  type Observed,
  type Revision,
  type SourcePosition,
} from '../../subscription/subscription.ts';
import type { Action, ActionKind, Plan, Removal, Standing } from '../plan.ts';

/** What a plan was made from and for. Every rendering says it. */
export interface PlanContext {
  readonly tenant: { readonly url: string; readonly clientId: string };
  readonly mode: Mode;
  readonly revision: Revision;
  /** Of the checkout's files, by place; of very many the first ones. */
  readonly problems: readonly FileProblem[];
  /** How many errors the files have, in `problems` or not. */
  readonly errors: number;
}

export interface FileProblem extends SourcePosition {
  readonly severity: 'error' | 'warning';
  /** Dotted; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
  /** Stable name of the rule. */
  readonly rule: string;
  /** The title of the entry concerned, where it is known. */
  readonly title?: string;
}

/** `https://api.upvest.co (client 3f2c…)`. */
export function formatTenant({ url, clientId }: PlanContext['tenant']): string {
  return printable(`${url} (client ${clientId})`);
}

type Because = Removal['because'] | 'entry-error' | 'rename' | 'adoption';

export interface ShownAction {
  readonly kind: ActionKind;
  /** The title in the checkout, or the observed one where nothing wants the subscription. */
  readonly title: string;
  readonly id?: string;
  /** Where the entry or the tombstone stands; where the entry has an error, the place of that. */
  readonly source?: SourcePosition;
  readonly changes: readonly FieldChange[];
  /** The observed url, for deletes and quarantines: their changes do not show it. */
  readonly url?: string;
  /** For a create a sentence, for all others a `Because`. */
  readonly because?: string;
  /** The same as a sentence, where the fields do not show it. */
  readonly reason?: string;
}

/** Gives what a rendering shows of each action of a plan. */
export function actionsIn({ problems, errors }: Pick<PlanContext, 'problems' | 'errors'>) {
  const broken = new Map<string, SourcePosition>();
  for (const { severity, title, file, line, column } of problems) {
    if (severity !== 'error' || title === undefined || broken.has(titleKey(title))) continue;
    broken.set(titleKey(title), { file, line, column });
  }
  return (action: Action): ShownAction => {
    if (action.kind === 'create') return shownCreate(action);
    if (action.kind === 'quarantine' || action.kind === 'delete') {
      const error = action.because === 'pruned' ? broken.get(titleKey(action.observed.title)) : undefined;
      return shownRemoval(action, error, errors > 0);
    }
    const because = becauseOf(action);
    const { kind, observed, desired, changes } = action;
    return {
      kind,
      title: desired.title,
      id: observed.id,
      source: desired.source,
      changes,
      ...(because && { because, reason: REASONS[because] }),
    };
  };
}

function shownCreate({ kind, desired, because }: Extract<Action, { kind: 'create' }>): ShownAction {
  return {
    kind,
    title: desired.title,
    source: desired.source,
    changes: differsFromNothing(desired),
    ...(because !== undefined && { because, reason: because }),
  };
}

/** `error`: where the entry of its title has one. `isPartial`: any file has one. */
function shownRemoval(removal: Removal, error: SourcePosition | undefined, isPartial: boolean): ShownAction {
  const { kind, observed } = removal;
  const { id, title, url } = observed;
  const source = error ?? (kind === 'delete' ? removal.source : undefined);
  const because = error ? 'entry-error' : removal.because;
  const reason = because === 'pruned' && isPartial ? NOT_FOUND : REASONS[because];
  return {
    kind,
    title,
    id,
    url,
    ...(source && { source }),
    changes: kind === 'quarantine' ? [{ field: 'enabled', from: true, to: false }] : [],
    because,
    // An error holds every removal back, so that what it comes to is not said.
    reason: error
      ? `${reason}: ${formatPosition(error)}. The guard invalid-checkout keeps it until that is fixed`
      : kind === 'quarantine'
        ? `${reason}: disabled now, deleted after the quarantine`
        : reason,
  };
}

function becauseOf({
  adopts,
  by,
  changes,
}: Pick<Extract<Action, { kind: 'update' }>, 'adopts' | 'by' | 'changes'>): 'adoption' | 'rename' | undefined {
  if (adopts) return 'adoption';
  return by === 'rename' && changes.some(({ field }) => field === 'title') ? 'rename' : undefined;
}

const REASONS: Readonly<Record<Because, string>> = {
  pruned: 'nothing in the checkout wants it',
  'entry-error': 'its entry has an error',
  surplus: 'a duplicate: the checkout wants one of this title, and another one is kept',
  tombstone: 'a tombstone wants it deleted',
  rename: 'renamed in place: it has the same url, and its queue stays with its receiver',
  adoption: 'adopted: it was not owned until now',
};

const NOT_FOUND = 'nothing that can be read of the checkout wants it';

/** Longer lists are shown by the items that join and leave them. */
const SHORT_LIST = 4;

export function formatValue(field: Field, value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '(none)';
  if (Array.isArray(value)) return printable(value.join(', '));
  if (typeof value !== 'string') return printable(JSON.stringify(value));
  return field === 'title' ? quoted(value) : printable(value);
}

/** `5s → 10s`, or for long lists `+USER_CHECK -ORDER`. */
export function formatChange({ field, from, to }: FieldChange): string {
  const [before, after] = [listOf(from), listOf(to)];
  if (Math.max(before.length, after.length) <= SHORT_LIST) {
    return `${formatValue(field, from)} → ${formatValue(field, to)}`;
  }
  const joins = after.filter((item) => !before.includes(item)).map((item) => `+${item}`);
  const leaves = before.filter((item) => !after.includes(item)).map((item) => `-${item}`);
  return printable([...joins, ...leaves].join(' '));
}

/** Every field that has a value, in the order of the field table. */
export function formatFields(
  subscription: Desired | Observed,
): readonly { readonly field: Field; readonly value: string }[] {
  return FIELDS.flatMap((field) => {
    const value = fieldOf(subscription, field);
    return value === undefined ? [] : { field, value: formatValue(field, value) };
  });
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

const VERBS: Readonly<Record<ActionKind, string>> = {
  create: 'to create',
  enable: 'to enable',
  update: 'to update',
  quarantine: 'to quarantine',
  delete: 'to delete',
};

/**
 * `Plan: 2 to create, 1 to delete, 3 withheld.`, or `In sync: 12 subscriptions.`; then what is wrong with the files, since
 * entries with errors are not in the plan.
 */
export function summaryLine(plan: Plan, { problems, errors }: Pick<PlanContext, 'problems' | 'errors'>): string {
  const line = planExitStatus(plan) === 0 ? settled(plan) : pendingLine(plan);
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  const counts = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  if (counts.length === 0) return line;
  return `${line} The files have ${counts.join(' and ')}${errors > 0 ? ': entries with errors are left out' : ''}.`;
}

function pendingLine(plan: Plan): string {
  const counts = Object.groupBy(plan.actions, ({ kind }) => kind);
  const parts = [
    ...(['create', 'enable', 'update', 'quarantine', 'delete'] as const).map((kind) => part(counts[kind], VERBS[kind])),
    part(plan.heldBack, 'withheld'),
    plan.conflicts.length > 0 ? counted(plan.conflicts.length, 'conflict') : undefined,
    part(plan.pending, 'pending'),
  ].flatMap((text) => text ?? []);
  return `Plan: ${parts.join(', ')}.${plan.hold ? ` ${HOLDS[plan.hold]}` : ''}`;
}

const HOLDS: Readonly<Record<NonNullable<Plan['hold']>, string>> = {
  standby: 'None of it is carried out by this instance: another one holds the lease.',
  observe: 'None of it is carried out: the mode is observe.',
  freeze: 'None of it is carried out now: a freeze window is open.',
};

/**
 * Entries that differ or are missing and that this plan does not change: they are suspended, or the mode excludes it.
 */
export function leftAsTheyAre({ actions, standings }: Plan): readonly Standing[] {
  const acted = new Set(actions.flatMap((action) => ('desired' in action ? action.desired.title : [])));
  return standings.filter(
    ({ desired, observed, state, changes }) =>
      state !== 'conflict' && state !== 'pending' && !acted.has(desired.title) && (changes.length > 0 || !observed),
  );
}

function settled(plan: Plan): string {
  const { standings, isPartial, quarantined, unpruned } = plan;
  if (standings.length + unpruned.length === 0 && !isPartial) return 'Nothing to change: the checkout wants nothing.';
  const left = leftAsTheyAre(plan).length;
  const notes = [
    counted(standings.length, 'subscription'),
    ...(left > 0 ? [`${left} of them left as ${left === 1 ? 'it is' : 'they are'}`] : []),
    ...(quarantined.length > 0 ? [`${quarantined.length} in quarantine`] : []),
    ...(unpruned.length > 0 ? [`${unpruned.length} more that nothing wants, kept in this mode`] : []),
  ];
  const word = left + unpruned.length > 0 ? 'Nothing to change' : 'In sync';
  return `${isPartial ? 'Nothing to change for what can be read' : word}: ${notes.join(', ')}.`;
}

function part(items: readonly unknown[] | undefined, words: string): string | undefined {
  return items && items.length > 0 ? `${items.length} ${words}` : undefined;
}

/** `3f2c9e1d8a4b (main, with uncommitted changes) Add the reports hook`; a hash is shortened to 12 digits. */
export function formatRevision({ id, ref, subject, dirty }: Revision): string {
  const short = id.replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]+$/, '$1');
  const notes = [
    ...(ref ? [ref.replace(/^refs\/(?:heads|tags|remotes)\//, '')] : []),
    ...(dirty ? ['with uncommitted changes'] : []),
  ];
  const parts = [short, ...(notes.length > 0 ? [`(${notes.join(', ')})`] : []), ...(subject ? [subject] : [])];
  return printable(parts.join(' '));
}

/**
 * 0: nothing is left to do in this mode; 2: changes are pending; 3: deletes are among them. Withheld removals count as pending, and so do
 * conflicts and entries that wait for an item that cannot be read.
 */
export function planExitStatus({ actions, heldBack, conflicts, pending: unclear }: Plan): 0 | 2 | 3 {
  const pending = [...actions, ...heldBack];
  if (pending.some(({ kind }) => kind === 'delete')) return 3;
  return pending.length + conflicts.length + unclear.length > 0 ? 2 : 0;
}

/**
 * Whether the tenant equals the checkout: nothing is pending, every file can be read, and the mode leaves no difference.
 * What is suspended is meant to be left alone.
 */
export function isInSync(plan: Plan): boolean {
  if (planExitStatus(plan) !== 0 || plan.isPartial || plan.unpruned.length > 0) return false;
  return leftAsTheyAre(plan).every(({ state }) => state === 'suspended');
}
