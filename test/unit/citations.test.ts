/** What cites a document leads to a place that is in this repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commentsOf } from './source-imports.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Relative to the repository, with slashes. */
function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.name.includes('.generated.'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const inRoot = readdirSync(root).filter((name) => !name.startsWith('.'));
const folders = ['src', 'test', 'schemas', 'scripts'].filter((name) => inRoot.includes(name));
const sources = [
  ...folders.flatMap((folder) => filesBelow(folder, /\.[jt]s$/)),
  ...inRoot.filter((name) => name.endsWith('.ts')),
];
const manifests = [...filesBelow('deploy', /\.ya?ml$/), 'Dockerfile'];
const documents = [
  ...inRoot.filter((name) => name.endsWith('.md')),
  ...['docs', 'deploy'].flatMap((folder) => filesBelow(folder, /\.md$/)),
];

/** `docs/upvest-api.md, 4.3` cites a number, `README.md, "What it reports"` a heading, `docs/operations.md#guards` an anchor. */
const CITATION =
  /(?<target>(?:\.{1,2}\/)*(?:[\w-]+\/)*[\w-]+\.md\b)(?:, (?<number>\d+(?:\.\d+)*)|, "(?<heading>[^"]+)"|#(?<anchor>[\w-]+))?/g;
/** A place without its document. After an address or the name of an RFC it is a place there. */
const ORPHAN = /(?<!https?:\/\/\S+ |RFC \d+,? )\bsection \d[\d.]*/gi;

type Place = Readonly<Record<string, string | undefined>>;

/** What is wrong with the citations of a comment in the file `path`. */
function faultsOf(path: string, comment: string): string[] {
  const astray = [...comment.matchAll(CITATION)].flatMap(({ 0: citation, groups: place = {} }) => {
    const { target = '' } = place;
    const cited = target.startsWith('.') ? join(dirname(path), target) : target;
    if (!existsSync(join(root, cited))) return [`${path} cites ${citation}, and there is no ${cited}`];
    return isIn(cited, place) ? [] : [`${path} cites ${citation}, and ${cited} has no such place`];
  });
  const orphans = [...comment.matchAll(ORPHAN)].map(([place]) => `${path} cites ${place} without the document`);
  return [...astray, ...orphans];
}

function isIn(document: string, { number, heading, anchor }: Place): boolean {
  const headings = headingsOf(read(document));
  if (number !== undefined)
    return headings.some((one) => one.startsWith(`${number} `) || one.startsWith(`${number}. `));
  if (heading !== undefined) return headings.includes(heading);
  return anchor === undefined || headings.map(anchorOf).includes(anchor);
}

/** Those of code blocks are none. */
function headingsOf(markdown: string): string[] {
  return [...markdown.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

describe('a comment', () => {
  it('of the sources cites only what is in the repository', () => {
    expect(sources.flatMap((path) => commentsOf(read(path)).flatMap((text) => faultsOf(path, text)))).toEqual([]);
  });

  it('of a manifest does so too', () => {
    const commentsIn = (text: string) => [...text.matchAll(/(?:^|\s)#(.*)$/gm)].map(([, comment = '']) => comment);
    expect(manifests.flatMap((path) => commentsIn(read(path)).flatMap((text) => faultsOf(path, text)))).toEqual([]);
  });
});

describe('a document', () => {
  it('links only to what is in the repository', () => {
    const faults = documents.flatMap((path) => {
      const text = read(path).replaceAll(/^```.*?^```/gms, '');
      return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
        ([link, target = '', anchor]) => {
          const linked = target === '' ? path : join(dirname(path), target);
          const isThere = existsSync(join(root, linked)) && (anchor === undefined || isIn(linked, { anchor }));
          return isThere ? [] : [`${path}: ${link} leads nowhere`];
        },
      );
    });
    expect(faults).toEqual([]);
  });

  it('names only files that are there', () => {
    const sourceNames = new Set(sources.map((path) => basename(path)));
    const isThere = (name: string) =>
      ['', 'src'].some((folder) => existsSync(join(root, folder, name))) || sourceNames.has(name);
    const faults = documents
      .filter((path) => path !== 'CHANGELOG.md')
      .flatMap((path) =>
        [...read(path).matchAll(/`([\w./-]+\.[jt]s)`/g)].flatMap(([, name = '']) =>
          isThere(name) ? [] : [`${path} names ${name}, which is not there`],
        ),
      );
    expect(faults).toEqual([]);
  });
});

describe('this check', () => {
  it.each([
    ['as in docs/nowhere.md', 'docs/nowhere.md, and there is no docs/nowhere.md'],
    ['(docs/operations.md#no-such)', 'docs/operations.md#no-such, and docs/operations.md has no such place'],
    ['docs/upvest-api.md, 99', 'docs/upvest-api.md, 99, and docs/upvest-api.md has no such place'],
    ['README.md, "Nowhere"', 'README.md, "Nowhere", and README.md has no such place'],
    ['(the plan, section 5)', 'section 5 without the document'],
  ])('refuses "%s"', (comment, fault) => {
    expect(faultsOf('src/a.ts', comment)).toEqual([`src/a.ts cites ${fault}`]);
  });

  it.each([
    'docs/upvest-api.md, 4.3: it is paged',
    'README.md, "What it reports"',
    'docs/operations.md#guards',
    'https://yaml.org/spec/1.2.2/, section 5.2',
    'RFC 9421, section 2.2',
  ])('takes "%s"', (comment) => {
    expect(faultsOf('src/a.ts', comment)).toEqual([]);
  });

  it('reads a comment of several lines as one', () => {
    expect(commentsOf("/**\n * By docs/upvest-api.md,\n * 4.3.\n */\nconst a = '/* no */'; // Yes.\n")).toEqual([
      'By docs/upvest-api.md, 4.3.',
      'Yes.',
    ]);
  });
});
