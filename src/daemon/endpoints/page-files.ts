/**
 * The files of the status page, read when they are asked for. They hold nothing secret: they are served without a token
 * and under any Host, since the page must be there before it can ask for a token.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { SingleFlight } from '../../base/async.ts';
import { version } from '../../base/version.ts';
import type { Reply } from './reply.ts';

/** Where the build puts them (scripts/build.ts): beside the bundle, which this module is then a part of. */
const FOLDER = join(import.meta.dirname, version === 'development' ? '../../../dist/page' : 'page');

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What a browser may do with the page. `fetch` must keep its mode `cors`: in any other it sends `Origin: null`. */
const HEADERS = {
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The encodings the build makes, the smallest first, with the ends of their names. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Paths that may name a file of the page; whether there is one, its folder says. */
export function isPagePath(path: string): boolean {
  return path === '/' || /^\/[a-z][a-z0-9-]*\.(?:js|css|svg)$/.test(path);
}

/** Nothing is read before the first request, and nothing kept after the last. */
export class PageFiles {
  readonly #folder: string;
  // Callers that ask for the same at once share one read, so that no number of them fills the queue of the disk.
  readonly #listing = new SingleFlight<readonly string[]>();
  /** By name: of files that are in the folder. */
  readonly #reading = new Map<string, SingleFlight<Buffer>>();

  constructor(folder: string = FOLDER) {
    this.#folder = folder;
  }

  /** The answer for a path of `isPagePath`. */
  async reply(path: string, { headers }: Pick<IncomingMessage, 'headers'>): Promise<Reply> {
    const name = path === '/' ? 'index.html' : path.slice(1);
    const names = await this.#listing.join(async () => namesIn(this.#folder));
    if (!names.includes(name)) return path === '/' ? NOT_BUILT : NO_SUCH_FILE;
    const accepted = acceptedBy(headers['accept-encoding']);
    const found = ENCODINGS.find(([coding, ending]) => accepted(coding) && names.includes(name + ending));
    const [encoding, ending] = found ?? [undefined, ''];
    const bytes = await this.#read(name + ending);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    const always = { ...HEADERS, etag, 'content-type': type };
    if (isKnown(headers['if-none-match'], etag)) return { status: 304, chunks: [], headers: always };
    const coded = encoding === undefined ? {} : { 'content-encoding': encoding };
    return { status: 200, chunks: [bytes], headers: { ...always, ...coded } };
  }

  async #read(name: string): Promise<Buffer> {
    const reading = this.#reading.get(name) ?? new SingleFlight<Buffer>();
    this.#reading.set(name, reading);
    return reading.join(async () => readFile(join(this.#folder, name)));
  }
}

const NOT_BUILT: Reply = {
  status: 404,
  body: {
    error:
      'the files of the status page are not installed beside the program: run npm run build; the same as JSON is at /status',
  },
};

const NO_SUCH_FILE: Reply = { status: 404, body: { error: 'the status page has no such file' } };

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Which codings an Accept-Encoding takes (RFC 9110, 12.5.3): those that it names, or `*`, and not with `q=0`. */
function acceptedBy(header = ''): (coding: string) => boolean {
  const weights = new Map(
    header
      .toLowerCase()
      .split(',')
      .map((each): [string, boolean] => {
        const [coding = '', ...parameters] = each.split(';').map((part) => part.trim());
        return [coding, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))];
      }),
  );
  return (coding) => weights.get(coding) ?? weights.get('*') ?? false;
}

function isKnown(header: string | undefined, etag: string): boolean {
  // A proxy that compresses or passes on may have made a weak one of ours: they are compared as weak ones are.
  return (
    header !== undefined && header.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')))
  );
}
