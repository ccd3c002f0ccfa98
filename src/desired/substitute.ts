/**
 * Substitutes `${NAME}` in the checkout's texts, only by names given on purpose, never from the process environment.
 */
import { isObject } from '../base/json.ts';
import { show } from '../base/text.ts';
import type { Path } from '../document/parse.ts';
import { MAX_TEXT } from '../document/values.ts';

export type Names = Readonly<Record<string, string>>;

/** Why a text could not be substituted, as a sentence. */
export type SubstitutionFault = {
  readonly rule: 'unknown-name' | 'substitution' | 'too-large';
  readonly message: string;
};

/** A whole `${NAME}`, or the beginning `${NAME:-` of a reference with a default. */
const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(\}|:-)/y;

/**
 * `$${` becomes a literal `${`. As in a shell, the default after `:-` also replaces a name that is given but empty.
 * Substituted text is not searched again. `fault` is the first fault; `text` is then unchanged. Linear.
 */
export function substituteText(
  text: string,
  names: Names,
): { readonly text: string; readonly fault?: SubstitutionFault } {
  let substituted = '';
  let done = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', done)) {
    if (at > done && text[at - 1] === '$') {
      substituted += `${text.slice(done, at - 1)}\${`;
      done = at + 2;
      continue;
    }
    REFERENCE.lastIndex = at;
    const [begun = '', name = '', closing] = REFERENCE.exec(text) ?? [];
    const end = closing === '}' ? at + begun.length - 1 : closing === undefined ? -1 : text.indexOf('}', at);
    if (end === -1) return { text, fault: noSubstitution(text) };
    const fallback = closing === '}' ? undefined : text.slice(at + begun.length, end);
    const given = Object.hasOwn(names, name) ? names[name] : undefined;
    const value = fallback !== undefined && (given === undefined || given === '') ? fallback : given;
    if (value === undefined) return { text, fault: notGiven(name) };
    substituted += text.slice(done, at) + value;
    done = end + 1;
    if (substituted.length > MAX_TEXT) return { text, fault: tooLong };
  }
  return { text: substituted + text.slice(done) };
}

function noSubstitution(text: string): SubstitutionFault {
  const message = `${show(text)} holds a "\${" that is not a substitution: write \${NAME}, or $\${ for the characters themselves`;
  return { rule: 'substitution', message };
}

function notGiven(name: string): SubstitutionFault {
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  const message = `\${${shown}} is not given: set it with --set ${shown}=… or source.substitute, or write \${${shown}:-default}`;
  return { rule: 'unknown-name', message };
}

const tooLong: SubstitutionFault = {
  rule: 'too-large',
  message: `becomes longer than ${MAX_TEXT} characters by what is put in: nothing in the API takes as many`,
};

/** Substitutes every text in `value`; field names stay as they are. */
export function substituteAll(
  value: unknown,
  names: Names,
  complain: (path: Path, fault: SubstitutionFault) => void,
  path: Path = [],
): unknown {
  if (typeof value === 'string') {
    const { text, fault } = substituteText(value, names);
    if (fault) complain(path, fault);
    return text;
  }
  if (Array.isArray(value)) return value.map((each, index) => substituteAll(each, names, complain, [...path, index]));
  if (!isObject(value)) return value;
  // Assigning members one by one would lose "__proto__".
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, substituteAll(each, names, complain, [...path, key])]),
  );
}
