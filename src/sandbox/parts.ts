/** What the endpoints work with: the parts of one running sandbox. */
import type { Clients } from './clients.ts';
import type { Courier } from './courier.ts';
import type { DeliveryKeys } from './delivery-keys.ts';
import type { Log } from './log.ts';
import type { Nonces } from './nonces.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';
import type { Tokens } from './tokens.ts';
import type { View } from './view.ts';
import type { Sleep } from './wait-for.ts';

export interface Parts {
  readonly clients: Clients;
  readonly tokens: Tokens;
  readonly store: Store;
  readonly view: View;
  readonly nonces: Nonces;
  readonly rateLimit: RateLimit;
  readonly deliveryKeys: DeliveryKeys;
  readonly courier: Courier;
  readonly log: Log;
  /** As they are at the moment: they may change while the sandbox runs. */
  readonly switches: () => Switches;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How faults wait. */
  readonly sleep: Sleep;
}
