/** A model of a tenant: creates are disabled, a PATCH takes the whole object, equal titles and urls are allowed. */
import { createBody, enableBody, quarantineBody, updateBody } from '../../src/subscription/diff.ts';
import type { Action, Plan } from '../../src/plan/plan.ts';
import type { CreateBody, Observed, UpdateBody, WebhookId } from '../../src/subscription/subscription.ts';

export class TenantModel {
  readonly created: string[] = [];
  readonly deleted: WebhookId[] = [];
  now: number;
  readonly #writes: (title: string) => string;
  #subscriptions: Map<WebhookId, Observed>;

  /** `writes`: how the API stores a title that it is sent. */
  constructor(seed: readonly Observed[], now: number, writes: (title: string) => string = (title) => title) {
    this.#writes = writes;
    this.#subscriptions = new Map(seed.map((subscription) => [subscription.id, subscription]));
    this.now = now;
  }

  list(): readonly Observed[] {
    return [...this.#subscriptions.values()];
  }

  /**
   * Carries out what the plan allows, and returns it; `fails` says which actions are refused. Nothing is pruned while
   * an entry does not stand; tombstones are carried out all the same.
   */
  carryOut(
    { hold, actions }: Plan,
    fails: (action: Action, index: number) => boolean = () => false,
  ): readonly Action[] {
    if (hold) return [];
    let standsAll = true;
    const done: Action[] = [];
    for (const [index, action] of actions.entries()) {
      const isRemoval = action.kind === 'delete' || action.kind === 'quarantine';
      if (isRemoval && action.because !== 'tombstone' && !standsAll) continue;
      if (!fails(action, index)) {
        this.#carryOut(action);
        done.push(action);
      } else if (!isRemoval) standsAll = false;
    }
    return done;
  }

  /** By the title that was sent, the id that each create was answered with. */
  answers(): ReadonlyMap<string, WebhookId> {
    return new Map(this.created.map((title, index) => [title, `made-${index}`]));
  }

  /** A crash between create and enable. */
  createOnly(body: CreateBody): Observed {
    const id = `made-${this.created.length}`;
    const time = this.#tick();
    const { title, url, type = ['ALL'], exclude_type, config } = body;
    const made: Observed = {
      id,
      created_at: time,
      updated_at: time,
      title: this.#writes(title),
      url,
      type,
      ...(exclude_type && { exclude_type }),
      enabled: false,
      config: { delay: '5s', max_package_size: 10_240, ...config },
    };
    this.created.push(title);
    this.#subscriptions.set(id, made);
    return made;
  }

  #carryOut(action: Action): void {
    switch (action.kind) {
      case 'create': {
        const made = this.createOnly(createBody(action.desired));
        if (action.desired.enabled) this.#patch(made.id, enableBody(action.desired, made));
        return;
      }
      case 'enable':
      case 'update':
        this.#patch(action.observed.id, updateBody(action.desired, action.observed));
        return;
      case 'quarantine':
        this.#patch(action.observed.id, quarantineBody(action.observed));
        return;
      case 'delete':
        this.deleted.push(action.observed.id);
        this.#subscriptions.delete(action.observed.id);
    }
  }

  #patch(id: WebhookId, body: UpdateBody): void {
    const { type, exclude_type = [] } = body;
    if (type.length === 0) throw new Error('400: type is empty');
    if (exclude_type.length > 0 && !type.includes('ALL'))
      throw new Error('400: exclude_type beside another type than ALL');
    const found = this.#subscriptions.get(id);
    if (!found) return;
    const title = this.#writes(body.title ?? found.title);
    this.#subscriptions.set(id, { ...found, ...body, title, updated_at: this.#tick() });
  }

  #tick(): string {
    this.now += 1;
    return new Date(this.now).toISOString();
  }
}
