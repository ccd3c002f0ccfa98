/** How an observed subscription differs in meaning from the desired one, and the request bodies that fix that. */
import { CREATED_FIELDS, fieldOf, FIELDS, type Fields, isSameValue, withFields, writableValue } from './fields.ts';
import type { CreateBody, Desired, Field, Observed, WholeUpdate } from './subscription.ts';

/** Where a difference comes from: `git` is the checkout, `remote` another client of the tenant. */
export const DRIFT_ORIGINS = ['git', 'remote'] as const;
export type DriftOrigin = (typeof DRIFT_ORIGINS)[number];

export interface FieldChange {
  readonly field: Field;
  /** The observed value; undefined where the API shows no such member. */
  readonly from: unknown;
  /** The value afterwards; undefined where the subscription is deleted. */
  readonly to: unknown;
}

/** Every field that POST is sent a value of. */
export function changesOfCreate(desired: Desired): readonly FieldChange[] {
  return CREATED_FIELDS.map((field) => ({ field, from: undefined, to: fieldOf(desired, field) })).filter(
    ({ to }) => to !== undefined,
  );
}

/** Every managed field, where nothing is observed. */
export function differsFromNothing(desired: Desired): readonly FieldChange[] {
  return FIELDS.map((field) => ({ field, from: undefined, to: fieldOf(desired, field) })).filter(
    ({ to }) => to !== undefined,
  );
}

/** Every field that is lost with a subscription. */
export function changesOfDelete(observed: Observed): readonly FieldChange[] {
  return FIELDS.map((field) => ({ field, from: fieldOf(observed, field), to: undefined })).filter(
    ({ from }) => from !== undefined,
  );
}

/**
 * The managed fields that differ in meaning, without those in `reconcile.ignore`; empty: the subscription is as wanted.
 * The comparison is with what an update would send, so that plan and PATCH cannot disagree.
 */
export function differs(desired: Desired, observed: Observed): readonly FieldChange[] {
  const wanted = updateBody(desired, observed);
  return FIELDS.filter((field) => counts(field, wanted, observed))
    .map((field) => ({ field, from: fieldOf(observed, field), to: fieldOf(wanted, field) }))
    .filter(({ field, from, to }) => !isSameValue(field, from, to));
}

/** `exclude_type` has a meaning beside ALL only; a value that the API keeps without ALL is not a difference. */
function counts(field: Field, wanted: WholeUpdate, observed: Observed): boolean {
  return field !== 'exclude_type' || wanted.type.includes('ALL') || observed.type.includes('ALL');
}

/** The body of the create. The API creates disabled, whatever `desired.enabled` says (docs/upvest-api.md, 4.2). */
export function createBody(desired: Desired): CreateBody {
  const body = withFields((field) => (CREATED_FIELDS.includes(field) ? fieldOf(desired, field) : undefined));
  const { exclude_type, config, ...members } = body as Fields & Pick<CreateBody, 'title' | 'url'>;
  return {
    ...members,
    ...(exclude_type?.length && { exclude_type }),
    ...(Object.keys(config).length > 0 && { config }),
  };
}

/**
 * The whole object that `observed` is to become: managed fields as desired, unmanaged and ignored ones as observed.
 * Where both values mean the same, the observed spelling is sent, because the API is known to accept it.
 */
export function updateBody(desired: Desired, observed: Observed): WholeUpdate {
  return whole(observed, (field) => {
    const wanted = fieldOf(desired, field);
    const shown = fieldOf(observed, field);
    const stays = wanted === undefined || desired.ignore.includes(field) || isSameValue(field, wanted, shown);
    return stays ? shown : wanted;
  });
}

/**
 * The body of the second half of a create: everything that is wanted, ignored fields too. Ignoring `enabled` leaves the
 * field to others from then on; it does not leave the new subscription disabled.
 */
export function enableBody(desired: Desired, created: Observed): WholeUpdate {
  return updateBody({ ...desired, ignore: [] }, created);
}

/** The body that disables `observed` and changes nothing else. */
export function quarantineBody(observed: Observed): WholeUpdate {
  return { ...whole(observed, (field) => fieldOf(observed, field)), enabled: false };
}

/**
 * `exclude_type` is allowed beside ALL only, and what the API does with one that is left without ALL is not documented.
 * So a type without ALL is sent together with an empty `exclude_type`, where there was one.
 */
function whole(observed: Observed, valueOf: Parameters<typeof withFields>[0]): WholeUpdate {
  const { exclude_type: wanted = [], ...body } = withFields((field) => {
    const value = valueOf(field);
    return value === undefined ? undefined : writableValue(field, value);
    // The cast is safe: an observed subscription has every field that an update must have.
  }) as Fields & WholeUpdate;
  const exclude_type = body.type.includes('ALL') ? wanted : [];
  const isSent = exclude_type.length > 0 || (observed.exclude_type ?? []).length > 0;
  return isSent ? { ...body, exclude_type } : body;
}
