/** Reads settings from the environment and from the flags of the command line. */
import { MASK } from '../base/secret.ts';
import { suggest } from '../base/text.ts';
import { bad, type Setting } from './setting.ts';
import { ALL_SETTINGS, type SettingKey } from './settings.ts';
import type { ConfigProblem, SourceValue } from './source-value.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface FromEnvironment {
  readonly given: readonly SourceValue[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * An empty variable counts as unset, since compose files and Helm charts leave variables out in this way.
 * An unknown `RECONCILER_…` is an error, since only this program uses that prefix. An unknown `UPVEST_…` is a warning:
 * it may belong to the application beside us.
 */
export function fromEnvironment(env: Environment, cwd: string): FromEnvironment {
  const given = ALL_SETTINGS.flatMap(([key, { env: name, kind, inFile }]): SourceValue[] => {
    const value = name === undefined || isServiceLink(name, env[name]) ? undefined : env[name];
    const isSecret = inFile === false;
    const text = isSecret ? value : value?.trim();
    if (name === undefined || !text) return [];
    return [{ key, level: 'environment', place: name, text: isSecret ? MASK : text, read: kind.fromText(text, cwd) }];
  });
  return { given, problems: Object.entries(env).flatMap(([name, value]) => (value ? problemsOf(name, value) : [])) };
}

function problemsOf(name: string, value: string): ConfigProblem[] {
  if (KNOWN.has(name)) return isServiceLink(name, value) ? [warning(name, LINKED)] : [];
  const prefix = ['RECONCILER_', 'UPVEST_'].find((prefix) => name.startsWith(prefix));
  if (prefix === undefined || isServiceLink(name, value)) return [];
  const known = [...KNOWN].filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  const near = suggest(name.slice(prefix.length), known);
  const guess = near === undefined ? '' : `, did you mean ${prefix}${near}?`;
  return prefix === 'UPVEST_'
    ? [warning(name, `unknown variable, ignored${guess}`)]
    : [{ severity: 'error', place: name, field: '', message: `unknown variable${guess || ': remove it'}` }];
}

const KNOWN: ReadonlySet<string> = new Set(ALL_SETTINGS.flatMap(([, { env }]) => env ?? []));

function warning(name: string, message: string): ConfigProblem {
  return { severity: 'warning', place: name, field: '', message };
}

/**
 * Kubernetes gives every container variables for each Service of the namespace. A Service called "reconciler" sets
 * RECONCILER_PORT=tcp://10.0.0.1:8080, which is not meant as a setting.
 */
function isServiceLink(name: string, value: string | undefined): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/.test(name) || /^(tcp|udp|sctp):\/\//.test(value ?? '') || LINK.test(name)
  );
}

const LINK = /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const LINKED =
  'ignored: Kubernetes set it for a Service of that name ("enableServiceLinks: false" in the pod turns that off)';

/** The flags of the command line by setting: one text, or a list for flags that may be repeated. */
export type FlagValues = { readonly [K in SettingKey]?: string | readonly string[] };

export function fromFlags(flags: FlagValues, cwd: string): readonly SourceValue[] {
  return ALL_SETTINGS.flatMap(([key, setting]) => {
    const value = flags[key];
    if (value === undefined || setting.flag === undefined) return [];
    return [{ key, level: 'flag', place: setting.flag.name, ...read(setting, [value].flat(), cwd) } as const];
  });
}

function read({ kind }: Setting<unknown>, texts: readonly string[], cwd: string): Pick<SourceValue, 'read' | 'text'> {
  // An empty text comes from an unset shell variable: --client-id "$ID" must not mean that no id was given.
  if (texts.includes('')) return { read: bad('is empty: give a value, or leave the flag out') };
  if (kind.fromRepeated) return { read: kind.fromRepeated(texts) };
  const text = texts.at(-1) ?? '';
  return { text, read: kind.fromText(text, cwd) };
}
