/** Event categories: upvest-api.md, section 4. The list grows with the API, so an unknown name is only a warning. */
import { show } from '../document/show.ts';
import { suggest } from '../document/suggest.ts';
import type { Fault } from './fault.ts';
import { EVENT_CATEGORIES } from './subscriptions.generated.ts';

const KNOWN: ReadonlySet<string> = new Set(EVENT_CATEGORIES);
const WELL_FORMED = /^[A-Z][A-Z0-9_]*$/;

export function categoryFaults(field: 'type' | 'exclude_type', categories: readonly string[]): Fault[] {
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
  const near = suggest(name, KNOWN);
  if (!WELL_FORMED.test(name)) {
    const mend = near === undefined ? 'write a name in capitals, such as ORDER' : `did you mean ${near}?`;
    return { severity: 'error', rule: 'not-a-category', message: `${shown} is not an event category: ${mend}` };
  }
  const mend = near === undefined ? 'check the spelling' : `did you mean ${near}?`;
  return { severity: 'warning', rule: 'unknown-category', message: `${shown} is not a known event category: ${mend}` };
}
