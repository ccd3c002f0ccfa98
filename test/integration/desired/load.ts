import { type LoadOptions, checkoutLoader } from '../../../src/desired/load-checkout.ts';
import type { Checkout, Loaded } from '../../../src/desired/checkout.ts';

/** The checkout at `path`, which has to be readable. */
export async function load(path: string, options: Partial<LoadOptions> = {}): Promise<Checkout> {
  const loaded = await checkoutLoader({ path, substitute: {}, ...options })();
  if (!loaded.ok) throw new Error(`${loaded.reason}: ${loaded.message}`);
  return loaded.checkout;
}

export async function titles(path: string): Promise<string[]> {
  return (await load(path)).desired.map(({ title }) => title);
}

/** Why it cannot be read, `reason: message`. */
export async function refusal(path: string, now?: () => number): Promise<string> {
  const loaded: Loaded = await checkoutLoader({ path, substitute: {} }, now)();
  return loaded.ok ? 'readable' : `${loaded.reason}: ${loaded.message}`;
}
