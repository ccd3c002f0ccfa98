/** Whether two readings of a subscription hold the same, server-made times aside. */
import { isDeepStrictEqual } from 'node:util';
import type { Observed } from '../subscription.ts';

export function sameContent(a: Observed, b: Observed): boolean {
  return isDeepStrictEqual(content(a), content(b));
}

function content({ title, url, enabled, type, exclude_type, config }: Observed) {
  return {
    title,
    url,
    enabled,
    type: type.toSorted(),
    exclude_type: (exclude_type ?? []).toSorted(),
    delay: config.delay,
    max_package_size: config.max_package_size,
  };
}
