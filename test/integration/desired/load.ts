import { type Checkout, checkoutLoader, type Loaded, type LoadOptions } from '../../../src/desired/load.ts';

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
