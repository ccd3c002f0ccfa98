/** Recognises fields that are known, but stand in another place, and a list of subscriptions under another name. */
import { isObject } from '../base/json.ts';
import { suggest } from '../base/text.ts';
import type { DeliveryConfig, Reconcile, SubscriptionEntry, SubscriptionFile } from './subscriptions.generated.ts';

const ENTRY_FIELDS: Readonly<Record<keyof SubscriptionEntry, true>> = {
  title: true,
  url: true,
  state: true,
  enabled: true,
  type: true,
  exclude_type: true,
  config: true,
  reconcile: true,
};

/** The field of an entry that holds them. */
const HOLDERS: Readonly<Record<keyof DeliveryConfig | keyof Reconcile, 'config' | 'reconcile'>> = {
  delay: 'config',
  max_package_size: 'config',
  suspend: 'reconcile',
  ignore: 'reconcile',
  test: 'reconcile',
  id: 'reconcile',
  beside: 'reconcile',
};

const FILE_FIELDS: readonly (keyof SubscriptionFile)[] = ['defaults', 'subscriptions'];

/**
 * What to say of an unknown field that is known elsewhere. `within`: the names of the fields it stands in, from the entry
 * down, or undefined where it stands beside the entries.
 */
export function misplaced(within: readonly string[] | undefined, name: string): string | undefined {
  const isOfEntry = Object.hasOwn(ENTRY_FIELDS, name);
  if (within === undefined) {
    const where = 'indent it into its entry below "subscriptions:"';
    return isOfEntry ? `wrong indentation: "${name}" is a field of a subscription, ${where}` : undefined;
  }
  const [holder, ...deeper] = within;
  if (holder === undefined) {
    const own = Object.hasOwn(HOLDERS, name) ? HOLDERS[name as keyof typeof HOLDERS] : undefined;
    return own && `wrong indentation: "${name}" is a field of ${own}, indent it deeper than "${own}:"`;
  }
  if (deeper.length > 0 || !isOfEntry || !['config', 'reconcile'].includes(holder)) return undefined;
  return `wrong indentation: "${name}" is no field of ${holder}, begin it in the column of "${holder}:"`;
}

/** The name that stands where `subscriptions` is meant, and the name that is meant; undefined for any other document. */
export function misnamedList(value: unknown): { readonly name: string; readonly meant: string } | undefined {
  if (!isObject(value) || [...FILE_FIELDS, 'title', 'url'].some((name) => Object.hasOwn(value, name))) return undefined;
  const holds = (name: string): boolean => {
    const list = value[name];
    return Array.isArray(list) && list.some(isObject);
  };
  const names = Object.keys(value).filter((name) => !Object.hasOwn(ENTRY_FIELDS, name));
  const list = names.find(holds);
  if (list !== undefined) return { name: list, meant: 'subscriptions' };
  const near = names
    .filter((name) => value[name] === null || typeof value[name] === 'object')
    .map((name) => ({ name, meant: suggest(name, FILE_FIELDS) }));
  return near.find((one): one is { name: string; meant: string } => one.meant !== undefined);
}
