/** A tenant as the API keeps one: created disabled, PATCH takes the whole object, no rule about equal titles or urls. */
import { createBody, enableBody, quarantineBody, updateBody } from '../../src/plan/bodies.ts';
import type { Action, Plan } from '../../src/plan/plan.ts';
import type { CreateBody, Observed, UpdateBody, WebhookId } from '../../src/subscription.ts';

export class TenantModel {
  readonly created: string[] = [];
  readonly deleted: WebhookId[] = [];
  now: number;
  #subscriptions: Map<WebhookId, Observed>;

  constructor(seed: readonly Observed[], now: number) {
    this.#subscriptions = new Map(seed.map((subscription) => [subscription.id, subscription]));
    this.now = now;
  }

  list(): readonly Observed[] {
    return [...this.#subscriptions.values()];
  }

  /** Carries out what the plan allows; `fails` says which actions do not get through. */
  carryOut({ hold, actions }: Plan, fails: (action: Action, index: number) => boolean = () => false): void {
    if (hold) return;
    let isComplete = true;
    for (const [index, action] of actions.entries()) {
      if (fails(action, index)) isComplete = false;
      else if (action.kind !== 'delete' || isComplete) this.#carryOut(action);
    }
  }

  /** The crash between create and enable. */
  createOnly(body: CreateBody): Observed {
    const id = `made-${this.created.length}`;
    const time = this.#tick();
    const { title, url, type = ['ALL'], exclude_type, config } = body;
    const made: Observed = {
      id,
      created_at: time,
      updated_at: time,
      title,
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
    if (found) this.#subscriptions.set(id, { ...found, ...body, updated_at: this.#tick() });
  }

  #tick(): string {
    this.now += 1;
    return new Date(this.now).toISOString();
  }
}
