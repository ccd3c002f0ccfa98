/** A document against its JSON Schema: one problem a mistake, with place, value, rule and mend. */
import type { ErrorObject } from 'ajv';
import { show, suggest } from '../base/text.ts';
import type { Document, Path } from './parse.ts';
import type { Problem } from './problems.ts';
import { schemaMessage } from './schema-messages.ts';

/** What `npm run generate` makes of a schema: ajv, precompiled with `allErrors` and `verbose`. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

export interface CheckOptions {
  /** What is checked in place of `document.value`, e.g. after substitution. Its places are those of the document. */
  readonly value?: unknown;
  /** Where in the document a place of `value` is, if it is not the document's own. */
  readonly pathOf?: (path: Path) => Path;
  /** How a place is called in `field`; without it `a.b[2].c`. */
  readonly fieldName?: (path: Path) => string;
}

/** A problem and the place in the document it is about: of an unknown or missing field, the field's own. */
export interface Finding {
  readonly path: Path;
  readonly problem: Problem;
}

export function check(validate: Validator, document: Document, options: CheckOptions = {}): Finding[] {
  if (validate('value' in options ? options.value : document.value)) return [];
  const { fieldName = dotted, pathOf = (path) => path } = options;
  return onePerMistake(validate.errors ?? [], pathOf).map(({ error, path, rule, message }) => {
    const isAboutKey = rule === 'unknown-field' || error.keyword === 'propertyNames';
    const place = document.position(path, isAboutKey ? 'key' : 'value');
    return {
      path,
      problem: { severity: 'error', file: document.file, ...place, field: fieldName(path), message, rule },
    };
  });
}

/** `['a', 'b', 2, 'c']` → `a.b[2].c`. */
export function dotted(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

interface Mistake {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly rule: string;
  readonly message: string;
}

/** ajv reports some mistakes several times over: as branches and their sum, or as a field both unknown and missing. */
function onePerMistake(errors: readonly ErrorObject[], pathOf: (path: Path) => Path): Mistake[] {
  const mistakes = new Map<string, Mistake>();
  const meant = new Set<string>();
  for (const error of withoutBranches(errors)) {
    const at = stepsOf(error.instancePath);
    const unknown: unknown = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
    const missing: unknown = error.keyword === 'required' ? error.params['missingProperty'] : undefined;
    const path = typeof unknown === 'string' ? [...at, unknown] : typeof missing === 'string' ? [...at, missing] : at;
    const place = JSON.stringify(path);
    if (typeof unknown === 'string') {
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      const isFree = (name: string): boolean => !Object.hasOwn(error.data as object, name);
      const near = suggest(unknown, known.filter(isFree)) ?? suggest(unknown, known);
      if (near !== undefined) meant.add(JSON.stringify([...at, near]));
      mistakes.set(place, { error, path: pathOf(path), rule: 'unknown-field', message: unknownField(near, known) });
    } else if (!mistakes.has(place)) {
      const own = pathOf(path);
      mistakes.set(place, { error, path: own, ...schemaMessage(error, isWhole(own)) });
    }
  }
  return [...mistakes]
    .filter(([place, { error }]) => error.keyword !== 'required' || !meant.has(place))
    .map(([, mistake]) => mistake);
}

/** The document itself, or an entry of the list that it is: where no scalar belongs, it may be a secret out of place. */
function isWhole(path: Path): boolean {
  return path.every((step) => typeof step === 'number');
}

function unknownField(near: string | undefined, known: readonly string[]): string {
  if (near !== undefined) return `unknown field, did you mean ${show(near)}?`;
  return known.length === 0 ? 'unknown field: remove it' : `unknown field: known here are ${known.join(', ')}`;
}

/**
 * Drops what `if` adds to its branches, and of `anyOf` and `oneOf` either the branches (all about the value itself,
 * or the schema has words of its own) or the sum (some branch got further into the value).
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const sums = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const dropped = new Set<ErrorObject>(errors.filter(({ keyword }) => keyword === 'if'));
  for (const sum of sums) {
    const branches = errors.filter((error) => error !== sum && error.schemaPath.startsWith(`${sum.schemaPath}/`));
    const deeper = branches.filter(({ instancePath }) => instancePath !== sum.instancePath);
    if (branches.length === 0) continue;
    const hasWords = typeof sum.parentSchema?.['errorMessage'] === 'string';
    for (const error of hasWords || deeper.length === 0
      ? branches
      : [sum, ...branches.filter((error) => !deeper.includes(error))]) {
      dropped.add(error);
    }
  }
  return errors.filter((error) => !dropped.has(error));
}

/** A JSON pointer → its steps; digits alone are an index, which no field name in our schemas is. */
function stepsOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}
