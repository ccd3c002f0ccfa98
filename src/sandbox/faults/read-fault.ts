/** Reads a fault rule from JSON. Every member is checked, since a misspelt one would silently have no effect. */
import { SandboxInputError } from '../input-error.ts';
import { readEdit, readSeed } from '../state/seed.ts';
import type { Effect, FaultRule } from './fault.ts';

interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly words: string;
}
type Shape = Readonly<Record<string, Rule & { readonly optional?: true }>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Rule = { fits: (v) => typeof v === 'string' && v !== '', words: 'a string' };
const flag: Rule = { fits: (v) => typeof v === 'boolean', words: 'true or false' };
const count: Rule = { fits: (v) => Number.isInteger(v) && Number(v) >= 1, words: 'an integer from 1' };
const integer: Rule = { fits: Number.isInteger, words: 'an integer' };
const texts: Rule = { fits: (v) => isObject(v) && Object.values(v).every(text.fits), words: 'an object of strings' };
const names: Rule = { fits: (v) => Array.isArray(v) && v.every(text.fits), words: 'a list of strings' };
const orWord = (rule: Rule, word: string): Rule => ({
  fits: (v) => v === word || rule.fits(v),
  words: `${rule.words}, or "${word}"`,
});
const optional = (rule: Rule) => ({ ...rule, optional: true }) as const;
const pick: Rule = {
  fits: (v) =>
    ['oldest', 'newest', 'target'].some((word) => word === v) ||
    (isObject(v) && Object.keys(v).length === 1 && text.fits(v['id'] ?? v['title'])),
  words: '"oldest", "newest", "target", {"id": …} or {"title": …}',
};
const itemPick: Rule = {
  fits: (v) => v === 'all' || (v !== 'target' && pick.fits(v)),
  words: '"oldest", "newest", "all", {"id": …} or {"title": …}',
};
const body: Rule = {
  fits: (v) =>
    ['problem', 'html', 'none'].some((word) => word === v) ||
    (isObject(v) && typeof v['text'] === 'string' && text.fits(v['contentType'])),
  words: '"problem", "html", "none" or {"text": …, "contentType": …}',
};

const RULE: Shape = {
  on: {
    fits: (v) => typeof v === 'string' && /^(\*|[A-Za-z]+|(\*|[A-Za-z]+) (\*|\/\S*))$/.test(v),
    words: 'as in "POST /webhooks" or "* *"',
  },
  clientId: optional(text),
  title: optional(text),
  nth: optional(count),
  times: optional(orWord(count, 'always')),
  probability: optional({ fits: (v) => typeof v === 'number' && v > 0 && v <= 1, words: 'a number above 0, up to 1' }),
  effect: { fits: (v) => isObject(v) || Array.isArray(v), words: 'an effect or a list of them' },
};

const EFFECTS: Readonly<Record<Effect['kind'], Shape>> = {
  answer: {
    status: { fits: (v) => Number.isInteger(v) && Number(v) >= 200 && Number(v) <= 599, words: 'a status, 200 to 599' },
    body: optional(body),
    retryAfter: optional({
      fits: (v) => text.fits(v) || (Number.isInteger(v) && Number(v) >= 0),
      words: 'seconds or a date',
    }),
    headers: optional(texts),
    carriedOut: optional(flag),
  },
  cut: { carriedOut: flag },
  delay: {
    ms: orWord({ fits: (v) => typeof v === 'number' && v >= 0, words: 'milliseconds' }, 'never'),
    carriedOut: optional({ fits: (v) => flag.fits(v) || v === 'regardless', words: 'true, false or "regardless"' }),
  },
  trickle: { bytes: optional(count), everyMs: optional(count) },
  truncate: { connection: { fits: (v) => v === 'cut' || v === 'kept', words: '"cut" or "kept"' } },
  headers: { set: optional(texts), omit: optional(names) },
  cached: { ageSeconds: { fits: (v) => Number.isInteger(v) && Number(v) >= 0, words: 'whole seconds' } },
  listing: { totalCount: optional(integer), drop: optional(count), repeat: optional(count), shift: optional(integer) },
  items: { pick: itemPick, set: optional({ fits: isObject, words: 'an object' }), omit: optional(names) },
  members: { set: optional({ fits: isObject, words: 'an object' }), omit: optional(names) },
  meanwhile: {
    create: optional({ fits: isObject, words: 'a subscription' }),
    edit: optional({
      fits: (v) => isObject(v) && pick.fits(v['pick']) && isObject(v['changes']),
      words: '{"pick": …, "changes": …}',
    }),
    delete: optional(pick),
  },
  'expire-tokens': {},
};

/** Throws SandboxInputError. */
export function readFault(given: unknown): FaultRule {
  if (!isObject(given)) throw new SandboxInputError('a fault is an object with "on" and "effect"');
  check(given, RULE, '');
  for (const effect of [given['effect']].flat()) readEffect(effect);
  return given as unknown as FaultRule;
}

function readEffect(effect: unknown): void {
  const kinds = Object.keys(EFFECTS);
  if (!isObject(effect) || !kinds.includes(String(effect['kind']))) {
    throw new SandboxInputError(`effect.kind is one of ${kinds.join(', ')}`);
  }
  const { kind, ...members } = effect;
  check(members, EFFECTS[kind as Effect['kind']], 'effect.');
  if (members['create']) readSeed(members['create']);
  if (isObject(members['edit'])) readEdit(members['edit']['changes']);
}

function check(given: Record<string, unknown>, shape: Shape, path: string): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(shape, name)) {
      throw new SandboxInputError(`${path}${name} is not one of ${Object.keys(shape).join(', ')}`);
    }
  }
  for (const [name, rule] of Object.entries(shape)) {
    const value = given[name];
    if (value === undefined && rule.optional) continue;
    if (!rule.fits(value)) throw new SandboxInputError(`${path}${name} must be ${rule.words}`);
  }
}
