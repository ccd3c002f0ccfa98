/** The rules of single fields that a JSON Schema cannot say, or not in words. The fields' types are checked before. */
import { show } from '../document/show.ts';
import { categoryFaults } from './category-faults.ts';
import type { Fault } from './fault.ts';
import { instant } from './instant.ts';
import type { Defaults, SubscriptionEntry } from './subscriptions.generated.ts';
import { urlFault } from './url-fault.ts';

/** What the API of 2026 takes; older titles live on, and a server may still take others. */
const TITLE = /^[a-zA-Z0-9 ()[\]{}.-]{1,32}$/;
const MAX_DELAY_SECONDS = 30;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Of an entry or of the defaults, each as written; a member whose type is wrong is passed over. */
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
  // Not asked for with `in`, which throws where it is text.
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
