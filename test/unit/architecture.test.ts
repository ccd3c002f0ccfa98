/** The direction of imports, and the rules of the house that a machine can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, importsOf, loadedWith } from './source-imports.ts';

const root = join(import.meta.dirname, '../..');

const belowReconcile = [
  'base',
  'subscription',
  'document',
  'http',
  'config',
  'checkout',
  'desired',
  'upvest',
  'plan',
  'apply',
];
const belowRuntime = [...belowReconcile, 'reconcile', 'kubernetes'];

/** What each folder of `src` may import besides itself, lowest floor first. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  subscription: ['base'],
  document: ['base'],
  // Knows nothing of settings: what it needs is handed to it.
  http: ['base'],
  config: ['base', 'subscription', 'document'],
  // Knows nothing of webhooks but the vocabulary.
  checkout: ['base', 'subscription', 'document'],
  desired: ['base', 'subscription', 'document', 'config', 'checkout'],
  upvest: ['base', 'subscription', 'http', 'config'],
  // Knows nothing of Upvest.
  kubernetes: ['base', 'document', 'http'],
  // No clock: it plans what it is given.
  plan: ['base', 'subscription', 'config'],
  apply: ['base', 'subscription', 'config', 'upvest', 'plan'],
  reconcile: belowReconcile,
  runtime: belowRuntime,
  daemon: [...belowRuntime, 'runtime'],
  cli: [...belowRuntime, 'runtime', 'daemon', 'sandbox'],
  // Nothing of the client, so that a mistake made there is not made here too.
  sandbox: [],
};

interface Source {
  /** Relative to the repository, with slashes: `src/plan/match.ts`. */
  readonly path: string;
  readonly text: string;
}

const sources: readonly Source[] = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({ path: relative(root, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }));

/** Files that may be small, and why. */
const SMALL: Readonly<Record<string, string>> = {
  'src/index.ts': 'what the package gives to other programs',
  'src/cli/schema.ts': 'a command has a file',
  'src/daemon/page/main.tsx': 'where the bundle of the page begins',
};

/** Folders that may be large, and why. */
const LARGE: Readonly<Record<string, string>> = {
  'src/cli': 'a command has a file',
};

const handWritten = sources
  .filter(({ path }) => /\.tsx?$/.test(path) && !/\.generated\.|\.d\.ts$/.test(path))
  .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));

/** The folder of `src` a path lies in, or the file itself if it lies in `src`: `plan`, `index.ts`. */
const roomOf = (path: string): string => path.split('/')[1] ?? '';

/** Where a relative import leads, relative to the repository. */
function targetOf(importer: string, specifier: string): string {
  return relative(root, resolve(root, dirname(importer), specifier))
    .split(sep)
    .join('/');
}

function violationsOf({ path, text }: Source): string[] {
  const room = roomOf(path);
  if (room === 'index.ts') return [];
  const allowed = mayImport[room];
  if (allowed === undefined) return [`${path}: src/${room} has no row in docs/architecture.md`];
  return importsOf(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => targetOf(path, specifier))
    .filter((target) => target.startsWith('src/') && roomOf(target) !== room && !allowed.includes(roomOf(target)))
    .map((target) => `${path} must not import ${target}`);
}

/** What each source imports of the others, types included. */
function targetsByPath(all: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    all.map(({ path, text }) => [
      path,
      [...new Set(importsOf(text).filter((specifier) => specifier.startsWith('.')))].map((specifier) =>
        targetOf(path, specifier),
      ),
    ]),
  );
}

