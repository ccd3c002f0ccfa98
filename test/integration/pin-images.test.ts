/** `npm run pin-images`, against a registry on loopback. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
const PLACES = [
  'Dockerfile',
  'deploy/kubernetes/components/git-sync/deployment.yaml',
  'deploy/helm/webhook-reconciler/values.yaml',
];
/** What the registry has for a tag. */
const manifest = (path: string): string => JSON.stringify({ schemaVersion: 2, path });
const digest = (path: string): string => `@sha256:${createHash('sha256').update(manifest(path)).digest('hex')}`;

/** Gives a token to everybody, and what it has to who brings it; it has no image called `gone`. */
const registry = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  if (pathname === '/token') {
    response.end(JSON.stringify({ token: `for ${searchParams.get('scope')}` }));
  } else if (request.headers.authorization !== 'Bearer for pull') {
    const realm = `http://${request.headers.host}/token`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="here",scope="pull"` }).end();
  } else if (pathname.includes('gone')) response.writeHead(404).end();
  else response.end(manifest(pathname));
});
let host = '';
beforeAll(async () => {
  await once(registry.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(() => registry.close());

/** The files of this repository, with their images at the registry on loopback. */
function copied(...replacement: readonly [from: string, to: string] | []): string {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-reconciler-pin-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const place of PLACES) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    cpSync(join(root, place), join(folder, place));
    const [from = '', to = ''] = replacement;
    const text = readFileSync(join(folder, place), 'utf8')
      .replace(/@sha256:[0-9a-f]{64}$/gm, '')
      .replace(/(_IMAGE=| image: )(?:docker\.io|gcr\.io|registry\.k8s\.io)\//g, `$1${host}/`);
    writeFileSync(join(folder, place), text.replace(from, to));
  }
  return folder;
}

async function pin(folder: string): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'scripts/pin-images.ts'), folder], (error, _stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stderr }),
    );
  });
}

it('writes the digest of every image that is not ours behind its tag, and a newer one in its place', async () => {
  const folder = copied();
  for (let time = 0; time < 2; time++) expect(await pin(folder)).toEqual({ code: 0, stderr: '' });

  const texts = PLACES.map((place) => readFileSync(join(folder, place), 'utf8')).join('\n');
  const images = [...texts.matchAll(/(?:_IMAGE=| image: )127[^/]*\/(.+):([\w.-]+)(@.*)$/gm)];
  expect(images.map(([, path]) => path)).toEqual([
    'library/node',
    'distroless/cc-debian13',
    'git-sync/git-sync',
    'git-sync/git-sync',
  ]);
  for (const [, path, tag, pinned] of images) expect(pinned).toBe(digest(`/v2/${path}/manifests/${tag}`));
  expect(texts.match(/@sha256:/g)).toHaveLength(images.length);
});

it('changes nothing where one of them cannot be told', async () => {
  const folder = copied('git-sync/git-sync', 'git-sync/gone');
  const { code, stderr } = await pin(folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^Nothing was pinned: 127\S+git-sync\/gone:v4\S+ the registry answered 404: check the name and the tag\n$/,
  );
  for (const place of PLACES) expect(readFileSync(join(folder, place), 'utf8')).not.toContain('@sha256:');
});
