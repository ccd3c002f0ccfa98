/** In what a subscription differs from what the checkout wants: in meaning, not in spelling. */
import { FIELDS, type Desired, type Field, type Observed, type WholeUpdate } from '../subscription.ts';
import { updateBody } from './bodies.ts';
import type { FieldChange } from './plan.ts';
import { isSameValue } from './same-value.ts';

/**
 * The managed fields, minus those ignored, whose meaning is another; empty: as wanted.
 * Compares with what an update would send, so that plan and PATCH cannot disagree.
 */
export function differs(desired: Desired, observed: Observed): readonly FieldChange[] {
  const wanted = updateBody(desired, observed);
  return FIELDS.filter((field) => counts(field, wanted, observed))
    .map((field) => ({ field, from: fieldOf(observed, field), to: fieldOf(wanted, field) }))
    .filter(({ field, from, to }) => !isSameValue(field, from, to));
}

/** `exclude_type` says something beside ALL only; what a server keeps of it otherwise is no difference. */
function counts(field: Field, wanted: WholeUpdate, observed: Observed): boolean {
  return field !== 'exclude_type' || wanted.type.includes('ALL') || observed.type.includes('ALL');
}

/** The value of a field; undefined where there is no such member. */
export function fieldOf(subscription: Desired | Observed | WholeUpdate, field: Field): unknown {
  if (field === 'config.delay') return subscription.config.delay;
  if (field === 'config.max_package_size') return subscription.config.max_package_size;
  return subscription[field];
}
