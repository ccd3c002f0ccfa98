import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkoutLoader } from '../../../src/desired/load.ts';
import { validatePaths } from '../../../src/desired/validate.ts';
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

  it('holds urls against policy.hosts', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'a.yaml': 'title: A\nurl: https://hooks.tenant.tld/a',
      'b.yaml': 'title: B\nurl: https://evil.tld/b',
    });
    const { problems, subscriptions } = await validatePaths([folder], { substitute: {}, hosts: ['*.tenant.tld'] });
    expect(problems).toMatchObject([{ file: join(folder, 'b.yaml'), severity: 'error', rule: 'host-not-allowed' }]);
    expect(subscriptions).toBe(1);
    const loaded = await checkoutLoader({ path: folder, substitute: {}, hosts: ['*.tenant.tld'] })();
    expect(loaded).toMatchObject({ checkout: { errors: 1, desired: [{ title: 'A' }] } });
  });

  it('works in the middle of a merge, and points at the markers', async () => {
    const folder = repository({ 'a.yaml': subscription('A') });
    writeFileSync(join(folder, '.git/MERGE_HEAD'), '');
    write(folder, { 'b.yaml': '<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n' });
    const { problems, subscriptions } = await validate(folder);
    expect(problems).toMatchObject([{ rule: 'conflict-marker', line: 1 }]);
    expect(subscriptions).toBe(1);
  });

  it('refuses a folder without any YAML, each by itself, unless an empty checkout is meant', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a/x.yaml': subscription('A'), 'b/notes.txt': 'x', 'c/.d/y.yaml': subscription('C') });
    const paths = ['a', 'b', 'c'].map((name) => join(folder, name));
    expect(await validate(join(folder, 'b'))).toMatchObject({
      errors: 1,
      problems: [
        {
          file: join(folder, 'b'),
          rule: 'no-files',
          message:
            'no *.yaml or *.yml file is below this folder: point source.path at the folder of the subscriptions, or set policy.allowEmpty (RECONCILER_ALLOW_EMPTY=true) where none are wanted',
        },
      ],
    });
    expect((await validate(...paths)).problems.map(({ file }) => file)).toEqual(paths.slice(1));
    expect(await validatePaths(paths, { substitute: {}, allowEmpty: true })).toMatchObject({ errors: 0, files: 1 });
  });

  it('says of a folder nothing more than why its files are not read', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.YAML': subscription('A') });
    expect((await validate(folder)).problems).toMatchObject([{ rule: 'file-name' }]);
  });

  it('reports a path that is missing among the others', async () => {
    const folder = temporaryFolder();
    write(folder, { 'a.yaml': 'title: A' });
    const { problems, files, unchecked } = await validate(join(folder, 'none'), join(folder, 'a.yaml'));
    expect(problems.map(({ rule }) => rule)).toEqual(['missing-field', 'missing']);
    expect({ files, unchecked }).toEqual({ files: 1, unchecked: 1 });
  });
});
