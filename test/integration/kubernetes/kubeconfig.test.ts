import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAccess } from '../../../src/kubernetes/access.ts';
import { kubernetesApi } from '../../../src/kubernetes/api.ts';
import { ApiServer, type ApiServerOptions } from '../../support/kubernetes/api-server.ts';
import { certificate, type CertificateName } from '../../support/kubernetes/certificates.ts';
import { SkippingClock } from '../upvest/connect.ts';

const GET = { method: 'GET', path: '/api/v1/namespaces/payments/events', timeoutMs: 30_000 } as const;

let folder: string;
let clock: SkippingClock;
const after: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  clock = new SkippingClock();
});
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const data = (name: CertificateName, part: 'cert' | 'key') =>
  Buffer.from(certificate(name)[part] ?? '').toString('base64');

/** A kubeconfig as `kubectl config view --raw -o json` writes it; JSON is YAML. */
function kubeconfig(cluster: object, user: object, rest: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dev',
    clusters: [{ name: 'the cluster', cluster }],
    contexts: [{ name: 'dev', context: { cluster: 'the cluster', user: 'me', namespace: 'payments' } }],
    users: [{ name: 'me', user }],
    ...rest,
  });
}

async function start(options?: ApiServerOptions): Promise<ApiServer> {
  const server = await ApiServer.start(options);
  after.push(() => server[Symbol.asyncDispose]());
  server.admit('token-1', 'bob');
  return server;
}

async function access(KUBECONFIG: string) {
  return await findAccess({ env: { KUBECONFIG }, clock });
}

/** The user that the server sees. */
async function userAt(server: ApiServer, path: string): Promise<string | undefined> {
  const api = kubernetesApi(await access(path), clock);
  after.push(() => api.close());
  expect((await api.request(GET)).status).toBe(200);
  return server.arrivals.at(-1)?.user;
}

const TRUSTED = { 'certificate-authority-data': data('ca', 'cert') };

describe('out of a cluster, the current context of the kubeconfig gives', () => {
  it('a user with a token', async () => {
    const server = await start();
    const path = file('config', kubeconfig({ server: server.url, ...TRUSTED }, { token: 'token-1' }));
    expect(await access(path)).toMatchObject({ namespace: 'payments', origin: `${path}, context "dev"` });
    expect(await userAt(server, path)).toBe('bob');
  });

  it('a user with a client certificate, in the file or in files beside it', async () => {
    const server = await start();
    const user = {
      'client-certificate-data': data('client', 'cert'),
      'client-key-data': data('client', 'key'),
    };
    expect(await userAt(server, file('a', kubeconfig({ server: server.url, ...TRUSTED }, user)))).toBe('alice');
    file('ca.crt', certificate('ca').cert);
    file('me.crt', certificate('client').cert);
    file('me.key', certificate('client').key ?? '');
    const beside = kubeconfig(
      { server: server.url, 'certificate-authority': 'ca.crt' },
      { 'client-certificate': 'me.crt', 'client-key': 'me.key' },
    );
    expect(await userAt(server, file('b', beside))).toBe('alice');
  });

  it('a user with a token in a file, which is read again when it changes', async () => {
    const server = await start();
    file('token', 'token-1\n');
    const path = file('config', kubeconfig({ server: server.url, ...TRUSTED }, { tokenFile: 'token', token: 'old' }));
    const api = kubernetesApi(await access(path), clock);
    after.push(() => api.close());
    expect((await api.request(GET)).status).toBe(200);
    server.admit('token-two', 'bob');
    server.revoke('token-1');
    file('token', 'token-two\n');
    expect((await api.request(GET)).status).toBe(200);
  });

  it('a server with another name in its certificate, and one below a path', async () => {
    const server = await start({ tls: 'named-server' });
    const cluster = { server: server.url, ...TRUSTED, 'tls-server-name': 'kubernetes.default.svc' };
    expect(await userAt(server, file('config', kubeconfig(cluster, { token: 'token-1' })))).toBe('bob');
    const below = file(
      'below',
      kubeconfig({ ...cluster, server: `${server.url}/k8s/clusters/c-1/` }, { token: 'token-1' }),
    );
    const api = kubernetesApi(await access(below), clock);
    after.push(() => api.close());
    await api.request(GET);
    expect(server.arrivals.at(-1)?.path).toBe(`/k8s/clusters/c-1${GET.path}`);
  });

  it('a server on this machine over http:// or unverified, and no other', async () => {
    const plain = await start({ tls: false });
    expect(await userAt(plain, file('a', kubeconfig({ server: plain.url }, { token: 'token-1' })))).toBe('bob');
    const secure = await start({ tls: 'other-server' });
    const unverified = { server: secure.url, 'insecure-skip-tls-verify': true };
    expect(await userAt(secure, file('b', kubeconfig(unverified, { token: 'token-1' })))).toBe('bob');
  });

  it('the entries of several files, of which the first of each name counts', async () => {
    const server = await start();
    const one = file(
      'one',
      JSON.stringify({ 'current-context': 'dev', users: [{ name: 'me', user: { token: 'token-1' } }] }),
    );
    const two = file(
      'two',
      kubeconfig({ server: server.url, ...TRUSTED }, { token: 'wrong' }, { 'current-context': 'prod' }),
    );
    expect(await userAt(server, ['', join(folder, 'missing'), one, two].join(delimiter))).toBe('bob');
  });

  it('the entries of ~/.kube/config where nothing is set', async () => {
    await expect(findAccess({ env: { HOME: folder }, clock })).rejects.toThrow(
      `no access to a Kubernetes API: KUBERNETES_SERVICE_HOST is not set, as it is in every pod, and there is no kubeconfig at ${join(folder, '.kube', 'config')}`,
    );
  });
});

