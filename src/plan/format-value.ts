/** Field values in words, harmless to print. */
import { FIELDS, type Desired, type Field, type Observed } from '../subscription.ts';
import { fieldOf } from './diff.ts';
import type { FieldChange } from './plan.ts';
import { printable, quoted } from '../printable.ts';

/** Longer lists are told by what joins and what leaves them. */
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

/** Every field that has a value, in their usual order. */
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
