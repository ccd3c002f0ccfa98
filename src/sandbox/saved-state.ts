/** Turns a sandbox's parts into what a state file holds, and back. */
import type { Client, Clients } from './clients.ts';
import type { DeliveryKeys } from './delivery-keys.ts';
import type { SavedState } from './state-file.ts';
import type { Store } from './store.ts';

export function save(clients: Clients, deliveryKeys: DeliveryKeys, store: Store): SavedState {
  return {
    version: 1,
    clients: clients.all().map(saveClient),
    deliveryKeys: deliveryKeys.save(),
    subscriptions: Object.fromEntries(store.tenants().map((tenant) => [tenant, store.list(tenant)])),
  };
}

export async function restore(state: SavedState, clients: Clients, store: Store): Promise<void> {
  for (const { keys, ...spec } of state.clients) {
    await clients.add(spec);
    for (const [keyId, pem] of Object.entries(keys)) clients.addKey(spec.clientId, pem, keyId);
  }
  for (const [tenant, subscriptions] of Object.entries(state.subscriptions)) {
    for (const subscription of subscriptions) store.restore(tenant, subscription);
  }
}

function saveClient({ credentials, scopes, tenant, keys }: Client): SavedState['clients'][number] {
  return { ...credentials, scopes, tenant, keys: publicKeys(keys) };
}

function publicKeys(keys: Client['keys']): Record<string, string> {
  const pem = [...keys].map(([keyId, key]) => [keyId, key.export({ type: 'spki', format: 'pem' }).toString()]);
  return Object.fromEntries(pem);
}
