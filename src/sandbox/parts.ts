/** The parts of one running sandbox, which the endpoints work with. */
import type { Clients, RateLimit, Tokens } from './api/clients.ts';
import type { Store, View } from './api/store.ts';
import type { Deliverer } from './deliveries/deliverer.ts';
import type { DeliveryKeys } from './deliveries/keys.ts';
import type { Sleep } from './faults/wire.ts';
import type { Log } from './input-error.ts';
import type { Nonces } from './signature/check.ts';
import type { Switches } from './switches.ts';

export interface Parts {
  readonly clients: Clients;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly view: View;
  readonly nonces: Nonces;
  readonly rateLimit: RateLimit;
  readonly deliveryKeys: DeliveryKeys;
  readonly deliverer: Deliverer;
  readonly log: Log;
  /** The current switches, which may change while the sandbox runs. */
  readonly switches: () => Switches;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How faults wait. */
  readonly sleep: Sleep;
}
