/** `GET /webhooks`: offset paging over the current subscriptions, with its bounds. */
import type { Switches } from '../switches.ts';
import { Refusal } from './reply.ts';
import type { Subscription } from './subscription.ts';

const SORTS = ['created_at', 'updated_at', 'title', 'url', 'enabled'] as const;
const ORDERS = ['ASC', 'DESC'] as const;
const LIMIT = { default: 100, max: 1000 } as const;

export interface Paging {
  readonly offset: number;
  readonly limit: number;
  readonly sort: (typeof SORTS)[number];
  readonly order: (typeof ORDERS)[number];
}

export interface Page {
  readonly meta: Paging & { readonly count: number; readonly total_count: number };
  readonly data: readonly Subscription[];
}

/** Unknown parameters have no effect, since no documentation says that they are refused. */
export function readPaging(query: string | undefined, switches: Switches): Paging | Refusal {
  const params = new URLSearchParams(query);
  const errors: string[] = [];
  const one = (name: string): string | undefined => {
    const all = params.getAll(name);
    if (all.length > 1) errors.push(`${name}: given more than once`);
    return all[0];
  };
  const number = (name: string, byDefault: number, min: number, max: number): number => {
    const text = one(name);
    if (text === undefined) return byDefault;
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) errors.push(`${name}: must be an integer`);
    else if (switches.pageBounds === 'clamp') return Math.min(Math.max(value, min), max);
    else if (value < min || value > max) errors.push(`${name}: must be at least ${min} and at most ${max}`);
    return value;
  };
  const choice = <T extends string>(name: string, values: readonly [T, ...T[]]): T => {
    const text = one(name);
    const found = values.find((value) => value === (text ?? values[0]));
    if (found === undefined) errors.push(`${name}: must be one of ${values.join(', ')}`);
    return found ?? values[0];
  };
  const paging = {
    offset: number('offset', 0, 0, Number.MAX_SAFE_INTEGER),
    limit: number('limit', LIMIT.default, switches.revision === 2026 ? 1 : 0, LIMIT.max),
    sort: choice('sort', SORTS),
    order: choice('order', ORDERS),
  };
  return errors.length > 0 ? new Refusal(400, errors.join('; ')) : paging;
}

/** Subscriptions of equal sort values are ordered by id, whatever the order. */
export function pageOf(
  all: Subscription[],
  paging: Paging,
  { offsetCounts, itemsPerPage }: Pick<Switches, 'offsetCounts' | 'itemsPerPage'>,
): Page {
  const { sort, order, offset } = paging;
  const limit = itemsPerPage > 0 ? Math.min(paging.limit, itemsPerPage) : paging.limit;
  const direction = order === 'ASC' ? 1 : -1;
  all.sort((a, b) => direction * compare(sortable(a[sort]), sortable(b[sort])) || compare(a.id, b.id));
  const start = offsetCounts === 'pages' ? offset * limit : offset;
  const data = all.slice(start, start + limit);
  return { meta: { offset, limit, count: data.length, total_count: all.length, sort, order }, data };
}

/** Removes the `Z` of a time: without it times sort as text, however many digits their fractions have. */
function sortable(value: string | boolean): string | boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? value.slice(0, -1) : value;
}

function compare<T extends string | boolean>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
