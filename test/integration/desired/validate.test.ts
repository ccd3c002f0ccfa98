import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validatePaths } from '../../../src/desired/validate-paths.ts';
import { repository, subscription, temporaryFolder, write } from './folder.ts';

const validate = async (...paths: string[]) => validatePaths(paths, { substitute: {} });

describe('validating', () => {
  it('takes any number of folders and files, and names files as they were given', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a/x.yaml': subscription('A'), 'b.yaml': 'title: B', 'c/y.yaml': subscription('A') });
    const { problems, files, subscriptions } = await validate(
      join(folder, 'a'),
      join(folder, 'b.yaml'),
      join(folder, 'c'),
    );
    expect(problems.map(({ file, rule }) => [file, rule])).toEqual([
      [join(folder, 'a/x.yaml'), 'duplicate-title'],
      [join(folder, 'b.yaml'), 'missing-field'],
      [join(folder, 'c/y.yaml'), 'duplicate-title'],
    ]);
    expect({ files, subscriptions }).toEqual({ files: 3, subscriptions: 0 });
  });

  it('reads a file once that is given twice', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': subscription('A') });
    symlinkSync('a.yaml', join(folder, 'link.yaml'));
    expect(await validate(folder, join(folder, 'a.yaml'))).toEqual({
      problems: [],
      errors: 0,
      warnings: 0,
      files: 1,
      unchecked: 0,
      subscriptions: 1,
    });
  });

  it('works in the middle of a merge, and points at the markers', async () => {
    const folder = repository({ 'a.yaml': subscription('A') });
    writeFileSync(join(folder, '.git/MERGE_HEAD'), '');
    write(folder, { 'b.yaml': '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n' });
    const { problems, subscriptions } = await validate(folder);
    expect(problems).toMatchObject([{ rule: 'conflict-marker', line: 1 }]);
    expect(subscriptions).toBe(1);
  });

  it('reports a path that is missing among the others', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'title: A' });
    const { problems, files, unchecked } = await validate(join(folder, 'none'), join(folder, 'a.yaml'));
    expect(problems.map(({ rule }) => rule)).toEqual(['missing-field', 'missing']);
    expect({ files, unchecked }).toEqual({ files: 1, unchecked: 1 });
  });
});
