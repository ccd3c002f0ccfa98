/** A pod as Kubernetes furnishes it: where the API server is, and the service account's folder, rotated by symlink swap. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer } from './api-server.ts';
import { certificate } from './certificates.ts';

export interface Pod extends Disposable {
  readonly env: Readonly<Record<string, string>>;
  /** For the place Kubernetes mounts it at. */
  readonly serviceAccount: string;
  /** Puts another version of its files in place. */
  rotate(files: { readonly token?: string; readonly ca?: string; readonly namespace?: string }): void;
}

export function pod(server: Pick<ApiServer, 'url' | 'port'>, token: string, namespace = 'payments'): Pod {
  const serviceAccount = mkdtempSync(join(tmpdir(), 'service-account-'));
  let version = 0;
  let files: Record<string, string> = { token, ca: certificate('ca').cert, namespace };
  const rotate: Pod['rotate'] = (changed) => {
    files = { ...files, ...changed };
    version += 1;
    const folder = join(serviceAccount, `..${version}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'token'), files['token'] ?? '');
    writeFileSync(join(folder, 'ca.crt'), files['ca'] ?? '');
    writeFileSync(join(folder, 'namespace'), files['namespace'] ?? '');
    symlinkSync(`..${version}`, join(serviceAccount, '..new'));
    renameSync(join(serviceAccount, '..new'), join(serviceAccount, '..data'));
  };
  rotate({});
  for (const name of ['token', 'ca.crt', 'namespace']) symlinkSync(`..data/${name}`, join(serviceAccount, name));
  const host = new URL(server.url).hostname.replace(/^\[|\]$/g, '');
  return {
    env: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: String(server.port) },
    serviceAccount,
    rotate,
    [Symbol.dispose]: () => rmSync(serviceAccount, { recursive: true }),
  };
}
