/** What a command cannot do without. */
import type { ConfigProblem } from './config-problem.ts';
import { type SettingKey, settingOf } from './settings.ts';

/** `credentials`: the command calls the API. `server`: it listens for requests. */
export type Need = 'credentials' | 'server';

/** The settings a need asks for, each with what may be given in its place. */
export function requiredBy(
  needs: readonly Need[],
  isSigned: boolean,
): readonly (readonly [SettingKey, ...SettingKey[]])[] {
  if (!needs.includes('credentials')) return [];
  const always = [['api.clientId'], ['api.clientSecretFile', 'api.clientSecret']] as const;
  return isSigned ? [...always, ['api.keyId'], ['api.privateKeyFile']] : always;
}

/** The secret files a need opens, where they are given. */
export function openedBy(needs: readonly Need[], isSigned: boolean): ReadonlySet<SettingKey> {
  const keys: SettingKey[] = [];
  if (needs.includes('credentials')) keys.push('api.clientSecretFile');
  if (needs.includes('credentials') && isSigned) keys.push('api.privateKeyFile', 'api.privateKeyPassphraseFile');
  if (needs.includes('server')) keys.push('server.tokenFile', 'server.triggerTokenFile');
  return new Set(keys);
}

/** The problem that none of `keys` is given. */
export function missing(keys: readonly [SettingKey, ...SettingKey[]]): ConfigProblem {
  const [first] = keys;
  const ways = keys.flatMap(waysToGive);
  return {
    severity: 'error',
    place: settingOf(first).env ?? first,
    field: first,
    message: `missing: set ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}`,
  };
}

function waysToGive(key: SettingKey): string[] {
  const { env, flag, inFile } = settingOf(key);
  const line = inFile === false ? undefined : `${key} in the --config file`;
  return [env, flag?.name, line].filter((way) => way !== undefined);
}
