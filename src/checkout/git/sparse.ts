/** Finds whether a worktree is a sparse checkout: git-config(1), "Syntax" and "Includes"; git-sparse-checkout(1). */
import { dirname, join, resolve } from 'node:path';
import { readWhole } from '../open-real.ts';
import type { Repository } from './worktree.ts';

/** The depth of includes; git's own limit. */
const MAX_INCLUDES = 10;
/** Bytes of all files together; the settings of ten thousand tracking branches take less. */
const MAX_BYTES = 1_048_576;
const MAX_FILES = 50;
const TRUE = /^(?:true|yes|on|-?0*[1-9]\d*[kmg]?)$/i;

/**
 * Reads the configuration of the repository and of the worktree, not that of the user or the machine. Undefined if it
 * cannot be determined, because the configuration is too large or includes too many files.
 */
export async function isSparse({ gitDir, commonDir }: Repository): Promise<boolean | undefined> {
  if (gitDir === undefined || commonDir === undefined) return false;
  const settings = new Settings();
  try {
    await settings.read(join(commonDir, 'config'));
    if (settings.isTrue('extensions.worktreeconfig')) await settings.read(join(gitDir, 'config.worktree'));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return settings.isTrue('core.sparsecheckout');
}

class Settings {
  readonly #values = new Map<string, string>();
  #bytesLeft = MAX_BYTES;
  #filesLeft = MAX_FILES;

  isTrue(key: string): boolean {
    return TRUE.test(this.#values.get(key) ?? '');
  }

  /**
   * Conditional includes are always read, because an error too many is better than a delete. Throws a RangeError above
   * the limits.
   */
  async read(path: string, depth = 0): Promise<void> {
    if (this.#filesLeft-- === 0) throw new RangeError(`${path} is one file too many`);
    const text = await readWhole(path, this.#bytesLeft).catch((error: unknown) => {
      if (error instanceof RangeError) throw error;
      return Buffer.of();
    });
    this.#bytesLeft -= text.length;
    for (const [key, value] of settingsIn(String(text))) {
      this.#values.set(key, value);
      const isInclude = key === 'include.path' || /^includeif\..*\.path$/s.test(key);
      if (isInclude && depth < MAX_INCLUDES) await this.read(resolve(dirname(path), value), depth + 1);
    }
  }
}

/**
 * A section's head, a setting, or both; a comment matches neither. No two patterns for blanks may be adjacent, since
 * that makes matching quadratic.
 */
const LINE =
  /^\s*(?:\[\s*([\w.-]+)(?:\s*"((?:[^"\\]|\\.)*)")?\s*\])?[^\S\n]*(?:([a-z][\w-]*)[^\S\n]*(?:=((?:[^\\\n]|\\[^])*))?)?/i;

/** Names are in small letters but for the quoted part. A setting without a value is true. */
function* settingsIn(text: string): Generator<[key: string, value: string]> {
  let section = '';
  for (const line of linesOf(text)) {
    const [, name, quoted, key, value] = LINE.exec(line) ?? [];
    if (name !== undefined) section = quoted === undefined ? name.toLowerCase() : `${name.toLowerCase()}.${quoted}`;
    if (key !== undefined) yield [`${section}.${key.toLowerCase()}`, value === undefined ? 'true' : valueOf(value)];
  }
}

/** A backslash at the end joins the next line. */
function linesOf(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').match(/(?:[^\\\n]|\\[^])+/g) ?? [];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '\n': '' };

function valueOf(written: string): string {
  let value = '';
  let isQuoted = false;
  for (const [part] of written.matchAll(/\\[^]|[^]/g)) {
    if (part === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (part === '#' || part === ';')) break;
    else value += part.length === 2 && part.startsWith('\\') ? (ESCAPES[part.charAt(1)] ?? part.charAt(1)) : part;
  }
  return value.trim();
}
