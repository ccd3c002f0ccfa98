/** The bills of materials of a release. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { name, version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

interface CycloneDx {
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly object[];
  }[];
}

interface Spdx {
  readonly packages: readonly { readonly name: string; readonly versionInfo: string; readonly checksums?: object[] }[];
}

describe('npm run sbom', () => {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-reconciler-test-'));
  beforeAll(() => execFileSync(process.execPath, [join(root, 'scripts/sbom.ts'), folder]));
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const wanted = expect.objectContaining(dependencies);

  it('lists in CycloneDX every dependency, pinned and with its hash', () => {
    const { metadata, components } = read('sbom.cdx.json') as CycloneDx;
    expect(metadata.component).toMatchObject({ name, version });
    expect(Object.fromEntries(components.map((each) => [each.name, each.version]))).toEqual(wanted);
    expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
  });

  it('lists in SPDX the same', () => {
    const [own, ...packages] = (read('sbom.spdx.json') as Spdx).packages;
    expect(own).toMatchObject({ name, versionInfo: version });
    expect(Object.fromEntries(packages.map((each) => [each.name, each.versionInfo]))).toEqual(wanted);
    expect(packages.filter(({ checksums = [] }) => checksums.length === 0)).toEqual([]);
  });
});
