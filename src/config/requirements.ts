/** The settings and secret files that a command needs. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { withTimeout } from '../base/async.ts';
import { type SettingKey, settingOf } from './settings.ts';
import type { ConfigProblem, SourceValue } from './source-value.ts';

/** `credentials` means that the command calls the API, `server` that it listens for requests. */
export type Need = 'credentials' | 'server';

/** The settings that the needs require, each with its alternatives. */
export function requiredBy(
  needs: readonly Need[],
  isSigned: boolean,
): readonly (readonly [SettingKey, ...SettingKey[]])[] {
  if (!needs.includes('credentials')) return [];
  const always = [['api.clientId'], ['api.clientSecretFile', 'api.clientSecret']] as const;
  return isSigned ? [...always, ['api.keyId'], ['api.privateKeyFile']] : always;
}

/** The secret files that the needs open, where they are given. */
export function openedBy(needs: readonly Need[], isSigned: boolean): ReadonlySet<SettingKey> {
  const keys: SettingKey[] = [];
  if (needs.includes('credentials')) keys.push('api.clientSecretFile');
  if (needs.includes('credentials') && isSigned) keys.push('api.privateKeyFile', 'api.privateKeyPassphraseFile');
  if (needs.includes('server')) keys.push('server.tokenFile', 'server.triggerTokenFile');
  return new Set(keys);
}

/** The problem where none of `keys` is given. */
export function missingRequirements(keys: readonly [SettingKey, ...SettingKey[]]): ConfigProblem {
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

const LIMIT_MS = 10_000;

/** Checks that a secret file exists and may be read. Its content is not checked here. */
export async function checkSecretFile({ key, place, text, read }: SourceValue): Promise<readonly ConfigProblem[]> {
  if (!read.ok) return [];
  const path = String(read.value);
  // The operator may have given the secret itself, which must not be shown.
  const name = looksLikePath(text ?? '') ? path : 'the file named here (not shown, it may be the secret itself)';
  const problem = (message: string): ConfigProblem[] => [
    { severity: 'error', place, field: key, message: `${name} ${message}` },
  ];
  const isReadable = async () => {
    const isFile = (await stat(path)).isFile();
    if (isFile) await access(path, constants.R_OK);
    return isFile;
  };
  const late = () => Object.assign(new Error('late'), { code: 'ETIMEDOUT' });
  try {
    if (await withTimeout(isReadable(), LIMIT_MS, late)) return [];
    return problem('is not a file: give the path of the file itself');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return problem('does not exist: is the Secret mounted there?');
    if (code === 'EACCES') return problem(`may not be read by user ${process.getuid?.() ?? ''}: see its permissions`);
    if (code === 'ERR_ACCESS_DENIED')
      return problem(
        "may not be read: Node's permission model is on and does not allow it; add --allow-fs-read for its folder to NODE_OPTIONS",
      );
    if (code === 'ETIMEDOUT')
      return problem(`cannot be read: its file system has not answered within ${LIMIT_MS / 1000} s`);
    return problem(`cannot be read (${code ?? 'unknown error'})`);
  }
}

/** Whether a text given as the path of a secret is certainly a path, so that it may be shown. */
export function looksLikePath(text: string): boolean {
  return /^(\.{0,2}\/|[A-Za-z]:\\)|\.[A-Za-z]{2,5}$/.test(text);
}
