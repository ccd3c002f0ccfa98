/** In what a subscription differs from what the checkout wants: in meaning, not in spelling. */
import { isSameValue, writableDelay } from './fields.ts';
import {
  type CreateBody,
  type DeliveryConfig,
  type Desired,
  type Field,
  FIELDS,
  type Observed,
  type WholeUpdate,
} from './subscription.ts';

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

/** The body that makes `desired`; it comes out disabled whatever `desired.enabled` says (upvest-api.md, 4). */
export function createBody(desired: Desired): CreateBody {
  const { title, url, type, exclude_type, config } = desired;
  return {
    title,
    url,
    ...(type && { type }),
    ...(exclude_type?.length && { exclude_type }),
    ...((config.delay !== undefined || config.max_package_size !== undefined) && { config }),
  };
}

/**
 * The whole of what `observed` is to become: managed fields as desired, unmanaged and ignored ones as observed.
 * Where both mean the same the server's own spelling stays: it is the one it is known to take.
 */
export function updateBody(desired: Desired, observed: Observed): WholeUpdate {
  const pick = <T>(field: Field, wanted: T | undefined, found: T): T =>
    wanted === undefined || desired.ignore.includes(field) || isSameValue(field, wanted, found) ? found : wanted;

  return whole({
    title: pick('title', desired.title, observed.title),
    url: pick('url', desired.url, observed.url),
    enabled: pick('enabled', desired.enabled, observed.enabled),
    type: pick('type', desired.type, observed.type),
    wantedExclusions: pick('exclude_type', desired.exclude_type, observed.exclude_type ?? []),
    observed,
    config: config(
      pick('config.delay', desired.config.delay, observed.config.delay),
      pick('config.max_package_size', desired.config.max_package_size, observed.config.max_package_size),
    ),
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
  const { title, url, type, exclude_type: wantedExclusions = [] } = observed;
  const kept = config(observed.config.delay, observed.config.max_package_size);
  return whole({ title, url, enabled: false, type, wantedExclusions, observed, config: kept });
}

type Whole = Omit<WholeUpdate, 'exclude_type'> & {
  readonly wantedExclusions: readonly string[];
  readonly observed: Observed;
};

/**
 * `exclude_type` is allowed beside ALL only, and what a server does with one that stays behind is not documented:
 * where the type is another, what was excluded is taken back in the same call.
 */
function whole({ wantedExclusions, observed, ...body }: Whole): WholeUpdate {
  const exclude_type = body.type.includes('ALL') ? wantedExclusions : [];
  const isSent = exclude_type.length > 0 || (observed.exclude_type ?? []).length > 0;
  return isSent ? { ...body, exclude_type } : body;
}

/** The API may show a config without a member: such a one is not made up. And a delay as `1m0s`, which it does not take. */
function config(delay: string | undefined, max_package_size: number | undefined): DeliveryConfig {
  return {
    ...(delay !== undefined && { delay: writableDelay(delay) }),
    ...(max_package_size !== undefined && { max_package_size }),
  };
}

export interface FieldChange {
  readonly field: Field;
  /** As observed; undefined where the API shows no such member. */
  readonly from: unknown;
  readonly to: unknown;
}
