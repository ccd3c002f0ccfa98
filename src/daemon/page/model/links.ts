/** Links out of the page, made from `source.url` alone. Where one cannot be made for certain, there is none. */
import { parsedUrl } from './urls.ts';

/** A place in the checkout. `line` counts from 1. */
export interface Place {
  readonly revision: string;
  readonly path: string;
  readonly line: number;
}

/** Content hashes (`sha256:…`, where there is no git) are no commits that a forge could show. */
const COMMIT = /^[0-9a-f]{7,64}$/;

/** What is filled in must not decide which host a link leads to. */
const HOST_FIRST = /^https?:\/\/[^/?#{}\s]+[/?#]/;

/** The address of a place in a file; undefined where nothing or nothing usable is configured. */
export function sourceLink(template: string | null, { revision, path, line }: Place): string | undefined {
  if (template === null || !HOST_FIRST.test(template)) return undefined;
  if (path === '' || /(^|\/)\.{0,2}(\/|$)/.test(path)) return undefined;
  if (template.includes('{revision}') && !COMMIT.test(revision)) return undefined;
  const values: Readonly<Record<string, string>> = {
    '{revision}': revision,
    '{path}': path.split('/').map(encoded).join('/'),
    '{line}': String(line),
  };
  return httpUrl(template.replaceAll(/\{(?:revision|path|line)\}/g, (name) => values[name] ?? ''));
}

/**
 * How forges whose address of a file is known name the one of a commit. The address before that part is kept as it is.
 */
const COMMIT_PATHS = [
  { file: '/-/blob/{revision}/', commit: '/-/commit/' },
  { file: '/blob/{revision}/', commit: '/commit/' },
  { file: '/src/commit/{revision}/', commit: '/commit/' },
] as const;

/** The address of a commit; undefined where the template is not that of a forge whose addresses are known. */
export function commitLink(template: string | null, revision: string): string | undefined {
  if (template === null || !COMMIT.test(revision)) return undefined;
  const forge = COMMIT_PATHS.find(({ file }) => template.includes(file));
  if (!forge) return undefined;
  const repository = template.slice(0, template.indexOf(forge.file));
  return /[?#{]/.test(repository) ? undefined : httpUrl(`${repository}${forge.commit}${revision}`);
}

/** `webhooks/orders.yaml:14:5` as its parts; undefined where it is not a place. */
export function placeOf(source: string): Omit<Place, 'revision'> | undefined {
  const [, path, line] = /^(.+?):(\d+)(?::\d+)?$/s.exec(source) ?? [];
  return path === undefined ? undefined : { path, line: Number(line) };
}

/** Everything that an address gives a meaning to is encoded, the quote that ends an attribute too. */
function encoded(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replaceAll("'", '%27');
}

/** No `javascript:`, no credentials. */
function httpUrl(text: string): string | undefined {
  const url = parsedUrl(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.href;
}
