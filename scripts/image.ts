/**
 * Builds the image with docker, podman or buildah, whichever works first: `npm run image`. What else is given goes to the
 * builder: `npm run image -- --tag registry.tenant.tld/webhook-reconciler:0.1.0 --build-arg BASE_IMAGE=…`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Asks whether it could build, not only whether it is installed: docker is often a client without an engine. */
const builders = [
  { name: 'docker', probe: ['info'], build: ['build'] },
  { name: 'podman', probe: ['info'], build: ['build'] },
  { name: 'buildah', probe: ['info'], build: ['build'] },
] as const;

const root = join(import.meta.dirname, '..');
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>;

const builder = builders.find(({ name, probe }) => spawnSync(name, probe, { stdio: 'ignore' }).status === 0);
if (builder === undefined) {
  console.error(
    'No image builder works here: install docker (with its engine running), podman or buildah, then try again.\n' +
      'Without privileges buildah also works with BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs.',
  );
  process.exit(1);
}

const about = ['--build-arg', `VERSION=${version}`, '--build-arg', `REVISION=${revision()}`];
const { status, error } = spawnSync(
  builder.name,
  [...builder.build, '--tag', `${name}:${version}`, ...about, ...process.argv.slice(2), '.'],
  { cwd: root, stdio: 'inherit' },
);
if (error) console.error(`${builder.name} cannot be started: ${error.message}`);
process.exit(status ?? 1);

/** The commit that is built; a checkout that differs from it says so. */
function revision(): string {
  try {
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return 'unknown';
  }
}
