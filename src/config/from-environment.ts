import { suggest } from '../document/suggest.ts';
import type { ConfigProblem } from './config-problem.ts';
import type { Given } from './given.ts';
import { MASK } from './secret.ts';
import { ALL_SETTINGS } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface FromEnvironment {
  readonly given: readonly Given[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * An empty variable counts as unset: that is how compose files and Helm charts leave one out.
 * `RECONCILER_…` is ours alone, so an unknown one is a mistake; `UPVEST_…` may belong to the application beside us.
 */
export function fromEnvironment(env: Environment, cwd: string): FromEnvironment {
  const given = ALL_SETTINGS.flatMap(([key, { env: name, kind, inFile }]): Given[] => {
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
 * Kubernetes gives every container variables for each Service of the namespace. A Service called "reconciler" brings
 * RECONCILER_PORT=tcp://10.0.0.1:8080, which nobody meant as a setting.
 */
function isServiceLink(name: string, value: string | undefined): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/.test(name) || /^(tcp|udp|sctp):\/\//.test(value ?? '') || LINK.test(name)
  );
}

const LINK = /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const LINKED =
  'ignored: Kubernetes set it for a Service of that name ("enableServiceLinks: false" in the pod turns that off)';
