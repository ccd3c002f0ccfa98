/** Builds the command, the status page, the library entry and its types into `dist`. Run by `npm run build` and by `prepare`. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

// Some bundled packages are CommonJS and call require(), which an ES module has to make for itself.
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Loads Node's own modules when they are first used, and not by `import`: that evaluates every export, and those of
 * node:http include WebSocket, for which Node loads a whole HTTP client of its own: 12 MB and 45 ms.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(bundling) {
    bundling.onResolve({ filter: /^[a-z:/_]+$/ }, ({ path, kind }) =>
      isBuiltin(path) && kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    bundling.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

const bundle: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  sourcesContent: false,
  // The text of the program stays in memory: a third of it is white space. Names are kept for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  banner: { js: requireBanner },
  define: { __VERSION__: JSON.stringify(version) },
  loader: { '.json': 'json' },
  plugins: [lazyBuiltins],
};

const pageSources = join(root, 'src/daemon/page');

/**
 * The status page, in the folder `page`. Every file is there as it is, and compressed as much as can be: the daemon
 * sends the bytes of one of the three, and compresses nothing itself.
 */
async function buildPage(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['main.tsx', 'page.css'].map((name) => ({ in: join(pageSources, name), out: 'page' })),
    outdir: folder,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: ['chrome125', 'firefox128', 'safari17.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // The page is to know whether the program that it follows is the one that it came from.
    define: { __VERSION__: JSON.stringify(version) },
    minify: true,
    legalComments: 'none',
    metafile: true,
  });
  for (const name of readdirSync(pageSources).filter((name) => /\.(?:html|svg)$/.test(name)))
    copyFileSync(join(pageSources, name), join(folder, name));
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
  return metafile;
}

/** The licence texts of every package that went into the bundles, as their licences ask. */
function thirdPartyLicences(metafiles: readonly Metafile[]): string {
  // The generated validators hold parts of ajv, inlined when they were made.
  const folders = new Set(['node_modules/ajv']);
  for (const input of metafiles.flatMap((metafile) => Object.keys(metafile.inputs))) {
    const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    if (found) folders.add(found[0]);
  }
  const sections = [...folders].sort().map((folder) => {
    const meta = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Record<string, string>;
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : '(no licence file in the package)';
    return `${meta['name']} ${meta['version']} (${meta['license']})\n\n${text}\n`;
  });
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * Moves what was built from `fresh` into `dist`, file by file: a rename replaces a file at once, so that a command that
 * starts meanwhile, or another build, finds every file whole. Swapping the two folders would leave a moment without either.
 */
function putInPlace(): void {
  const before = filesIn(dist);
  const built = filesIn(fresh);
  // The launcher is the last of them by name: where it is, there is all that it starts.
  for (const file of built) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(fresh, file), join(dist, file));
  }
  // Folders stay, even empty: another build may be about to put a file there.
  const isBuilt = new Set(built);
  for (const stale of before.filter((file) => !isBuilt.has(file))) rmSync(join(dist, stale), { force: true });
}

/** The files below a folder, relative to it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

mkdirSync(dist, { recursive: true });
// As deep as `dist`, so that the paths in the source maps are right there too, and on its file system.
const fresh = mkdtempSync(join(root, '.dist-'));
try {
  const builds = [
    build({ ...bundle, entryPoints: ['src/cli/main.ts'], outfile: join(fresh, 'main.js') }),
    build({ ...bundle, entryPoints: ['src/index.ts'], outfile: join(fresh, 'index.js') }),
    buildPage(join(fresh, 'page')).then((metafile) => ({ metafile })),
  ];
  // Where one fails, the others still write into the folder: it can be removed only once they all have ended.
  await Promise.allSettled(builds);
  const metafiles = (await Promise.all(builds)).flatMap(({ metafile }) => metafile ?? []);
  const command = join(fresh, 'webhook-reconciler.js');
  copyFileSync(join(root, 'src/cli/launcher.js'), command);
  chmodSync(command, 0o755);
  writeFileSync(join(fresh, 'THIRD-PARTY-LICENCES.txt'), thirdPartyLicences(metafiles));

  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', join(fresh, 'types')];
  execFileSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  putInPlace();
} finally {
  rmSync(fresh, { recursive: true });
}
