import { show } from '../../document/show.ts';
import type { Owns, OwnsRule } from '../config.ts';
import { bad, every, good, type Kind, type Read } from '../kind.ts';
import { ownsFault } from '../owns.ts';

/** `all`, or rules. In the environment JSON; as flags one rule each, `url:…` or `title:…`. */
export const ownsRules: Kind<Owns> = {
  fromText,
  fromRepeated: (texts) => {
    if (!texts.includes('all')) return every(texts.map((text) => shorthand(text) ?? bad(notARule(text))));
    return texts.length === 1
      ? good('all')
      : bad('"all" stands beside rules, which it makes pointless: keep one of them');
  },
  fromFile: (value) =>
    value === 'all' ? good(value) : every((value as readonly OwnsRule[]).map((rule) => fitting(rule))),
  toFile: (owns) => owns,
};

function fromText(text: string): Read<Owns> {
  if (text === 'all' || text === '"all"') return good('all');
  const rule = shorthand(text);
  if (rule !== undefined) return every([rule]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad(`${show(text)} is not JSON: write ${EXAMPLE}`);
  }
  if (!Array.isArray(value)) return bad(`${show(text)} is neither "all" nor a list: write ${EXAMPLE}`);
  return every(
    value.map((each: unknown) =>
      isRule(each) ? fitting(each) : bad(`${show(JSON.stringify(each))} is no rule: write ${EXAMPLE}`),
    ),
  );
}

const EXAMPLE = 'all or [{"url": "https://hooks.tenant.tld/*"}, {"title": "payments *"}]';

function notARule(text: string): string {
  return `${show(text)} is no rule: write url:https://hooks.tenant.tld/*, "title:payments *" or all`;
}

/** `url:…` or `title:…`; undefined if it is neither. */
function shorthand(text: string): Read<OwnsRule> | undefined {
  const [, member, pattern] = /^(url|title):(.+)$/s.exec(text) ?? [];
  if (member === undefined || pattern === undefined) return undefined;
  return fitting(member === 'url' ? { url: pattern } : { title: pattern });
}

function fitting(rule: OwnsRule): Read<OwnsRule> {
  const fault = ownsFault(rule);
  const [[member, pattern] = []] = Object.entries(Object(rule) as OwnsRule);
  return fault === undefined ? good(rule) : bad(`${show(pattern)} ${fault}`, member === undefined ? [] : [member]);
}

function isRule(value: unknown): value is OwnsRule {
  if (typeof value !== 'object' || value === null) return false;
  const [[member, pattern] = [], second] = Object.entries(value);
  return (
    (member === 'url' || member === 'title') && typeof pattern === 'string' && pattern !== '' && second === undefined
  );
}
