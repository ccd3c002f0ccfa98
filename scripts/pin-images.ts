/**
 * Pins the images that are not ours: asks their registries what the tags stand for now, and writes the digests behind them
 * in the Dockerfile, the manifests and the chart. `npm run pin-images`, with a network; run it again for newer ones.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PLACES = [
  'Dockerfile',
  'deploy/kubernetes/components/git-sync/deployment.yaml',
  'deploy/helm/webhook-reconciler/values.yaml',
];
/** With a registry: ours have none, whoever builds them says where they go. */
const IMAGE =
  /^(?<before>ARG \w+_IMAGE=| +image: )(?<host>[\w-]+[.:][\w.:-]*)\/(?<path>[\w./-]+):(?<tag>[\w.-]+)(?:@sha256:[0-9a-f]{64})?$/gm;
/** Of an image for several platforms the list of them: its digest is that of all. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join();

const root = process.argv[2] ?? join(import.meta.dirname, '..');
try {
  const pinned = await Promise.all(PLACES.map(async (place) => [place, await pin(read(place))] as const));
  // Only once all are known.
  for (const [place, text] of pinned) writeFileSync(join(root, place), text);
} catch (error) {
  process.stderr.write(`Nothing was pinned: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function pin(text: string): Promise<string> {
  let pinned = text;
  for (const { 0: line, groups } of text.matchAll(IMAGE)) {
    const { before = '', host = '', path = '', tag = '' } = groups ?? {};
    const image = `${host}/${path}:${tag}`;
    const digest = await digestOf(host, path, tag).catch((cause: unknown) => {
      throw new Error(`${image}: ${(cause as Error).message}`, { cause });
    });
    process.stdout.write(`${image}@${digest}\n`);
    pinned = pinned.replace(line, `${before}${image}@${digest}`);
  }
  return pinned;
}

async function digestOf(host: string, path: string, tag: string): Promise<string> {
  const isLoopback = /^(?:127\.0\.0\.1|localhost)(?::|$)/.test(host);
  const registry = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const url = `${isLoopback ? 'http' : 'https'}://${registry}/v2/${path}/manifests/${tag}`;
  let answer = await get(url, {});
  if (answer.status === 401) answer = await get(url, { authorization: `Bearer ${await tokenFor(answer)}` });
  if (!answer.ok) throw new Error(`the registry answered ${answer.status}: check the name and the tag`);
  // Taken from the bytes themselves: what the registry says of them need not be so.
  return `sha256:${createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex')}`;
}

/** Public images as well want a token, one that everybody gets. */
async function tokenFor(refusal: Response): Promise<string> {
  const challenge = refusal.headers.get('www-authenticate') ?? '';
  const { realm, ...query } = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
  if (realm === undefined) throw new Error('the registry asks for credentials in a way that is not known here');
  const answer = await get(`${realm}?${new URLSearchParams(query as Record<string, string>).toString()}`, {});
  const { token } = (await answer.json()) as { token?: string };
  if (token === undefined) throw new Error(`the registry gives no token (${answer.status}): is the image public?`);
  return token;
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  try {
    return await fetch(url, { headers: { accept: ACCEPT, ...headers }, signal: AbortSignal.timeout(30_000) });
  } catch (cause) {
    throw new Error(`${new URL(url).host} cannot be reached`, { cause });
  }
}

function read(place: string): string {
  return readFileSync(join(root, place), 'utf8');
}