/** Each circle once, as the path that leads back to its first file. */
function circlesOf(targets: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (way.includes(path) || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}

describe('the sources', () => {
  it('import only from the folders to their left', () => {
    expect(sources.flatMap(violationsOf)).toEqual([]);
  });

  it('leave src only for the schemas', () => {
    const leaving = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetOf(path, specifier))
        .filter((target) => !/^(src|schemas)\//.test(target))
        .map((target) => `${path} must not import ${target}`),
    );
    expect(leaving).toEqual([]);
  });

  it('import in no circle, not even for types', () => {
    expect(circlesOf(targetsByPath(sources))).toEqual([]);
  });

  it('have no file of more than 300 lines', () => {
    const long = handWritten.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });

  it('have no file of fewer than 25 lines that a single other one uses', () => {
    const importers = new Map<string, number>();
    for (const targets of targetsByPath(sources).values())
      for (const target of targets) importers.set(target, (importers.get(target) ?? 0) + 1);
    const small = handWritten
      .filter(({ path, lines }) => lines < 25 && (importers.get(path) ?? 0) <= 1 && !(path in SMALL))
      .map(({ path, lines }) => `${path}: ${lines} lines, move it to where it is used`);
    expect(small).toEqual([]);
  });

  it('have no folder of more than 15 files', () => {
    const folders = Map.groupBy(handWritten, ({ path }) => dirname(path));
    const full = [...folders]
      .filter(([folder, files]) => files.length > 15 && !(folder in LARGE))
      .map(([folder, files]) => `${folder}: ${files.length} files, show its parts as folders`);
    expect(full).toEqual([]);
  });

  it('have no file whose name says nothing', () => {
    const vague = sources
      .map(({ path }) => path)
      .filter((path) => /^(utils?|helpers?|common|types?|index)\./.test(basename(path)) && path !== 'src/index.ts');
    expect(vague).toEqual([]);
  });
});

describe('the table of floors in docs/architecture.md', () => {
  const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const rows = [...document.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, room = '', imports = '']) => ({
    room,
    imports,
  }));

  it('says of every folder what it may import', () => {
    const named = rows.map(({ room, imports }, index): [string, ReadonlySet<string>] => {
      const above = rows.slice(0, index).map((row) => row.room);
      const listed = [...imports.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      return [room, new Set(imports === 'all above' ? above : listed)];
    });
    const enforced = Object.entries(mayImport).map(([room, rooms]) => [room, new Set(rooms)]);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(enforced));
  });
});

/** The rooms a command loads at its start, whatever it is asked to do. */
function roomsLoadedBy(command: string): string[] {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const source = sources.find((each) => each.path === path);
    if (!source || loaded.has(path)) return;
    loaded.add(path);
    for (const specifier of loadedWith(source.text)) {
      if (specifier.startsWith('.')) load(targetOf(path, specifier));
    }
  };
  load(`src/cli/${command}.ts`);
  return [...new Set([...loaded].map(roomOf))].sort();
}

describe('a command that ends by itself', () => {
  const ofTheDaemon = ['daemon', 'kubernetes'];
  const ofTheTenant = ['http', 'upvest', 'plan', 'apply', 'reconcile'];

  it.each(['plan', 'apply', 'test', 'keys'])('loads nothing at its start that it may never need: %s', (command) => {
    const rooms = roomsLoadedBy(command);
    expect(rooms).toEqual(expect.arrayContaining(['cli', 'http', 'upvest']));
    expect(rooms.filter((room) => ofTheDaemon.includes(room))).toEqual([]);
  });

  it.each(['validate', 'config', 'schema', 'sandbox'])('loads nothing to reach a tenant with: %s', (command) => {
    const rooms = roomsLoadedBy(command);
    expect(rooms).toContain('cli');
    expect(rooms.filter((room) => [...ofTheDaemon, ...ofTheTenant].includes(room))).toEqual([]);
  });
});

