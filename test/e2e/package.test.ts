/** What `npm ci` leaves behind, as a user of the package meets it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const root = join(import.meta.dirname, '../..');
const { version, engines, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
};

describe('the built package', () => {
  it('runs as a command from any folder', async () => {
    expect(await program(['--version'], {}, '/')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('says in one line what it needs where Node is too old', async () => {
    const wanted = engines.node.replace('>=', '');
    const [major = 0, minor = 0] = wanted.split('.').map(Number);
    const pretend = (old: string) =>
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${old}' } })`;
    const withNode = async (old: string) =>
      program(['--version'], { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(pretend(old))}"` });
    for (const enough of [`${wanted}.0`, `${major + 1}.0.0`]) {
      expect(await withNode(enough)).toMatchObject({ code: 0, stderr: '' });
    }
    for (const old of [`${major}.${minor - 1}.9`, `${major - 1}.99.0`]) {
      expect(await withNode(old)).toEqual({
        code: 1,
        stdout: '',
        stderr: `webhook-reconciler needs Node.js ${wanted} or newer; this is ${old}. A clone brings its own: npx webhook-reconciler, or node_modules/.bin/node.\n`,
      });
    }
  });

  it.each(['run', 'plan', 'apply', 'validate', 'test', 'keys', 'config', 'schema', 'sandbox', 'demo'])(
    'has help with an example for %s',
    async (command) => {
      const { code, stdout } = await program([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Example:\n  webhook-reconciler ${command}`);
      expect(stdout).toContain('Exit status:');
    },
  );

  it('can be imported as a library, with a sandbox for tests of other programs', () => {
    const script = `
      import { startSandbox, createClient, Secret } from 'webhook-reconciler';
      const sandbox = await startSandbox({ seed: [{ title: 'Orders', url: 'https://hooks.example.com/' }] });
      console.log(sandbox.subscriptions()[0].title, typeof createClient, String(new Secret('x')));
      await sandbox.close();
    `;
    // A package may import itself by name.
    const stdout = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('Orders function [secret]\n');
  });

  it('keeps the licences of what is bundled', () => {
    const licences = readFileSync(join(root, 'dist/THIRD-PARTY-LICENCES.txt'), 'utf8');
    const named = new Set([...licences.matchAll(/^(\S+) \d\S* \(/gm)].map(([, name]) => name));
    const used = Object.keys(dependencies);
    expect(used.filter((name) => !named.has(name))).toEqual([]);
    expect(licences).not.toContain('no licence file');
  });
});
