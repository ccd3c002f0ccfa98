/** In what a subscription differs from what the checkout wants, in meaning, and the bodies that put it right. */
import { CREATED_FIELDS, fieldOf, FIELDS, type Fields, isSameValue, withFields, writableValue } from './fields.ts';
import type { CreateBody, Desired, Field, Observed, WholeUpdate } from './subscription.ts';

export interface FieldChange {
  readonly field: Field;
  /** As observed; undefined where the API shows no such member. */
  readonly from: unknown;
  readonly to: unknown;
}

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

/** The body that makes `desired`; it comes out disabled whatever `desired.enabled` says (docs/upvest-api.md, 4.2). */
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
 * The whole of what `observed` is to become: managed fields as desired, unmanaged and ignored ones as observed.
 * Where both mean the same the server's own spelling stays: it is the one it is known to take.
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
 * The second half of a create: all that is wanted, ignored fields too. To ignore `enabled` means to leave it to others
 * from then on, not to leave what we made disabled.
 */
export function enableBody(desired: Desired, created: Observed): WholeUpdate {
  return updateBody({ ...desired, ignore: [] }, created);
}

/** `observed`, disabled. */
export function quarantineBody(observed: Observed): WholeUpdate {
  return { ...whole(observed, (field) => fieldOf(observed, field)), enabled: false };
}

/**
 * `exclude_type` is allowed beside ALL only, and what a server does with one that stays behind is not documented:
 * where the type is another, what was excluded is taken back in the same call.
 */
function whole(observed: Observed, valueOf: Parameters<typeof withFields>[0]): WholeUpdate {
  const { exclude_type: wanted = [], ...body } = withFields((field) => {
    const value = valueOf(field);
    return value === undefined ? undefined : writableValue(field, value);
    // Observed has all of the fields that every update has.
  }) as Fields & WholeUpdate;
  const exclude_type = body.type.includes('ALL') ? wanted : [];
  const isSent = exclude_type.length > 0 || (observed.exclude_type ?? []).length > 0;
  return isSent ? { ...body, exclude_type } : body;
}
