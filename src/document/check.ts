/** Checks a document against its JSON Schema: one problem per error, with place, value, rule and fix. */
import type { ErrorObject } from 'ajv';
import { show, suggest } from '../base/text.ts';
import type { Document, Path } from './parse.ts';
import type { Problem } from './problems.ts';
import { schemaMessage } from './schema-messages.ts';

/** A schema as `npm run generate` compiles it: by ajv, with `allErrors` and `verbose`. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

export interface CheckOptions {
  /**
   * The value to check in place of `document.value`, e.g. after substitution. Problems still point into the document.
   */
  readonly value?: unknown;
  /** Maps a path in `value` to the path in the document, where the two differ. */
  readonly pathOf?: (path: Path) => Path;
  /** Writes a path for `field`; the default is `a.b[2].c`. */
  readonly fieldName?: (path: Path) => string;
  /** What to say of an unknown field that belongs elsewhere. `path`: of what it stands in. */
  readonly misplaced?: (path: Path, name: string) => string | undefined;
}

/** A problem and the path it is about. For an unknown or missing field that is the path of the field itself. */
export interface Finding {
  readonly path: Path;
  readonly problem: Problem;
}

export function check(validate: Validator, document: Document, options: CheckOptions = {}): Finding[] {
  if (validate('value' in options ? options.value : document.value)) return [];
  const { fieldName = dotted } = options;
  return onePerFault(validate.errors ?? [], options).map(({ error, path, rule, message }) => {
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

interface Fault {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly rule: string;
  readonly message: string;
}

/** ajv reports some errors several times: as branches and their sum, or as one field unknown and another missing. */
function onePerFault(
  errors: readonly ErrorObject[],
  { pathOf = (path) => path, misplaced = () => undefined }: CheckOptions,
): Fault[] {
  const faults = new Map<string, Fault>();
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
      const elsewhere = misplaced(pathOf(at), unknown);
      const near =
        elsewhere === undefined ? (suggest(unknown, known.filter(isFree)) ?? suggest(unknown, known)) : undefined;
      if (near !== undefined) meant.add(JSON.stringify([...at, near]));
      const message = elsewhere ?? unknownField(near, known);
      faults.set(place, { error, path: pathOf(path), rule: 'unknown-field', message });
    } else if (!faults.has(place)) {
      const own = pathOf(path);
      faults.set(place, { error, path: own, ...schemaMessage(error, isWhole(own)) });
    }
  }
  return [...faults]
    .filter(([place, { error }]) => error.keyword !== 'required' || !meant.has(place))
    .map(([, fault]) => fault);
}

/**
 * Whether the path is the whole document, or an entry of its list. A scalar there may be a secret in the wrong file.
 */
function isWhole(path: Path): boolean {
  return path.every((step) => typeof step === 'number');
}

export function unknownField(near: string | undefined, known: readonly string[] = []): string {
  if (near !== undefined) return `unknown field, did you mean ${show(near)}?`;
  return known.length === 0 ? 'unknown field: remove it' : `unknown field: known here are ${known.join(', ')}`;
}

/**
 * Drops errors that repeat others. An error of `if` only repeats its branches. Of `anyOf` and `oneOf` the branches are
 * dropped where all of them are about the value itself, or the schema has an `errorMessage` of its own. Else the sum is
 * dropped, because some branch got further into the value.
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

/** Splits a JSON pointer into steps. Digits alone are an index, since no field of our schemas has such a name. */
function stepsOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~')));
}
