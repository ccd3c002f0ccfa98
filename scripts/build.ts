/** Builds the command, the library entry and its types into `dist`. Run by `npm run build` and by `prepare`. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
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
  target: 'node22',
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

rmSync(join(root, 'dist'), { recursive: true, force: true });
const [main, library] = await Promise.all([
  build({ ...bundle, entryPoints: ['src/cli/main.ts'], outfile: 'dist/main.js' }),
  build({ ...bundle, entryPoints: ['src/index.ts'], outfile: 'dist/index.js' }),
]);
const command = join(root, 'dist/webhook-reconciler.js');
copyFileSync(join(root, 'src/cli/launcher.js'), command);
chmodSync(command, 0o755);
const metafiles = [main.metafile, library.metafile].filter((metafile) => metafile !== undefined);
writeFileSync(join(root, 'dist/THIRD-PARTY-LICENCES.txt'), thirdPartyLicences(metafiles));

const compiler = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit', cwd: root });
