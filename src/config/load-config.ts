/** Flags over environment over file over defaults → the effective configuration, or every mistake in any of them. */
import { dotted } from '../document/check.ts';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { counting, type Effective, effectiveValues, RIVALS } from './effective.ts';
import { type Environment, fromEnvironment } from './from-environment.ts';
import { fromFile } from './from-file.ts';
import { type FlagValues, fromFlags } from './from-flags.ts';
import type { Given } from './given.ts';
import { good } from './kind.ts';
import { leaseTimesFault } from './lease-times.ts';
import { missing, type Need, openedBy, requiredBy } from './missing.ts';
import { checkSecretFile } from './secret-files.ts';
import type { Values } from './settings.ts';
import { leaseTimes, toConfig } from './to-config.ts';

export interface Sources {
  /** As `givenFlags` reads them. */
  readonly flags?: FlagValues;
  readonly env: Environment;
  /** `--config`, as given. */
  readonly file?: string | undefined;
  /** Absolute. Paths in flags and variables are relative to it, paths in the file to the file's own folder. */
  readonly cwd: string;
  /** What is missing is a mistake only where the command needs it. */
  readonly needs: readonly Need[];
  /** Whether the log goes to a terminal. */
  readonly isTerminal?: boolean;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly origins: readonly Effective[];
      readonly warnings: readonly ConfigProblem[];
    }
  /** Errors and the warnings beside them: of flags, environment and file, then what is missing. */
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export async function loadConfig(sources: Sources): Promise<LoadedConfig> {
  const { flags = {}, env, file, cwd, needs, isTerminal = false } = sources;
  const environment = fromEnvironment(env, cwd);
  const document = file === undefined ? { given: [], problems: [] } : await fromFile(file, cwd);
  const given = [
    ...fromFlags(flags, cwd),
    ...environment.given,
    ...document.given,
    ...(isTerminal ? [FOR_TERMINALS] : []),
  ];
  const inForce = counting(given);
  const problems = [
    ...given.flatMap(faults),
    ...environment.problems,
    ...document.problems,
    ...doubles(inForce),
    ...(await unmet(needs, inForce)),
  ];
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const origins = effectiveValues(inForce, cwd);
  const values = Object.fromEntries(origins.map(({ key, value }) => [key, value])) as unknown as Values;
  const untimely = timing(values, inForce);
  if (untimely) return { ok: false, problems: [...problems, untimely] };
  return { ok: true, config: toConfig(values), origins, warnings: problems };
}

const FOR_TERMINALS: Given = {
  key: 'log.format',
  level: 'default',
  place: 'default on a terminal',
  read: good('pretty'),
};

function faults({ key, place, read }: Given): ConfigProblem[] {
  if (read.ok) return [];
  return read.faults.map(({ at, message }) => ({
    severity: 'error',
    place,
    field: dotted([...key.split('.'), ...at]),
    message,
  }));
}

/** The same thing given in two ways at the same level: nobody could say which is meant. */
function doubles(inForce: readonly Given[]): ConfigProblem[] {
  return RIVALS.flatMap(([inFile, itself]): ConfigProblem[] => {
    const [one, other] = [inFile, itself].map((key) => inForce.find((each) => each.key === key));
    if (!one || !other) return [];
    const message = `given twice, here and as ${one.place}: keep one of them`;
    return [{ severity: 'error', place: other.place, field: one.key, message }];
  });
}

/** Times that are right each by itself, and would let two instances act at once, or none. */
function timing(values: Values, inForce: readonly Given[]): ConfigProblem | undefined {
  const fault = values.lease === undefined ? undefined : leaseTimesFault(leaseTimes(values), values['api.timeout']);
  if (!fault) return undefined;
  // What is at its default is not where somebody went wrong.
  const [given] = [...fault.keys, 'lease'].flatMap((key) => inForce.find((each) => each.key === key) ?? []);
  return { severity: 'error', place: given?.place ?? 'default', field: given?.key ?? 'lease', message: fault.message };
}

/** What the command needs and is not there: settings, and files that settings name. */
async function unmet(needs: readonly Need[], inForce: readonly Given[]): Promise<ConfigProblem[]> {
  const sign = inForce.find(({ key }) => key === 'api.sign')?.read;
  const isSigned = !(sign?.ok && sign.value === false);
  const absent = requiredBy(needs, isSigned).filter((keys) => !inForce.some(({ key }) => keys.includes(key)));
  const opened = openedBy(needs, isSigned);
  const files = inForce.filter(
    ({ key }, index) => opened.has(key) && inForce.findIndex((each) => each.key === key) === index,
  );
  const checked = await Promise.all(files.map(checkSecretFile));
  return [...absent.map(missing), ...checked.flat()];
}
