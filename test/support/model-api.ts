/**
 * The API as it might be, in memory: reads that lag, replicas that answer in turn, texts that are stored otherwise than
 * they were sent, entries that are refused for good, a tenant that is full, urls that have to be unique, answers that are
 * lost. What is true is always known here, and who did it.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { CreateBody, Listing, Observed, UpdateBody, WebhookId } from '../../src/subscription/subscription.ts';
import type { Answer, UpvestClient } from '../../src/upvest/client.ts';
import { ApiError } from '../../src/upvest/errors.ts';
import type { TestAnswer } from '../../src/upvest/wire.ts';

/** How long after a write each kind of request still sees what was before; of `change` only that an id is new. */
export interface Lag {
  readonly listing: number;
  readonly read: number;
  readonly change: number;
}

export type Rewrite = 'lower' | 'cut' | 'escape' | 'dashes' | 'nfkc' | 'ascii' | 'slash';

/** What becomes of a change that is answered with nothing: it was carried out, or it was not. */
export type Loss = 'done' | 'undone';

export interface Refusal {
  /** As sent. */
  readonly title: string;
  /** From 500 on whoever reads it cannot know whether it was carried out. It never is. */
  readonly status: number;
  readonly of: 'create' | 'update';
}

/** How this API is: none of it is a fault that passes. */
export interface Traits {
  readonly rewrites: readonly Rewrite[];
  readonly refusals: readonly Refusal[];
  /** More than so many subscriptions are refused with 422. */
  readonly capacity: number;
  /** A url that another subscription has is refused with 409. */
  readonly uniqueUrls: boolean;
  /** PATCH is answered with 204. */
  readonly silentUpdates: boolean;
}

export const PLAIN: Traits = {
  rewrites: [],
  refusals: [],
  capacity: Number.POSITIVE_INFINITY,
  uniqueUrls: false,
  silentUpdates: false,
};

/** What passes. */
export interface Faults {
  readonly lag: Lag;
  /** A second replica, which does not lag, answers every other request of a kind. */
  readonly replicas: boolean;
  /** By the number of the create, the update or the delete, over and over; undefined: it is answered. */
  readonly lost: readonly (Loss | undefined)[];
}

export const NO_LAG: Lag = { listing: 0, read: 0, change: 0 };
export const CALM: Faults = { lag: NO_LAG, replicas: false, lost: [] };

interface Version {
  readonly at: number;
  /** Undefined: deleted. */
  readonly value: Observed | undefined;
}

interface Kept {
  readonly createdAt: number;
  readonly versions: Version[];
  /** What we have sent last for one that we made; undefined: it is not ours, or that is forgotten. */
  sent?: Sent;
  /** It was made by us. */
  readonly isOurs: boolean;
}

export type Sent = Pick<CreateBody, 'title' | 'url'>;

export interface Write {
  readonly kind: 'create' | 'update' | 'delete';
  readonly id: WebhookId;
  readonly at: number;
  /** As it was before; undefined for a create. */
  readonly before: Observed | undefined;
  /** As it is since; undefined for a delete. */
  readonly after: Observed | undefined;
}

const LATENCY_MS = 10;

const REWRITES: Readonly<Record<Exclude<Rewrite, 'slash'>, (title: string) => string>> = {
  lower: (title) => title.toLowerCase(),
  cut: (title) => title.slice(0, 32),
  escape: (title) => title.replaceAll(/&(?!amp;)/g, '&amp;'),
  dashes: (title) => title.replaceAll('_', '-'),
  nfkc: (title) => title.normalize('NFKC'),
  ascii: (title) => title.normalize('NFC').replaceAll(/[^\u0020-\u007E]/g, ''),
};

export class ModelApi implements UpvestClient {
  faults: Faults = CALM;
  /** What we have done, in order. */
  readonly writes: Write[] = [];
  requestsSent = 0;
  /** Told of each request when it arrives. */
  onRequest: () => void = () => undefined;
  /** Told of each create that is carried out, before it is. */
  onCreate: (body: CreateBody) => void = () => undefined;
  readonly #traits: Traits;
  readonly #clock: Clock;
  readonly #kept = new Map<WebhookId, Kept>();
  readonly #turns = new Map<keyof Lag, number>();
  #changes = 0;
  #made = 0;

  constructor(clock: Clock, traits: Traits = PLAIN) {
    this.#clock = clock;
    this.#traits = traits;
  }

