/** What may lie in a folder beside files, and what names may be made of. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validatePaths } from '../../../src/desired/validate.ts';
import { subscription, temporaryFolder, write } from './folder.ts';
import { load, refusal } from './load.ts';

const reported = async (folder: string) => {
  const { desired, problems } = await load(folder);
  expect(desired.map(({ title }) => title)).toEqual(['A']);
  return problems.map(({ file, rule }) => [file, rule]);
};

function folderWithA(): string {
  const folder = temporaryFolder();
  write(folder, { 'a.yaml': subscription('A') });
  return folder;
}

describe('beside the files of a checkout', () => {
  it('what git keeps for itself is not read through a link, however deep it lies', async () => {
    const folder = folderWithA();
    mkdirSync(join(folder, 'nested', '.git'), { recursive: true });
    writeFileSync(join(folder, 'nested', '.git', 'config'), 'S3CR3T');
    symlinkSync(join('nested', '.git', 'config'), join(folder, 'b.yaml'));
    expect(await reported(folder)).toEqual([['b.yaml', 'link-outside']]);
  });

  it('a link that leads out says neither where to nor whether anything is there', async () => {
    const folder = folderWithA();
    const outside = temporaryFolder();
    write(outside, { 'there.yaml': 'S3CR3T' });
    symlinkSync(outside, join(outside, 'R3AL'));
    for (const name of ['there', 'missing'])
      symlinkSync(join(outside, 'R3AL', `${name}.yaml`), join(folder, `${name}.yaml`));
    symlinkSync(join(outside, 'there.yaml', 'below'), join(folder, 'below.yaml'));
    const { problems } = await load(folder);
    expect(problems.map(({ file }) => file)).toEqual(['below.yaml', 'missing.yaml', 'there.yaml']);
    expect(new Set(problems.map(({ rule, message }) => `${rule}: ${message}`))).toEqual(
      new Set(['link-outside: this link leads out of the checkout: replace it by the file itself']),
    );
  });

  it('devices are refused, whether a link leads to them or they lie there themselves', async () => {
    const folder = folderWithA();
    for (const name of ['zero', 'full', 'tty', 'stdin']) symlinkSync(`/dev/${name}`, join(folder, `${name}.yaml`));
    symlinkSync('/dev', join(folder, 'devices'));
    const problems = await reported(folder);
    // In the order of their names.
    expect(problems.map(([file]) => file)).toEqual(['devices', 'full.yaml', 'stdin.yaml', 'tty.yaml', 'zero.yaml']);
    for (const [, rule] of problems) expect(rule).toBeOneOf(['link-outside', 'broken-link']);
    expect(await refusal('/dev/zero')).toMatch(/^refused: .* is neither a folder nor a file/);
  });

  it('a device is not a file', async ({ skip }) => {
    const folder = folderWithA();
    try {
      execFileSync('mknod', [join(folder, 'zero.yaml'), 'c', '1', '5'], { stdio: 'ignore' });
    } catch {
      skip('only root may make a device, and not everywhere');
    }
    expect(await reported(folder)).toEqual([['zero.yaml', 'not-a-file']]);
  });

  it('nor is a socket, or a link to one', async () => {
    const folder = folderWithA();
    const server = createServer().listen(join(folder, 's.yaml'));
    await once(server, 'listening');
    symlinkSync('s.yaml', join(folder, 'link.yaml'));
    expect(await reported(folder)).toEqual([
      ['link.yaml', 'not-a-file'],
      ['s.yaml', 'not-a-file'],
    ]);
    server.close();
  });

  it('links in a circle, and a thousand folders in each other, come to an end', async () => {
    const folder = folderWithA();
    symlinkSync('c2.yaml', join(folder, 'c1.yaml'));
    symlinkSync('c1.yaml', join(folder, 'c2.yaml'));
    symlinkSync('.', join(folder, 'here'));
    mkdirSync(join(folder, 'd/'.repeat(500)), { recursive: true });
    symlinkSync('../..', join(folder, 'd/d/up'));
    expect(await reported(folder)).toEqual([
      ['c1.yaml', 'broken-link'],
      ['c2.yaml', 'broken-link'],
    ]);
  });

  it('of very many links a thousand are reported', async () => {
    const folder = folderWithA();
    for (let n = 0; n < 1_500; n++) symlinkSync('nowhere', join(folder, `${n}.yaml`));
    const { problems, errors } = await load(folder);
    expect([problems.length, errors]).toEqual([1_001, 1_500]);
  });
});

describe('names', () => {
  it('may hold anything that is text', async () => {
    const folder = temporaryFolder();
    const name = `a\n\u001b[2J\u202e${'x'.repeat(200)}.yaml`;
    write(folder, { [`b\nb/${name}`]: 'titel: 1' });
    const { problems, files } = await validatePaths([folder], { substitute: {} });
    expect(files).toBe(1);
    expect(problems[0]?.file).toBe(join(folder, `b\nb/${name}`));
  });

  // Other systems do not allow such names.
  it.runIf(platform() === 'linux')('that are not text are refused, for files, folders and links', async () => {
    const folder = folderWithA();
    const bad = (text: string) => Buffer.from(join(folder, text), 'latin1');
    writeFileSync(bad('file\xff.yaml'), subscription('B'));
    writeFileSync(bad('other\xff.txt'), '');
    mkdirSync(bad('folder\xff'));
    symlinkSync('a.yaml', bad('link\xff'));
    mkdirSync(join(folder, 'socket'));
    const server = createServer().listen(join(folder, 'socket/s.yaml'));
    await once(server, 'listening');
    renameSync(join(folder, 'socket/s.yaml'), bad('socket\xff.yaml'));
    expect(await reported(folder)).toEqual(
      ['file\ufffd.yaml', 'folder\ufffd', 'link\ufffd', 'socket\ufffd.yaml'].map((name) => [name, 'file-name']),
    );
    server.close();
    for (const name of ['file\xff.yaml', 'folder\xff', 'link\xff', 'socket\xff.yaml']) {
      rmSync(bad(name), { recursive: true });
    }
  });
});
