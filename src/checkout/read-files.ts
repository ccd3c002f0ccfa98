/** Reads the checkout's files within the limits, and finds conflict markers in them. */
import type { FileHandle } from 'node:fs/promises';
import { mapBounded } from '../base/async.ts';
import { systemCode } from '../base/errors.ts';
import { roughLines } from '../document/decode.ts';
import { Problems } from '../document/problems.ts';
import { CONCURRENCY, type FoundFile, MAX_FILE_BYTES, MAX_TOTAL_BYTES } from './find-files.ts';
import { NotReadableError } from './not-readable.ts';
import { openReal } from './open-real.ts';

export interface ReadFile extends FoundFile {
  readonly content: Uint8Array;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

interface Contents {
  readonly files: readonly ReadFile[];
  readonly problems: Problems;
}

/** Throws NotReadableError if a file is gone again, or all together are too large. */
export async function readFiles(path: string, found: readonly FoundFile[]): Promise<Contents> {
  const problems = new Problems();
  let total = 0;
  const read = await mapBounded(found, CONCURRENCY, async (file): Promise<ReadFile | undefined> => {
    const refuse = (rule: string, message: string): undefined => {
      problems.add({ severity: 'error', file: file.name, line: 1, column: 1, field: '', message, rule });
    };
    try {
      await using handle = await openReal(file.real);
      if (handle === undefined) throw moving(path);
      const stats = await handle.stat();
      if (!stats.isFile()) return refuse('not-a-file', 'this is not a file: remove it');
      if (stats.size > MAX_FILE_BYTES) {
        return refuse('file-size', `the file is larger than ${MAX_FILE_BYTES / 1_048_576} MiB: split it`);
      }
      const content = await readWhole(handle, stats.size);
      if (content === undefined) throw moving(path);
      total += content.length;
      if (total > MAX_TOTAL_BYTES) throw tooLarge(path);
      return { ...file, content, modifiedAt: stats.mtimeMs };
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
        throw moving(path, error);
      }
      if (code === undefined) throw error;
      return refuse('unreadable', `the file cannot be read (${code}): let the user this runs as read it`);
    }
  });
  return { files: read.filter((file) => file !== undefined), problems };
}

/** Undefined if the file holds more or less than its size says: it is being written. */
async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array | undefined> {
  const buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  let read: number;
  // A network file system may return less than was asked for, and the beginning of a list is a valid list too.
  do {
    ({ bytesRead: read } = await handle.read(buffer, length, size + 1 - length, length));
    length += read;
  } while (read > 0 && length < size);
  return length === size ? buffer.subarray(0, size) : undefined;
}

function moving(path: string, cause?: unknown): NotReadableError {
  return new NotReadableError('moving', `${path} changed while it was read: it is read again`, { cause });
}

function tooLarge(path: string): NotReadableError {
  const limit = `${MAX_TOTAL_BYTES / 1_048_576} MiB`;
  return new NotReadableError(
    'refused',
    `the YAML files below ${path} are larger than ${limit} together: set source.path to the folder of the subscriptions`,
  );
}

/** Begins a merge conflict in a file. */
const OPENING = '<<<<<<< ';
/** Without the blank, so that it is found in UTF-16 of either byte order. */
const OPENING_UTF16 = Buffer.from(OPENING.trim(), 'utf16le');

/** The line, from 1, of the first conflict; undefined if there is none. */
export function conflictMarkerLine(content: Uint8Array): number | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.includes(OPENING) && !bytes.includes(OPENING_UTF16)) return undefined;
  const lines = roughLines(content);
  const opening = lines.findIndex((line) => line.startsWith(OPENING));
  if (opening === -1) return undefined;
  const middle = lines.findIndex((line, index) => index > opening && line.trimEnd() === '=======');
  const closing = lines.findIndex((line, index) => index > middle && line.startsWith('>>>>>>> '));
  return middle !== -1 && closing !== -1 ? opening + 1 : undefined;
}

export interface SourceFile {
  /** The name in problems and positions. */
  readonly name: string;
  readonly content: Uint8Array;
}