  /** As it truly is. */
  get tenant(): readonly Observed[] {
    return [...this.#kept.values()].flatMap(({ versions }) => versions.at(-1)?.value ?? []);
  }

  true(id: WebhookId): Observed | undefined {
    return this.#kept.get(id)?.versions.at(-1)?.value;
  }

  /** What was last sent by us for those that are there. */
  get sent(): readonly Sent[] {
    return [...this.#kept.values()].flatMap(({ sent, versions }) => (versions.at(-1)?.value && sent) ?? []);
  }

  isOurs(id: WebhookId): boolean {
    return this.#kept.get(id)?.isOurs === true;
  }

  /** What we made is from now on known only by what it shows: all of it, but for these titles. */
  forgetSent(except: readonly string[] = []): void {
    for (const kept of this.#kept.values()) if (kept.sent && !except.includes(kept.sent.title)) delete kept.sent;
  }

  /** Somebody else makes one; `ageMs`: so long ago. */
  seed(over: Partial<Observed> & Pick<Observed, 'title' | 'url'>, ageMs = 0): WebhookId {
    const at = this.#clock.now() - ageMs;
    const value: Observed = {
      id: this.#nextId(),
      created_at: time(at),
      updated_at: time(at),
      type: ['ALL'],
      enabled: true,
      config: { delay: '5s', max_package_size: 10_240 },
      ...over,
    };
    this.#kept.set(value.id, { createdAt: at, versions: [{ at, value }], isOurs: false });
    return value.id;
  }

  /** Somebody else changes one; where it is gone, nothing. */
  edit(id: WebhookId, over: Partial<Observed>): void {
    const before = this.true(id);
    if (before) this.#store(id, { ...before, ...over, updated_at: time(this.#clock.now()) });
  }

  /** Somebody else deletes one, or it vanishes by itself. */
  remove(id: WebhookId): void {
    if (this.true(id)) this.#store(id, undefined);
  }

  async listWebhooks(signal?: AbortSignal): Promise<Listing> {
    return this.#exchange(signal, () => {
      const lag = this.#lag('listing');
      return { items: [...this.#kept.values()].flatMap((kept) => this.#seen(kept, lag) ?? []), unusable: [] };
    });
  }

  async getWebhook(id: WebhookId, signal?: AbortSignal): Promise<Observed | undefined> {
    return this.#exchange(signal, () => {
      const lag = this.#lag('read');
      const kept = this.#kept.get(id);
      return kept && this.#seen(kept, lag);
    });
  }

  async createWebhook(body: CreateBody, signal?: AbortSignal): Promise<Answer<Observed>> {
    const label = { method: 'POST', route: '/webhooks' };
    return this.#change(label, signal, () => {
      this.#refuse(label, 'create', body.title);
      if (this.tenant.length >= this.#traits.capacity) throw refused(label, 422);
      this.#demandUnique(label, body.url);
      this.onCreate(body);
      const now = this.#clock.now();
      const { type = ['ALL'], exclude_type, config } = body;
      const id = this.#nextId();
      const value: Observed = {
        id,
        created_at: time(now),
        updated_at: time(now),
        title: this.#stored(body.title),
        url: this.#storedUrl(body.url),
        type,
        ...(exclude_type && { exclude_type }),
        enabled: false,
        config: { delay: '5s', max_package_size: 10_240, ...config },
      };
      this.#kept.set(id, { createdAt: now, versions: [{ at: now, value }], isOurs: true, sent: body });
      this.writes.push({ kind: 'create', id, at: now, before: undefined, after: value });
      return value;
    });
  }

