/** Kubeconfig files as `kubectl` reads them: several files are merged, and the first one that has a value counts. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isObject } from '../base/json.ts';
import { type Document, parseDocuments } from '../document/parse.ts';
import { readBounded } from '../base/read-bounded.ts';
import { KubernetesAccessError } from './errors.ts';

interface Kubeconfig {
  readonly document: Document;
  readonly currentContext: string | undefined;
}

const KINDS = { contexts: 'context', clusters: 'cluster', users: 'user' } as const;

/** Reads those of `files` that exist. Throws KubernetesAccessError where none exists, or one cannot be read. */
export async function readKubeconfigs(files: readonly string[]): Promise<readonly Kubeconfig[]> {
  const read = await Promise.all(files.map(readKubeconfig));
  const found = read.filter((config) => config !== undefined);
  if (found.length > 0) return found;
  throw new KubernetesAccessError(
    `no access to a Kubernetes API: KUBERNETES_SERVICE_HOST is not set, as it is in every pod, and there is no kubeconfig at ${files.join(', ')}`,
  );
}

async function readKubeconfig(file: string): Promise<Kubeconfig | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const { documents, problems } = parseDocuments(file, text);
  const [problem] = problems;
  // The parser's message is not used: it would repeat the line, which may be a key.
  if (problem)
    throw new KubernetesAccessError(`${file}:${problem.line}:${problem.column} cannot be understood as YAML or JSON`);
  const [document] = documents;
  if (!document) return undefined;
  if (!isObject(document.value)) throw new KubernetesAccessError(`${file} is not a kubeconfig`);
  const current = document.value['current-context'];
  return { document, currentContext: typeof current === 'string' && current !== '' ? current : undefined };
}

/** A context, cluster or user. */
export interface Entry {
  /** The file of the entry. Paths in the entry are relative to it. */
  readonly file: string;
  /** A text member; undefined where it is missing or empty. Throws KubernetesAccessError where it is not text. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  has(name: string): boolean;
  /** The place and the name of a member, for messages. */
  place(name: string): string;
  /** Throws KubernetesAccessError with the place, the member and the problem, never with its value. */
  refuse(name: string, why: string): never;
}

/**
 * Finds the entry `name`. `what`: what the name is for, in messages. Throws KubernetesAccessError where it does not
 * exist.
 */
export function findEntry(
  configs: readonly Kubeconfig[],
  kind: keyof typeof KINDS,
  name: string | undefined,
  what: string,
): Entry {
  const files = configs.map(({ document }) => document.file).join(', ');
  if (name === undefined) throw new KubernetesAccessError(`${files}: ${what} is not named`);
  for (const { document } of configs) {
    const list = isObject(document.value) ? document.value[kind] : undefined;
    const index = Array.isArray(list) ? list.findIndex((each) => isObject(each) && each['name'] === name) : -1;
    if (index !== -1) return entry(document, [kind, index, KINDS[kind]], (list as Record<string, unknown>[])[index]);
  }
  throw new KubernetesAccessError(`${files}: ${what} is ${JSON.stringify(name)}, and there is none of that name`);
}

function entry(
  document: Document,
  path: readonly [keyof typeof KINDS, number, string],
  named: Readonly<Record<string, unknown>> | undefined,
): Entry {
  const given = named?.[path[2]];
  const members = isObject(given) ? given : {};
  const has = (name: string) => !['', false, null, undefined].includes(members[name] as string);
  const place = (name: string) => {
    const { line, column } = document.position([...path, name], 'key');
    return `${document.file}:${line}:${column} ${name}`;
  };
  const refuse = (name: string, why: string): never => {
    throw new KubernetesAccessError(`${place(name)} ${why}`);
  };
  return {
    file: document.file,
    text: (name) => {
      if (!has(name)) return undefined;
      const value = members[name];
      return typeof value === 'string' ? value : refuse(name, 'is not text');
    },
    flag: (name) => members[name] === true,
    has,
    place,
    refuse,
  };
}

/** A kubeconfig with hundreds of clusters is smaller. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The content of a file; undefined where it does not exist. Throws KubernetesAccessError. */
async function readText(path: string): Promise<Uint8Array | undefined> {
  try {
    // Opening a pipe without a writer must not block.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const content = await readBounded(file, MAX_BYTES);
      if (content) return content;
      throw new KubernetesAccessError(
        `${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB: that is not a kubeconfig`,
      );
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof KubernetesAccessError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new KubernetesAccessError(`${path} cannot be read (${code})`, { cause: error });
  }
}
