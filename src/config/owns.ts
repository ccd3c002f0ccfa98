/** Which subscriptions are ours to prune: `policy.owns` as a question that can be asked of each. */
import { errorText } from '../base/errors.ts';
import { titleKey } from '../subscription/fields.ts';
import type { Owns, OwnsRule } from './config.ts';
import { readingsOf } from './delivery-hosts.ts';

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
    return errorText(error);
  }
}

/** Compares titles by their key, as everywhere: what a server makes of blanks and accents changes no ownership. */
function titlePattern(pattern: string): (title: string) => boolean {
  if (/^[\s*]+$/u.test(pattern) && /\s/u.test(pattern)) {
    throw new TypeError('holds nothing but blanks and *: write a part of the titles, or * for all of them');
  }
  const key = titleKey(pattern);
  return (title) => globMatches(key, titleKey(title));
}

function urlPattern(pattern: string): (url: string) => boolean {
  try {
    const compiled = new URLPattern(pattern);
    return (url) => compiled.test(url);
  } catch (cause) {
    throw new TypeError('is not a URL pattern: write a whole URL, e.g. https://hooks.tenant.tld/*', { cause });
  }
}

/**
 * Whether the whole of `text` fits `pattern`, in which `*` stands for any text, none included; case counts.
 * Linear, where a regular expression with as many stars would try every way to share the text among them.
 */
function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, from);
    if (found === -1) return false;
    from = found + literal.length;
  }
  return from + last.length <= text.length;
}