  async updateWebhook(
    id: WebhookId,
    body: UpdateBody,
    signal?: AbortSignal,
  ): Promise<Answer<Observed | 'accepted' | 'absent'>> {
    const label = { method: 'PATCH', route: '/webhooks/{webhook_id}' };
    return this.#change(label, signal, () => {
      const kept = this.#kept.get(id);
      const before = this.#reached(id);
      if (!kept || !before) return 'absent';
      this.#refuse(label, 'update', body.title ?? kept.sent?.title ?? before.title);
      if (this.#storedUrl(body.url) !== before.url) this.#demandUnique(label, body.url);
      const { title, url, enabled, type, exclude_type, config } = body;
      const { exclude_type: _former, ...rest } = before;
      const excluded = exclude_type ?? before.exclude_type;
      const after: Observed = {
        ...rest,
        title: title === undefined ? before.title : this.#stored(title),
        url: this.#storedUrl(url),
        enabled,
        type,
        ...(excluded?.length && { exclude_type: excluded }),
        config: { ...before.config, ...config },
        updated_at: time(this.#clock.now()),
      };
      if (kept.sent) kept.sent = { title: title ?? kept.sent.title, url };
      this.#store(id, after);
      this.writes.push({ kind: 'update', id, at: this.#clock.now(), before, after });
      return this.#traits.silentUpdates ? 'accepted' : after;
    });
  }

  async deleteWebhook(id: WebhookId, signal?: AbortSignal): Promise<Answer<'deleted' | 'absent'>> {
    return this.#change({ method: 'DELETE', route: '/webhooks/{webhook_id}' }, signal, () => {
      const before = this.#reached(id);
      if (!before) return 'absent';
      this.#store(id, undefined);
      this.writes.push({ kind: 'delete', id, at: this.#clock.now(), before, after: undefined });
      return 'deleted';
    });
  }

  async testWebhook(): Promise<Answer<TestAnswer>> {
    return Promise.resolve({ value: { state: 'ok', detail: 'answered 200 OK' } });
  }

  async verifyKeys(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  now(): number {
    return this.#clock.now();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  async #exchange<T>(signal: AbortSignal | undefined, work: () => T): Promise<T> {
    signal?.throwIfAborted();
    this.requestsSent += 1;
    await this.#clock.sleep(LATENCY_MS);
    this.onRequest();
    const result = work();
    await this.#clock.sleep(LATENCY_MS);
    return result;
  }

  async #change<T>(label: Label, signal: AbortSignal | undefined, work: () => T): Promise<Answer<T>> {
    const { lost } = this.faults;
    const loss = lost.length > 0 ? lost[this.#changes % lost.length] : undefined;
    this.#changes += 1;
    const value = await this.#exchange(signal, () => (loss === 'undone' ? undefined : work()));
    if (loss) throw new ApiError({ request: label, problem: { title: 'the answer was lost' }, outcome: 'unknown' });
    return { value: value as T, requestId: `request-${this.requestsSent}` };
  }

  /** What a change finds under an id: not one that is too new for whoever it asks. */
  #reached(id: WebhookId): Observed | undefined {
    const lag = this.#lag('change');
    const kept = this.#kept.get(id);
    const isKnown = kept && kept.createdAt + lag <= this.#clock.now();
    return isKnown ? this.true(id) : undefined;
  }

  #seen({ versions }: Kept, lag: number): Observed | undefined {
    return versions.findLast(({ at }) => at + lag <= this.#clock.now())?.value;
  }

  /** Of whoever answers this time. */
  #lag(kind: keyof Lag): number {
    const turn = this.#turns.get(kind) ?? 0;
    this.#turns.set(kind, turn + 1);
    return this.faults.replicas && turn % 2 === 1 ? 0 : this.faults.lag[kind];
  }

  #store(id: WebhookId, value: Observed | undefined): void {
    this.#kept.get(id)?.versions.push({ at: this.#clock.now(), value });
  }

  #refuse(label: Label, of: Refusal['of'], title: string): void {
    const found = this.#traits.refusals.find((refusal) => refusal.of === of && refusal.title === title);
    if (found) throw refused(label, found.status);
  }

  #demandUnique(label: Label, url: string): void {
    const stored = this.#storedUrl(url);
    if (this.#traits.uniqueUrls && this.tenant.some((other) => other.url === stored)) throw refused(label, 409);
  }

  #stored(title: string): string {
    const rewrite = (text: string, how: Rewrite) => (how === 'slash' ? text : REWRITES[how](text));
    return this.#traits.rewrites.reduce(rewrite, title);
  }

  #storedUrl(url: string): string {
    return this.#traits.rewrites.includes('slash') && !url.endsWith('/') ? `${url}/` : url;
  }

  #nextId(): WebhookId {
    this.#made += 1;
    return `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`;
  }
}

type Label = { readonly method: string; readonly route: string };

function refused(request: Label, status: number): ApiError {
  const outcome = status >= 500 ? 'unknown' : 'refused';
  return new ApiError({ request, status, problem: { title: 'refused' }, outcome });
}

function time(at: number): string {
  return new Date(at).toISOString();
}
