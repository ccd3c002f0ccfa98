/**
 * The rules of an entry's fields that a JSON Schema cannot express, or not with a clear message. Types are checked
 * before.
 */
import { show, suggester } from '../base/text.ts';
import type { Path } from '../document/parse.ts';
import type { Problem } from '../document/problems.ts';
import { urlFault } from './delivery-url.ts';
import { type Defaults, EVENT_CATEGORIES, type SubscriptionEntry } from './subscriptions.generated.ts';

/** Titles that the API accepts since 2026. Older titles stay valid, and a server may still accept others. */
const TITLE = /^[a-zA-Z0-9 ()[\]{}.-]{1,32}$/;
const MAX_DELAY_SECONDS = 30;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Faults of an entry or of the defaults as written. Members of the wrong type are skipped. */
export function fieldFaults(entry: Partial<SubscriptionEntry> | Defaults): Fault[] {
  const { type, exclude_type, config, reconcile } = entry;
  const faults: Fault[] = [];
  const add = (path: Fault['path'], rule: string, message: string, severity: Fault['severity'] = 'error'): void => {
    faults.push({ path, severity, rule, message });
  };

  if ('title' in entry && typeof entry.title === 'string') addTitle(entry.title, add);
  if ('url' in entry && typeof entry.url === 'string') {
    const fault = urlFault(entry.url);
    if (fault !== undefined) add(['url'], 'url', fault);
  }
  if (areTexts(type)) faults.push(...categoryFaults('type', type));
  if (areTexts(exclude_type)) faults.push(...categoryFaults('exclude_type', exclude_type));
  if (typeof config?.delay === 'string') addDelay(config.delay, add);
  if (typeof reconcile?.suspend === 'string' && instant(reconcile.suspend) === undefined) {
    add(
      ['reconcile', 'suspend'],
      'not-an-instant',
      `${show(reconcile.suspend)} is not an instant: write true, or a date with time and zone such as 2026-12-24T08:00:00Z`,
    );
  }
  // The type of `reconcile` in the defaults has no `id`. `in` cannot narrow it, because it throws if the value is a
  // text.
  const inEntry: SubscriptionEntry['reconcile'] = reconcile;
  const id = inEntry?.id;
  if (typeof id === 'string') addId(['reconcile', 'id'], id, add);
  const beside = inEntry?.beside;
  if (areTexts(beside)) addBeside(beside, add);
  return faults;
}

type Add = (path: Fault['path'], rule: string, message: string, severity?: Fault['severity']) => void;

function addTitle(title: string, add: Add): void {
  if (title.trim() === '') add(['title'], 'title', `${show(title)} is blank: write a title`);
  else if (/\p{Cc}/u.test(title)) add(['title'], 'title', `${show(title)} holds control characters: remove them`);
  else if (!TITLE.test(title)) {
    const rule = 'letters a to z, digits, spaces and ()[]{}.- only, at most 32 characters';
    add(
      ['title'],
      'title-2026',
      `${show(title)} does not fit the API's newer rule and may be refused: ${rule}`,
      'warning',
    );
  }
}

function addId(path: Fault['path'], id: string, add: Add): void {
  if (!UUID.test(id)) {
    add(path, 'not-valid', `${show(id)} is not the id of a subscription: write a UUID, as the API shows it`);
  }
}

function addBeside(ids: readonly string[], add: Add): void {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    const path = ['reconcile', 'beside', index];
    addId(path, id, add);
    if (seen.has(id.toLowerCase())) add(path, 'duplicate-id', `${show(id)} is written twice: remove one`);
    seen.add(id.toLowerCase());
  }
}

