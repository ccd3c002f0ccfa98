/** The vocabulary: what a webhook subscription is, as the checkout wants it and as it is observed on the tenant. */

/** Server-made UUID of a subscription. */
export type WebhookId = string;

/**
 * The fields a checkout may manage, with the type of their value; those of `config` are managed one by one. Everything
 * else about a field stands in its row of the field table (fields.ts): the compiler asks for it.
 * `config.delay`: a duration as the API writes it, `5s` or `1m`. `config.max_package_size`: bytes.
 */
export interface FieldValues {
  readonly title: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly type: readonly string[];
  readonly exclude_type: readonly string[];
  readonly 'config.delay': string;
  readonly 'config.max_package_size': number;
}
export type Field = keyof FieldValues;

type TopField = Exclude<Field, `config.${string}`>;

/** The members of `config` that are set. */
export type DeliveryConfig = {
  readonly [F in Field as F extends `config.${infer Member}` ? Member : never]?: FieldValues[F];
};

/** The fields outside of `config`: those that are always present, and those that may be absent. */
type Always<Present extends TopField> = Pick<FieldValues, Present>;
type Sometimes<Present extends TopField> = Partial<Pick<FieldValues, Exclude<TopField, Present>>>;

/** Where an entry stands in the checkout. `file` is relative to the checkout's root; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, the form editors and terminals open on a click. */
export function formatPosition({ file, line, column }: SourcePosition): string {
  return `${file}:${line}:${column}`;
}

/** A subscription as the checkout wants it, defaults and substitutions applied. Absent fields are not managed. */
export interface Desired extends Always<'title' | 'url' | 'enabled'>, Sometimes<'title' | 'url' | 'enabled'> {
  readonly config: DeliveryConfig;
  /** `reconcile.id`: pinned to this existing subscription. */
  readonly id?: WebhookId;
  /** `reconcile.beside`: consent that these subscriptions of the same url exist beside this one. Ids in lower case. */
  readonly beside?: readonly WebhookId[];
  /** `reconcile.suspend`: the subscription is left alone for ever, or until this instant (ISO 8601, UTC). */
  readonly suspend?: true | string;
  /** `reconcile.ignore`: fields whose drift is not corrected. */
  readonly ignore: readonly Field[];
  /** `reconcile.test: on-change`: send a test event after a create or a change of url. */
  readonly testOnChange: boolean;
  readonly source: SourcePosition;
}

/** `state: absent`: the subscriptions of this title are to be deleted, owned or not. */
export interface Tombstone {
  readonly title: string;
  /** `reconcile.id`: only the subscription with this id. */
  readonly id?: WebhookId;
  readonly source: SourcePosition;
}

/** A subscription as the API shows it. Members that the API adds later are not kept, so they are never sent back. */
export interface Observed
  extends Always<'title' | 'url' | 'enabled' | 'type'>,
    Sometimes<'title' | 'url' | 'enabled' | 'type'> {
  readonly id: WebhookId;
  /** ISO 8601, UTC; the number of fraction digits varies. */
  readonly created_at: string;
  readonly updated_at: string;
  readonly config: DeliveryConfig;
}

/** An item of a listing without a usable title or url. The subscription exists, but little is known about it. */
export interface Unusable {
  readonly id: WebhookId;
  readonly title?: string;
  readonly url?: string;
}

/** Everything that is on the tenant. */
export interface Listing {
  readonly items: readonly Observed[];
  readonly unusable: readonly Unusable[];
}

/** The body of `POST /webhooks`. It has no `enabled`: a subscription is always created disabled. */
export interface CreateBody extends Always<'title' | 'url'>, Omit<Sometimes<'title' | 'url'>, 'enabled'> {
  readonly config?: DeliveryConfig;
}

/**
 * The body of `PATCH /webhooks/{id}`: the whole object, since what the API does with omitted members is not documented.
 * Only an unchanged `title` or `config` may be left out, where the API's newest rules refuse it.
 */
export interface UpdateBody extends Always<'url' | 'enabled' | 'type'>, Sometimes<'url' | 'enabled' | 'type'> {
  readonly config?: DeliveryConfig;
}

/** An update with every member, before any is left out. */
export type WholeUpdate = UpdateBody & Required<Pick<UpdateBody, 'title' | 'config'>>;

/** The commit (or content hash) a checkout stands at. `time`: ISO 8601. `ref`: as in HEAD, e.g. `refs/heads/main`. */
export interface Revision extends Commit {
  readonly ref?: string;
  readonly dirty?: boolean;
}

/** A commit, as far as it could be read. */
export interface Commit {
  readonly id: string;
  readonly author?: string;
  /** ISO 8601, UTC. */
  readonly time?: string;
  readonly subject?: string;
}

/** The commit that an entry is as it is for: the last that changed the entry itself, or the one that removed it. */
export interface EntryCommit extends Commit {
  /** The history that could be read ends here (a shallow clone): the entry may be older. */
  readonly isOldestKnown?: true;
  /** The commit removed the entry; `source` (`file:line:column`) is where it stood in the commit `lastIn`. */
  readonly removed?: { readonly source: string; readonly lastIn: string };
}
