/** Kinds of the settings of `policy`, and `source.substitute`. */
import { isObject } from '../../base/json.ts';
import { show } from '../../base/text.ts';
import type { Owns, OwnsRule, Policy } from '../config.ts';
import { type HostPattern, hostPatternFault } from '../delivery-hosts.ts';
import { ownsFault } from '../owns.ts';
import { bad, every, good, type Kind, type Read, textual } from '../setting.ts';

/** `all`, or rules. The environment holds JSON or one rule; a flag holds one rule, `url:…` or `title:…`. */
export const ownsRules: Kind<Owns> = {
  fromText,
  fromRepeated: (texts) => {
    if (!texts.includes('all')) return every(texts.map((text) => shorthand(text) ?? bad(notARule(text))));
    return texts.length === 1
      ? good('all')
      : bad('"all" stands beside rules, which it makes pointless: keep one of them');
  },
  fromFile: (value) =>
    value === 'all' ? good(value) : every((value as readonly OwnsRule[]).map((rule) => fittingRule(rule))),
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
      isRule(each) ? fittingRule(each) : bad(`${show(JSON.stringify(each))} is not a rule: write ${EXAMPLE}`),
    ),
  );
}

const EXAMPLE = 'all or [{"url": "https://hooks.tenant.tld/*"}, {"title": "payments *"}]';

function notARule(text: string): string {
  return `${show(text)} is not a rule: write url:https://hooks.tenant.tld/*, "title:payments *" or all`;
}

/** Reads `url:…` or `title:…`; undefined if the text is neither. */
function shorthand(text: string): Read<OwnsRule> | undefined {
  const [, member, pattern] = /^(url|title):(.+)$/s.exec(text) ?? [];
  if (member === undefined || pattern === undefined) return undefined;
  return fittingRule(member === 'url' ? { url: pattern } : { title: pattern });
}

function fittingRule(rule: OwnsRule): Read<OwnsRule> {
  const fault = ownsFault(rule);
  const [[member, pattern] = []] = Object.entries(Object(rule) as OwnsRule);
  return fault === undefined ? good(rule) : bad(`${show(pattern)} ${fault}`, member === undefined ? [] : [member]);
}

function isRule(value: unknown): value is OwnsRule {
  if (!isObject(value)) return false;
  const [[member, pattern] = [], second] = Object.entries(value);
  return (
    (member === 'url' || member === 'title') && typeof pattern === 'string' && pattern !== '' && second === undefined
  );
}

type Hosts = readonly HostPattern[];

/**
 * A list in the file; separated by commas, or JSON, in the environment and as a flag. The schema refuses an empty list.
 */
export const hostPatterns: Kind<Hosts> = {
  fromText: (text) => hostsFrom([text]),
  fromRepeated: hostsFrom,
  fromFile: (value) => every((value as readonly unknown[]).map((each) => fittingHost(String(each)))),
  toFile: (value) => value,
};

function hostsFrom(texts: readonly string[]): Read<Hosts> {
  const reads = texts.flatMap(split).map((text) => fittingHost(text.trim()));
  const faults = reads.flatMap((read) => (read.ok ? [] : read.faults.map(({ message }) => ({ at: [], message }))));
  return faults.length > 0 ? { ok: false, faults } : every(reads);
}

function split(text: string): readonly string[] {
  if (!/^\["[^\\]*"\]$/.test(text)) return text.split(',');
  return text.slice(2, -2).split(/"\s*,\s*"/);
}

function fittingHost(pattern: string): Read<HostPattern> {
  const fault = hostPatternFault(pattern);
  return fault === undefined ? good(pattern.toLowerCase()) : bad(`${show(pattern)} ${fault}`);
}

/** A share of the managed subscriptions, `20%`, or a number of them. */
export const maxDeletes: Kind<Policy['maxDeletes']> = textual(
  (text): Read<Policy['maxDeletes']> => {
    if (/^\d{1,9}$/.test(text)) return good({ count: Number(text) });
    const percent = Number(/^(\d{1,3})%$/.exec(text)?.[1]);
    // A share always allows at least one delete, so `0%` would not mean what it says.
    if (percent === 0) return bad('"0%" would still allow one delete: write 0 to allow none');
    return percent <= 100
      ? good({ percent })
      : bad(`${show(text)} is not a limit: write a whole number, such as 3, or a share from 1% to 100%, such as 20%`);
  },
  (value) => ('percent' in value ? `${value.percent}%` : value.count),
);

type Substitutions = Readonly<Record<string, string>>;

/** What `${NAME}` in the checkout stands for. `--set` is given once per name. */
export const substitutions: Kind<Substitutions> = {
  fromText: (text) => substitutionsFrom([text]),
  fromRepeated: substitutionsFrom,
  fromFile: (value) => good(value as Substitutions),
  toFile: (value) => value,
  join: (lower, upper) => ({ ...lower, ...upper }),
};

function substitutionsFrom(texts: readonly string[]): Read<Substitutions> {
  const faults = texts.filter((text) => !ASSIGNMENT.test(text));
  if (faults.length > 0) {
    return {
      ok: false,
      faults: faults.map((text) => ({
        at: [],
        message: `${show(text)} is not NAME=VALUE: the name is letters, digits and _, such as HOOK_HOST=hooks.tenant.tld`,
      })),
    };
  }
  return good(
    Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)])),
  );
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;
