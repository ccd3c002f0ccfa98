/** What the lock file says of every package that anybody installs, on whatever platform. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Locked {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
/** All but this one, and the empty one of its own. */
const foreign = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'));

describe('the lock file', () => {
  it('holds a SHA-512 of every package, for every platform', () => {
    const without = foreign.filter(([, { integrity, link }]) => !link && !/^sha512-.{86}==$/.test(integrity ?? ''));
    expect(without.map(([path]) => path)).toEqual([]);
  });

  it('names no registry: each takes its own', () => {
    expect(foreign.filter(([, { resolved, link }]) => resolved !== undefined && !link)).toEqual([]);
  });

  it('leads to nothing outside of the repository but a registry', () => {
    const own = foreign.filter(([, { link }]) => link).map(([path, { resolved }]) => `${path} ${resolved}`);
    expect(own).toEqual([
      'node_modules/aws-cdk-lib test/support/empty-package',
      'node_modules/constructs test/support/empty-package',
    ]);
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(
      /"(?:version|resolved)": "(?:git|https?)[:+]/,
    );
  });
});
