/** Turns one schema error into a message: the value, the rule it breaks, and the fix. */
import type { ErrorObject } from 'ajv';
import { show, suggest } from '../base/text.ts';

export interface SchemaMessage {
  readonly rule: string;
  readonly message: string;
}

/**
 * A schema may carry `errorMessage`, the rest of a sentence that starts with the value ("is not a duration: write …");
 * editors know this keyword too. A value is not shown where it may be a secret: where the schema says `writeOnly`, or
 * where the value is a scalar that is the whole document (`isWhole`), since the path may name a wrong file.
 */
export function schemaMessage(error: ErrorObject, isWhole = false): SchemaMessage {
  const { keyword, parentSchema } = error;
  if (keyword === 'required')
    return { rule: 'missing-field', message: `missing: write ${show(error.params['missingProperty'])} here` };
  const own: unknown = parentSchema?.['errorMessage'];
  const isSecret = isWhole && error.data !== null && typeof error.data !== 'object';
  const value = isSecret ? 'this' : parentSchema?.['writeOnly'] === true ? 'the value' : show(error.data);
  if (typeof own === 'string') return { rule: ruleOf(keyword), message: `${value} ${own}` };
  const isShown = !isSecret && parentSchema?.['writeOnly'] !== true;
  return { rule: ruleOf(keyword), message: `${value} ${broken(error)}${isShown ? asList(error) : ''}` };
}

/** A single word, or several with commas, where a list belongs: the list that is meant. */
function asList({ keyword, params, data }: ErrorObject): string {
  if (keyword !== 'type' || params['type'] !== 'array' || typeof data !== 'string') return '';
  return /^[\w-]+(?:, *[\w-]+)*$/.test(data) && data.length <= MAX_SUGGESTED ? `: [${data}]` : '';
}

const MAX_SUGGESTED = 100;

function ruleOf(keyword: string): string {
  switch (keyword) {
    case 'type':
      return 'wrong-type';
    case 'enum':
    case 'const':
      return 'not-one-of';
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return 'too-short';
    case 'maxItems':
    case 'maxLength':
    case 'maxProperties':
      return 'too-long';
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return 'out-of-range';
    default:
      return 'not-valid';
  }
}

/** The rest of a sentence that starts with the value: the rule it breaks, and what to write. */
function broken({ keyword, params, data, message }: ErrorObject): string {
  const limit = String(params['limit']);
  switch (keyword) {
    case 'type':
      return wrongType(data, params['type'] as string | readonly string[]);
    case 'enum':
      return notOneOf(data, params['allowedValues'] as readonly unknown[]);
    case 'const':
      return `is not allowed here: write ${show(params['allowedValue'])}`;
    case 'minItems':
      return limit === '1'
        ? 'is empty: write at least one, or leave the field out'
        : `is too short: write at least ${limit}`;
    case 'maxItems':
      return `is too long: at most ${limit} are allowed`;
    case 'minLength':
      return limit === '1'
        ? 'is empty: write something, or leave the field out'
        : `is too short: at least ${limit} characters`;
    case 'maxLength':
      return `is too long (${Array.from(String(data)).length} characters): at most ${limit} are allowed`;
    case 'minProperties':
      return 'is empty: write a field, or leave it out';
    case 'minimum':
      return `is too small: at least ${limit}`;
    case 'maximum':
      return `is too large: at most ${limit}`;
    case 'uniqueItems':
      return 'holds the same value twice: remove one';
    case 'format':
      return `is not a valid ${String(params['format'])}`;
    case 'pattern':
      return `does not match the pattern ${String(params['pattern'])}`;
    default:
      return `is not valid: it ${message ?? `breaks the rule ${keyword}`}`;
  }
}

function wrongType(data: unknown, wanted: string | readonly string[]): string {
  const names = (typeof wanted === 'string' ? wanted.split(',') : wanted).map((name) => TYPES[name] ?? name);
  const write = `write ${names.join(' or ')}`;
  if (data === null) return `is not a value here: ${write}, or leave the field out`;
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  if (isScalar && names.includes('text')) return `is ${kindOf(data)}, not text: put it in quotes`;
  if (typeof data === 'string' && names.includes('true or false')) return `is text: ${write}, without quotes`;
  return Array.isArray(data) || typeof data === 'object'
    ? `is not allowed here: ${write}`
    : `is ${kindOf(data)}: ${write}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields ("name: value")',
  null: 'nothing',
};

function kindOf(value: unknown): string {
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'text';
}

function notOneOf(data: unknown, allowed: readonly unknown[]): string {
  const names = allowed.filter((each) => typeof each === 'string');
  const near = typeof data === 'string' ? suggest(data, names) : undefined;
  return near === undefined
    ? `is not known: write ${allowed.map((each) => (typeof each === 'string' ? each : show(each))).join(', ')}`
    : `is not known, did you mean ${show(near)}?`;
}