const SERVER = { server: 'https://cluster.test:6443' };
const TOKEN = { token: 'canary-token' };

describe('a kubeconfig with an error is refused with place, reason and fix:', () => {
  it.each<[string, string, RegExp]>([
    [
      'exec',
      kubeconfig(SERVER, { exec: { command: 'aws' } }),
      /:1:\d+ exec names a program, and none is started here: give the user a token \(kubectl create token\)/,
    ],
    [
      'an auth provider',
      kubeconfig(SERVER, { 'auth-provider': { name: 'gcp' } }),
      /auth-provider is not supported: give/,
    ],
    ['a password', kubeconfig(SERVER, { username: 'me', password: 'canary-password' }), /username is not supported/],
    ['another user’s name', kubeconfig(SERVER, { ...TOKEN, as: 'admin' }), /as is not supported/],
    [
      'http',
      kubeconfig({ server: 'http://cluster.test' }, TOKEN),
      /server is http:\/\/, which is for this machine only/,
    ],
    [
      'http to a name below localhost',
      kubeconfig({ server: 'http://cluster.localhost' }, TOKEN),
      /server is http:\/\/, which is for this machine only/,
    ],
    [
      'no verification',
      kubeconfig({ ...SERVER, 'insecure-skip-tls-verify': true }, TOKEN),
      /insecure-skip-tls-verify would give our credentials to any server that answers/,
    ],
    ['a proxy', kubeconfig({ ...SERVER, 'proxy-url': 'http://proxy.test' }, TOKEN), /proxy-url is not supported/],
    ['no server', kubeconfig({}, TOKEN), /server is missing/],
    [
      'a server without https://',
      kubeconfig({ server: 'cluster.test:6443' }, TOKEN),
      /server is not an https:\/\/ address/,
    ],
    [
      'a certificate without its key',
      kubeconfig(SERVER, { 'client-certificate-data': data('client', 'cert') }),
      /client-certificate has no effect alone/,
    ],
    [
      'data that is none',
      kubeconfig({ ...SERVER, 'certificate-authority-data': 'canary-token' }, TOKEN),
      /certificate-authority-data is not PEM in base64/,
    ],
    ['a token that is not text', kubeconfig(SERVER, { token: 12345 }), /token is not text/],
    [
      'a missing file',
      kubeconfig({ ...SERVER, 'certificate-authority': 'gone.crt' }, TOKEN),
      /certificate-authority: .*gone\.crt does not exist/,
    ],
    [
      'no current context',
      kubeconfig(SERVER, TOKEN, { 'current-context': '' }),
      /no current context is set: choose one with kubectl config use-context/,
    ],
    [
      'a context that is not there',
      kubeconfig(SERVER, TOKEN, { 'current-context': 'prod' }),
      /the current context is "prod", and there is none of that name/,
    ],
    [
      'a user that is not there',
      kubeconfig(SERVER, TOKEN, { users: null }),
      /the user of context "dev" is "me", and there is none/,
    ],
    ['no YAML', 'users:\n- {token: canary-token', /:\d+:\d+ cannot be understood as YAML or JSON/],
    ['a list', '[]', /is not a kubeconfig/],
  ])('%s', async (_what, content, message) => {
    const path = file('config', content);
    const error = (await access(path).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ name: 'KubernetesAccessError', message: expect.stringMatching(message) });
    expect(error.message).toContain(folder);
    expect(error.message).not.toContain('canary');
  });

  it('a file that is too large, or never ends', async () => {
    const message = /is larger than 4 MiB: that is not a kubeconfig/;
    await expect(access(file('config', '#'.repeat(4 * 1024 * 1024 + 1)))).rejects.toThrow(message);
    await expect(access('/dev/zero')).rejects.toThrow(message);
  });

  it('a folder', async () => {
    await expect(access(folder)).rejects.toThrow(`${folder} cannot be read (EISDIR)`);
  });
});