function addDelay(delay: string, add: Add): void {
  const [, number, unit] = /^([1-9][0-9]?)([sm])$/.exec(delay) ?? [];
  const path = ['config', 'delay'];
  if (number === undefined) add(path, 'not-valid', `${show(delay)} is not a duration: write a number and s, 1s to 30s`);
  else if (unit === 'm')
    add(
      path,
      'delay-minutes',
      `${show(delay)} is in minutes, which newer versions of the API refuse: write seconds, 1s to 30s`,
      'warning',
    );
  else if (Number(number) > MAX_DELAY_SECONDS) {
    add(path, 'delay-long', `${show(delay)} is more than newer versions of the API take: write 1s to 30s`, 'warning');
  }
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** The list of event categories grows with the API (docs/upvest-api.md, 4.1), so an unknown name is only a warning. */
const KNOWN: ReadonlySet<string> = new Set(EVENT_CATEGORIES);
const nearest = suggester(EVENT_CATEGORIES);
const WELL_FORMED = /^[A-Z][A-Z0-9_]*$/;

function categoryFaults(field: 'type' | 'exclude_type', categories: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const [index, name] of categories.entries()) {
    const path = [field, index];
    const fault = nameFault(name);
    if (fault !== undefined) {
      faults.push({ path, ...fault });
    } else if (seen.has(name)) {
      faults.push({
        path,
        severity: 'warning',
        rule: 'duplicate-category',
        message: `${name} is written twice: remove one`,
      });
    }
    seen.add(name);
  }
  if (field === 'type' && seen.has('ALL') && seen.size > 1) {
    faults.push({
      path: [field],
      severity: 'error',
      rule: 'all-beside-others',
      message: 'ALL stands beside others: write [ALL] alone, or leave ALL out',
    });
  }
  if (field === 'exclude_type' && seen.has('ALL')) {
    faults.push({
      path: [field, categories.indexOf('ALL')],
      severity: 'error',
      rule: 'exclude-all',
      message: 'ALL cannot be excluded: nothing would be left',
    });
  }
  return faults;
}

function nameFault(name: string): Omit<Fault, 'path'> | undefined {
  if (KNOWN.has(name)) return undefined;
  const shown = show(name);
  const [category = ''] = name.split('.');
  if (category !== name && WELL_FORMED.test(category)) {
    return {
      severity: 'error',
      rule: 'event-type',
      message: `${shown} is a single event, not a category: write ${category}`,
    };
  }
  const near = nearest(name);
  if (/^\S+ - \S/.test(name)) {
    const message = `wrong indentation: ${shown} is one text, begin each "- " of the list in the same column`;
    return { severity: 'error', rule: 'not-a-category', message };
  }
  if (!WELL_FORMED.test(name)) {
    const fix = near === undefined ? 'write a name in capitals, such as ORDER' : `did you mean ${near}?`;
    return { severity: 'error', rule: 'not-a-category', message: `${shown} is not an event category: ${fix}` };
  }
  const fix = near === undefined ? 'check the spelling' : `did you mean ${near}?`;
  return { severity: 'warning', rule: 'unknown-category', message: `${shown} is not a known event category: ${fix}` };
}

/** Faults in the combination of an entry's fields, defaults applied. */
export function combinationFaults(entry: SubscriptionEntry): Fault[] {
  return [...excludeFaults(entry), ...besideFaults(entry)];
}

function excludeFaults({ type, exclude_type }: SubscriptionEntry): Fault[] {
  if (exclude_type === undefined || type?.includes('ALL')) return [];
  const message =
    type === undefined
      ? 'exclude_type needs type: [ALL] beside it: write that too'
      : 'exclude_type goes with type: [ALL] only: remove it, or write type: [ALL]';
  return [{ path: ['exclude_type'], severity: 'error', rule: 'exclude-without-all', message }];
}

function besideFaults({ state, reconcile: { id, beside = [] } = {} }: SubscriptionEntry): Fault[] {
  const path = ['reconcile', 'beside'];
  if (state === 'absent' && beside.length > 0) {
    const message = 'beside goes with a subscription that is wanted: remove it beside state: absent';
    return [{ path, severity: 'error', rule: 'beside-absent', message }];
  }
  const own = id === undefined ? -1 : beside.findIndex((other) => other.toLowerCase() === id.toLowerCase());
  if (own === -1) return [];
  const message = `${show(beside[own])} is the reconcile.id of this very entry: beside names other subscriptions of the url, remove it there`;
  return [{ path: [...path, own], severity: 'error', rule: 'beside-itself', message }];
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

/** ISO 8601 with time and zone → the same instant in UTC; undefined for anything else, a 30 February included. */
export function instant(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = '0', fraction = '0', sign, zoneHours = '0', zoneMinutes = '0'] =
    INSTANT.exec(text) ?? [];
  if (year === undefined) return undefined;
  const local = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const milliseconds = Math.trunc(Number(fraction) * 1000);
  const asWritten = new Date(Date.UTC(...local, milliseconds));
  // Date rolls over: it turns a 30 February into a 2 March.
  const back = [asWritten.getUTCFullYear(), asWritten.getUTCMonth(), asWritten.getUTCDate(), asWritten.getUTCHours()];
  if (back.some((part, index) => part !== local[index]) || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return new Date(asWritten.getTime() - offsetMs).toISOString();
}

/** A rule that one field of an entry breaks. */
export interface Fault {
  /** The path of the field within the entry. */
  readonly path: Path;
  readonly severity: Problem['severity'];
  readonly rule: string;
  readonly message: string;
}
