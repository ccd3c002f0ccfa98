/** The last changes and the history of one subscription: what was done, to which fields, and whose doing it was. */
import type {
  ChangeAction,
  ChangeStatus,
  DifferenceDocument,
  StatusDocument,
  SubscriptionDocument,
} from '../../status-document.ts';
import { textOf } from './compare.ts';
import { authorOf, shortId, SOMEBODY } from './doing.ts';
import { oneLine, type Text } from './text.ts';

export interface ChangeLine {
  readonly verb: string;
  /** "type +EXECUTION", "enabled false → true", "url, type"; empty where the verb says it all. */
  readonly what: string;
  readonly who: Text;
}

const VERBS: Readonly<Record<ChangeAction, string>> = {
  create: 'Created',
  enable: 'Enabled',
  update: 'Updated',
  delete: 'Deleted',
  quarantine: 'Quarantined',
  drift: 'Drifted',
  adopt: 'Adopted',
  withhold: 'Delete withheld',
};

export function changeLine(change: ChangeStatus): ChangeLine {
  return { verb: verbOf(change), what: whatOf(change), who: whoOf(change) };
}

/** What another client did to it is undone: it differed, was disabled, or was deleted. */
function isCorrection({ action, origin }: Pick<ChangeStatus, 'action' | 'origin'>): boolean {
  return origin === 'remote' && (action === 'update' || action === 'enable' || action === 'create');
}

function verbOf(change: ChangeStatus): string {
  const { action, fields } = change;
  if (isCorrection(change)) return 'Put back';
  if (action !== 'update') return VERBS[action];
  const [only, ...others] = fields;
  if (others.length > 0 || !only) return VERBS.update;
  if (only.field === 'title') return 'Renamed';
  return only.field === 'enabled' ? (only.to === true ? 'Enabled' : 'Disabled') : VERBS.update;
}

function whatOf(change: ChangeStatus): string {
  const { action, fields, because } = change;
  switch (action) {
    case 'create':
      return isCorrection(change) ? 'created again' : '';
    case 'enable':
      return isCorrection(change) ? fieldsText(fields) : '';
    case 'delete':
    case 'quarantine':
      return '';
    case 'adopt':
    case 'withhold':
      return because === undefined ? '' : oneLine(because, MAX_REASON);
    case 'drift':
      if (fields.length > 0 && fields.every(({ to }) => to === undefined || to === null)) return 'deleted';
      return fieldsText(fields);
    case 'update':
      return ['Enabled', 'Disabled'].includes(verbOf(change)) ? '' : fieldsText(fields);
  }
}

const MAX_REASON = 120;
/** Longer values are seen in the opened row; here stands the name of their field. */
const MAX_VALUE = 40;

function fieldsText(fields: readonly DifferenceDocument[]): string {
  const [only, ...others] = fields;
  if (!only || others.length > 0) return fields.map(({ field }) => field).join(', ');
  const values = valuesText(only);
  return values.length > MAX_VALUE ? only.field : `${only.field} ${values}`.trimEnd();
}

function valuesText({ field, from, to }: DifferenceDocument): string {
  if (field === 'url') return '';
  if (Array.isArray(from) && Array.isArray(to)) {
    const before = new Set(from.map(textOf));
    const after = new Set(to.map(textOf));
    const added = [...after].filter((item) => !before.has(item)).map((item) => `+${item}`);
    const gone = [...before].filter((item) => !after.has(item)).map((item) => `−${item}`);
    return clean([...added, ...gone].join(' '));
  }
  return clean(`${shown(from)} → ${shown(to)}`);
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'none' : textOf(value);
}

function clean(text: string): string {
  return oneLine(text, MAX_VALUE + 1);
}

/** A correction and a drift are the doing of the tenant's other clients, all else of the commit. */
function whoOf({ action, origin, commit, revision }: ChangeStatus): Text {
  if (action === 'drift') return [SOMEBODY];
  if (origin === 'remote') return [`after a change by ${SOMEBODY}`];
  return commit ? [...authorOf(commit), ' ', { code: shortId(commit.id) }] : ['at ', { code: shortId(revision) }];
}

/** What is known to have happened to one subscription, the newest first. */
export function historyOf(
  { changes }: Pick<StatusDocument, 'changes'>,
  { id, title, state }: Pick<SubscriptionDocument, 'id' | 'title' | 'state'>,
): readonly ChangeStatus[] {
  // The subscription of an entry may be made again, and its title may change: it has been both.
  const isEntry = state !== 'Unmanaged';
  return changes.filter((change) => (id !== undefined && change.id === id) || (isEntry && change.title === title));
}
