/** Kubeconfig files as `kubectl` reads them: several are one, and of what is in more than one of them the first counts. */
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

/** Those of `files` that exist. Throws KubernetesAccessError where there is none, or one that cannot be read. */
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
  // Not in the parser's words: they would repeat the line, and it may be a key.
  if (problem)
    throw new KubernetesAccessError(`${file}:${problem.line}:${problem.column} cannot be understood as YAML or JSON`);
  const [document] = documents;
  if (!document) return undefined;
  if (!isObject(document.value)) throw new KubernetesAccessError(`${file} is no kubeconfig`);
  const current = document.value['current-context'];
  return { document, currentContext: typeof current === 'string' && current !== '' ? current : undefined };
}

/** A context, cluster or user. */
export interface Entry {
  /** The file it stands in: paths in it are relative to that. */
  readonly file: string;
  /** Undefined where it is missing or empty. Throws KubernetesAccessError where it is no text. */
  text(name: string): string | undefined;
  flag(name: string): boolean;
  has(name: string): boolean;
  /** Where a member is written, and what it is, for messages. */
  place(name: string): string;
  /** Throws KubernetesAccessError: place, member and what is wrong with it, never its value. */
  refuse(name: string, why: string): never;
}

/** `what`: whose name it is, for messages. Throws KubernetesAccessError where there is none of that name. */
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
      return typeof value === 'string' ? value : refuse(name, 'is no text');
    },
    flag: (name) => members[name] === true,
    has,
    place,
    refuse,
  };
}

/** A kubeconfig of hundreds of clusters is less. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The content of a file that somebody named, undefined where there is none. Throws KubernetesAccessError. */
async function readText(path: string): Promise<Uint8Array | undefined> {
  try {
    // A pipe without a writer must not hold us; opened this way, it reads as empty.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const content = await readBounded(file, MAX_BYTES);
      if (content) return content;
      throw new KubernetesAccessError(`${path} is larger than ${MAX_BYTES / 1024 / 1024} MiB: that is no kubeconfig`);
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
