/** `${NAME}` in the checkout's texts: only names given on purpose, never the process environment. */
import type { Path } from '../document/parse.ts';
import { show } from '../document/show.ts';

export type Names = Readonly<Record<string, string>>;

/** Why a text could not be substituted, as a sentence. */
export type SubstitutionFault = { readonly rule: 'unknown-name' | 'substitution'; readonly message: string };

/** `$${` | `${NAME}` | `${NAME:-default}` | any other `${`. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

/**
 * `$${` becomes a literal `${`. As in a shell, `:-` also stands in for a name that is given but empty.
 * What is put in is not searched again. With a fault, `text` is as far as it got.
 */
export function substituteText(
  text: string,
  names: Names,
): { readonly text: string; readonly faults: readonly SubstitutionFault[] } {
  if (!text.includes('${')) return { text, faults: [] };
  const faults: SubstitutionFault[] = [];
  const substituted = text.replaceAll(REFERENCE, (match, name?: string, fallback?: string) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      faults.push({
        rule: 'substitution',
        message: `${show(text)} holds a "\${" that is no substitution: write \${NAME}, or $\${ for the characters themselves`,
      });
      return match;
    }
    const value = Object.hasOwn(names, name) ? names[name] : undefined;
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) {
      faults.push({
        rule: 'unknown-name',
        message: `\${${name}} is not given: set it with --set ${name}=… or source.substitute, or write \${${name}:-default}`,
      });
      return match;
    }
    return value;
  });
  return { text: substituted, faults };
}

/** Every text in `value` substituted; field names are left as they are. */
export function substituteAll(
  value: unknown,
  names: Names,
  complain: (path: Path, fault: SubstitutionFault) => void,
  path: Path = [],
): unknown {
  if (typeof value === 'string') {
    const { text, faults } = substituteText(value, names);
    for (const fault of faults) complain(path, fault);
    return text;
  }
  if (Array.isArray(value)) return value.map((each, index) => substituteAll(each, names, complain, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  // Not assigned one by one: "__proto__" would be lost.
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, substituteAll(each, names, complain, [...path, key])]),
  );
}
