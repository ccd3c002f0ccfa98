/**
 * Writes what a release is made of as `sbom.cdx.json` (CycloneDX) and `sbom.spdx.json` (SPDX) into `dist`, or the folder
 * given: every package of the lock file that can get into the bundle, with version, hash and licence.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Package {
  readonly name: string;
  readonly dev?: boolean;
  readonly devDependencies?: unknown;
  readonly overrides?: unknown;
  /** Of one in the repository: its folder, which has an entry of its own. */
  readonly link?: boolean;
  readonly resolved?: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, Package>>;
}

const root = join(import.meta.dirname, '..');
const target = process.argv[2] ?? join(root, 'dist');
const { devDependencies: _none, overrides: _neither, ...project } = read('package.json') as Package;
const lock = read('package-lock.json') as Lock;

// A project without what is for development only: `npm sbom --omit=dev` leaves out yaml as well, which both sides need.
const shipped = Object.entries(lock.packages)
  .filter(([, { link, resolved = '', dev = false }]) => !(link ? lock.packages[resolved]?.dev : dev))
  .map(([path, { devDependencies: _noneHere, ...rest }]) => [path, rest] as const);
const temporary = mkdtempSync(join(tmpdir(), 'webhook-reconciler-sbom-'));
try {
  // npm calls the project by the name of its folder.
  const folder = join(temporary, project.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages: Object.fromEntries(shipped) }));
  writeFileSync(join(target, 'sbom.cdx.json'), sbom('cyclonedx', folder));
  writeFileSync(join(target, 'sbom.spdx.json'), sbom('spdx', folder));
} finally {
  rmSync(temporary, { recursive: true });
}

function sbom(format: 'cyclonedx' | 'spdx', folder: string): string {
  const args = ['sbom', '--package-lock-only', '--sbom-type=application', `--sbom-format=${format}`];
  return execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
