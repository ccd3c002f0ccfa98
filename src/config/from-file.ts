/** Reads the `--config` file: its values, and every error in it. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { withTimeout } from '../base/async.ts';
import { readBounded } from '../base/read-bounded.ts';
import { check, dotted } from '../document/check.ts';
import { type Document, parseDocuments, type Path } from '../document/parse.ts';
import { byPlace, type Problem } from '../document/problems.ts';
import { validate } from './config-validator.generated.js';
import type { Read } from './setting.ts';
import { ALL_SETTINGS } from './settings.ts';
import type { ConfigProblem, SourceValue } from './source-value.ts';

export interface FromFile {
  readonly given: readonly SourceValue[];
  readonly problems: readonly ConfigProblem[];
}

const MAX_BYTES = 1_048_576;
const READ_LIMIT_MS = 10_000;
const HANGS = `its file system has not answered within ${READ_LIMIT_MS / 1000} s`;

/** Paths in the file are relative to its folder, so that they do not depend on the current folder. */
export async function fromFile(file: string, cwd: string): Promise<FromFile> {
  const path = resolve(cwd, file);
  let read: Content;
  try {
    read = await withTimeout(contentOf(path), READ_LIMIT_MS, () => new Error(HANGS));
  } catch (error) {
    return failed('--config', `${file} ${unreadable(error)}`);
  }
  const { content, isPipe } = read;
  if (!content) return failed(file, 'is larger than 1 MiB: this cannot be the configuration');
  // Taken for an empty file, it would bring back the default of every setting, what the policy forbids among them.
  if (isPipe && content.length === 0) return failed('--config', `${file} ${DRAINED}`);
  const { documents, problems } = parseDocuments(file, content);
  const [document, second] = documents;
  if (problems.length > 0) return { given: [], problems: problems.map(asConfigProblem) };
  if (document === undefined) return { given: [], problems: [] };
  if (second !== undefined) return failed(place(second, []), 'a second document: the configuration is one document');
  return fromDocument(document, dirname(path));
}

interface Content {
  /** Undefined: there is more than a configuration may hold. */
  readonly content: Uint8Array | undefined;
  readonly isPipe: boolean;
}

const DRAINED =
  'is a pipe without content: it can be read only once, so give a file where the configuration is to be read again (SIGHUP)';

/** A device or a pipe may have no end, and a pipe without a writer must not hold a thread. */
async function contentOf(path: string): Promise<Content> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { isPipe: (await file.stat()).isFIFO(), content: await readBounded(file, MAX_BYTES) };
  } finally {
    await file.close();
  }
}

function fromDocument(document: Document, base: string): FromFile {
  const findings = check(validate, document);
  const problems = findings.map(({ problem }) => problem);
  const given = ALL_SETTINGS.flatMap(([key, { kind, inFile }]): SourceValue[] => {
    const path = key.split('.');
    const value = at(document.value, path);
    if (value === undefined || inFile === false) return [];
    const broken = findings.filter((finding) => overlap(finding.path, path));
    const isReadable = broken.every((finding) => finding.path.length > path.length);
    const read: Read<unknown> = isReadable ? kind.fromFile(value, base) : REPORTED;
    for (const { at, message } of read.ok ? [] : read.faults) {
      const where = [...path, ...at];
      if (broken.some((finding) => overlap(finding.path, where))) continue;
      problems.push({
        severity: 'error',
        file: document.file,
        ...document.position(where),
        field: dotted(where),
        message,
        rule: 'not-valid',
      });
    }
    return [
      {
        key,
        level: 'file',
        place: place(document, path),
        ...(typeof value === 'string' && { text: value }),
        read: read.ok && broken.length === 0 ? read : REPORTED,
      },
    ];
  });
  return { given, problems: problems.sort(byPlace).map(asConfigProblem) };
}

/** A value whose errors the schema check has reported already. */
const REPORTED: Read<never> = { ok: false, faults: [] };

/** Whether the paths are equal, or one is a parent of the other. */
function overlap(a: Path, b: Path): boolean {
  return a.every((step, index) => index >= b.length || step === b[index]);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string, unknown>)[step]
        : undefined,
    value,
  );
}

function place(document: Document, path: Path): string {
  const { line, column } = document.position(path);
  return `${document.file}:${line}:${column}`;
}

function asConfigProblem({ severity, file, line, column, field, message }: Problem): ConfigProblem {
  return { severity, place: `${file}:${line}:${column}`, field, message };
}

function failed(place: string, message: string): FromFile {
  return { given: [], problems: [{ severity: 'error', place, field: '', message }] };
}

function unreadable(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? `cannot be read: ${message}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder: give the file',
  EACCES: 'may not be read by this user: see its permissions',
};
