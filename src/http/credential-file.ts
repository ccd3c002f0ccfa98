/** A credential that lives in a file and is read again when the file changes: Kubernetes rotates by symlink swap. */
import { type BigIntStats, constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { ReconcilerError, systemCode } from '../base/errors.ts';
import { Secret } from '../base/secret.ts';
import { readBounded } from '../base/read-bounded.ts';

/**
 * Gives the credential: the same object for as long as it has not changed. `afresh`: checks the file even if it was
 * checked just before.
 */
export type ReadCredential = (afresh?: boolean) => Promise<Secret>;

/** The file is checked at most this often, however many requests are signed. */
const LOOK_EVERY_MS = 1000;
/** Keys and secrets are a few KiB at most; a wrong file may have gigabytes. */
const MAX_BYTES = 64 * 1024;

interface Held {
  readonly secret: Secret;
  readonly identity: string;
  /** Clock.uptime(). */
  readonly lookedAt: number;
}

/**
 * Reads `path` without the line breaks at its end (an editor adds them, and the API would take them as part of the
 * secret). `setting` names the setting in messages. Throws CredentialError where the file is missing, unreadable, empty
 * or not text; the next call reads again.
 */
export function credentialFile(path: string, setting: string, clock: Clock): ReadCredential {
  let held: Held | undefined;
  let looking: Promise<Held> | undefined;

  const look = async (): Promise<Held> => {
    const lookedAt = clock.uptime();
    try {
      if (held && (await identityOf(path)) === held.identity) return { ...held, lookedAt };
      return { ...(await load(path)), lookedAt };
    } catch (error) {
      throw new CredentialError(`${setting}: ${path} ${complaint(error)}`);
    }
  };

  return async (afresh = false) => {
    if (held && !afresh && clock.uptime() - held.lookedAt < LOOK_EVERY_MS) return held.secret;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    held = await looking;
    return held.secret;
  };
}

async function load(path: string): Promise<Omit<Held, 'lookedAt'>> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const identity = await identityFrom(path, await file.stat({ bigint: true }));
    const bytes = await readBounded(file, MAX_BYTES);
    if (!bytes) throw new Complaint(`is larger than ${MAX_BYTES / 1024} KiB: that is not a credential`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/[\r\n]+$/, '');
    if (text === '') throw new Complaint('is empty: write the credential into it');
    return { secret: new Secret(text), identity };
  } finally {
    await file.close();
  }
}

async function identityOf(path: string): Promise<string> {
  return await identityFrom(path, await stat(path, { bigint: true }));
}

/**
 * Changes whenever `path` leads to another file or other content. A pipe (`<(command)`) can be read only once, so it
 * never changes.
 */
async function identityFrom(path: string, stats: BigIntStats): Promise<string> {
  if (stats.isDirectory()) throw new Complaint('is a folder: name the file in it');
  if (!stats.isFile()) return 'not a regular file';
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  return [await realpath(path), dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/** The problem with the file, as the end of a sentence that begins with its path. */
class Complaint extends ReconcilerError {
  override readonly name = 'Complaint';
  override readonly code = 'credential-file';
}

function complaint(error: unknown): string {
  if (error instanceof Complaint) return error.message;
  const code = systemCode(error) ?? 'unknown error';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist: mount the credential there, or correct the path';
    case 'EACCES':
    case 'EPERM':
      return `may not be read by user ${process.getuid?.() ?? 'we run as'}: correct its owner, mode or fsGroup`;
    case 'ERR_ACCESS_DENIED':
      return "may not be read: Node's permission model is on and does not allow it; add --allow-fs-read for its folder to NODE_OPTIONS";
    case 'EISDIR':
      return 'is a folder: name the file in it';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'is not text: it must hold the credential itself, PEM for a key';
    default:
      return `cannot be read (${code})`;
  }
}

/** Credentials are missing, unreadable or do not fit together, such as a missing file or a wrong passphrase. */
export class CredentialError extends ReconcilerError {
  override readonly name = 'CredentialError';
  override readonly code = 'credential';
}