describe('the planner', () => {
  const planner = sources.filter(({ path }) => roomOf(path) === 'plan');

  it('has no I/O', () => {
    const pure = new Set(['node:path', 'node:url', 'node:util']);
    const impure = new Set(['chokidar', 'croner', 'node-cron', 'p-queue', 'p-retry', 'pino', 'prom-client', 'undici']);
    const found = planner.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => impure.has(name) || (name.startsWith('node:') && !pure.has(name)))
        .map((name) => `${path} must not import ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('has no clock, no chance and nothing to wait for', () => {
    const forbidden = /\b(async|await|Promise|Date\.now|new Date\(\)|Math\.random|process|fetch|setTimeout|console)\b/g;
    const found = planner.flatMap(({ path, text }) =>
      [...codeOf(text).matchAll(forbidden)].map(([word]) => `${path} must not say ${word}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the status page', () => {
  const isOfPage = (path: string) => path.startsWith('src/daemon/page/');
  const contract = 'src/daemon/status-document.ts';

  it('runs in a browser: it imports only types of the program, and what its contract gives', () => {
    const found = sources
      .filter(({ path }) => isOfPage(path))
      .flatMap(({ path, text }) =>
        loadedWith(text)
          .filter((name) => name.startsWith('node:') || name.startsWith('.'))
          .filter((name) => name.startsWith('node:') || !isOfPage(targetOf(path, name)))
          .filter((name) => name.startsWith('node:') || targetOf(path, name) !== contract)
          .map((name) => `${path} must not import ${name}`),
      );
    expect(found).toEqual([]);
  });

  it('is reached by its address alone: nothing outside of it imports it', () => {
    const found = sources
      .filter(({ path }) => !isOfPage(path))
      .flatMap(({ path, text }) =>
        importsOf(text)
          .filter((name) => name.startsWith('.') && isOfPage(targetOf(path, name)))
          .map((name) => `${path} must not import ${name}`),
      );
    expect(found).toEqual([]);
  });

  it('is made from a contract that loads the key of subscriptions, and nothing else', () => {
    const loadedBy = (path: string) => loadedWith(sources.find((each) => each.path === path)?.text ?? expect.fail());
    expect(loadedBy(contract)).toEqual(['../reconcile/report.ts']);
    expect(loadedBy('src/reconcile/report.ts')).toEqual([]);
  });
});

describe('this check', () => {
  it('finds every kind of import, and none in comments and strings', () => {
    const source = `
      // import a from './comment.ts';
      /* import './block.ts'; */
      import type { A } from './type.ts';
      import {
        b,
      } from "./several-lines.ts";
      import './bare.ts';
      export * from './re-export.ts';
      const url = 'https://tenant.tld'; const text = "import './string.ts'";
      const c = await import('./dynamic.ts');
      import d from './data.json' with { type: 'json' };
    `;
    expect(importsOf(source)).toEqual([
      './type.ts',
      './several-lines.ts',
      './bare.ts',
      './re-export.ts',
      './dynamic.ts',
      './data.json',
    ]);
    expect(loadedWith(source)).toEqual(['./several-lines.ts', './bare.ts', './re-export.ts', './data.json']);
  });

  it.each([
    ['src/base/text.ts', '../document/parse.ts', 'src/document/parse.ts'],
    ['src/document/lines.ts', '../subscription/subscription.ts', 'src/subscription/subscription.ts'],
    ['src/checkout/git/head.ts', '../../desired/load.ts', 'src/desired/load.ts'],
    ['src/desired/load.ts', '../upvest/client.ts', 'src/upvest/client.ts'],
    ['src/http/exchange.ts', '../config/config.ts', 'src/config/config.ts'],
    ['src/upvest/client.ts', '../plan/plan.ts', 'src/plan/plan.ts'],
    ['src/kubernetes/api.ts', '../upvest/errors.ts', 'src/upvest/errors.ts'],
    ['src/kubernetes/cluster.ts', '../config/config.ts', 'src/config/config.ts'],
    ['src/plan/plan.ts', '../apply/outcome.ts', 'src/apply/outcome.ts'],
    ['src/apply/apply.ts', '../reconcile/pass.ts', 'src/reconcile/pass.ts'],
    ['src/runtime/log.ts', '../daemon/endpoints/server.ts', 'src/daemon/endpoints/server.ts'],
    ['src/daemon/endpoints/server.ts', '../../cli/main.ts', 'src/cli/main.ts'],
    ['src/sandbox/token.ts', '../upvest/tokens.ts', 'src/upvest/tokens.ts'],
  ])('refuses that %s imports %s, and names both', (path, specifier, target) => {
    const text = `import type { A } from '${specifier}';`;
    expect(violationsOf({ path, text })).toEqual([`${path} must not import ${target}`]);
  });

  it('names a circle by the way that leads back', () => {
    const circle = [
      { path: 'src/a.ts', text: "import type { B } from './b.ts';" },
      { path: 'src/b.ts', text: "import { c } from './c.ts';" },
      { path: 'src/c.ts', text: "import { b } from './b.ts';" },
    ];
    expect(circlesOf(targetsByPath(circle))).toEqual(['src/b.ts → src/c.ts → src/b.ts']);
  });

  it('refuses a folder that is not in the table', () => {
    expect(violationsOf({ path: 'src/misc/a.ts', text: '' })).toEqual([
      'src/misc/a.ts: src/misc has no row in docs/architecture.md',
    ]);
  });
});
