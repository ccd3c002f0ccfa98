/** Which subscriptions are ours to prune: `policy.owns` as a question that can be asked of each. */
import type { Owns, OwnsRule } from './config.ts';
import { normaliseTitle } from '../normalise-title.ts';
import { globMatches } from './glob.ts';
import { plainUrlPattern } from './plain-url-pattern.ts';
import { readingsOf } from './url-readings.ts';

export type IsOwned = (subscription: { readonly title: string; readonly url: string }) => boolean;

/** Throws a TypeError for a rule `ownsFault` has something to say about. An empty list owns nothing. */
export function compileOwns(owns: Owns): IsOwned {
  if (owns === 'all') return () => true;
  const titles = owns.flatMap((rule) => ('title' in rule ? [titlePattern(rule.title)] : []));
  const urls = owns.flatMap((rule) => ('url' in rule ? [urlPattern(rule.url)] : []));
  const isCovered = (reading: string): boolean => urls.some((matches) => matches(reading));
  return ({ title, url }) =>
    titles.some((matches) => matches(title)) ||
    // Whoever delivers may read it the other way.
    (urls.length > 0 && (readingsOf(url)?.every(isCovered) ?? false));
}

/** What is wrong with a rule, as the rest of a sentence that begins with it; undefined if nothing. */
export function ownsFault(rule: OwnsRule): string | undefined {
  try {
    if ('title' in rule) titlePattern(rule.title);
    else urlPattern(rule.url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Both sides tidied, as titles are compared everywhere: what a server makes of blanks and accents changes no ownership. */
function titlePattern(pattern: string): (title: string) => boolean {
  if (/^[\s*]+$/u.test(pattern) && /\s/u.test(pattern)) {
    throw new TypeError('holds nothing but blanks and *: write a part of the titles, or * for all of them');
  }
  const tidied = normaliseTitle(pattern);
  return (title) => globMatches(tidied, normaliseTitle(title));
}

/** Node 22 has no URLPattern yet. */
function urlPattern(pattern: string): (url: string) => boolean {
  if (typeof URLPattern === 'undefined') return plainUrlPattern(pattern);
  try {
    const compiled = new URLPattern(pattern);
    return (url) => compiled.test(url);
  } catch (cause) {
    throw new TypeError('is not a URL pattern: write a whole URL, e.g. https://hooks.tenant.tld/*', { cause });
  }
}
