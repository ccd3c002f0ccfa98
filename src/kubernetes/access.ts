/** How to reach the API server: its address, the trusted authority, and our credentials. */
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { withTimeout } from '../base/async.ts';
import type { Clock } from '../base/clock.ts';
import { isLoopback } from '../base/loopback.ts';
import { Secret } from '../base/secret.ts';
import { CredentialError, credentialFile, type ReadCredential } from '../http/credential-file.ts';
import { KubernetesAccessError } from './errors.ts';
import { type Entry, findEntry, readKubeconfigs } from './kubeconfig.ts';

/** Files are read again when they change. Their content is the same object for as long as it has not changed. */
export interface Access {
  /** The address of the API server, without a slash at the end. */
  readonly server: string;
  /** Where the address comes from, for messages. */
  readonly origin: string;
  /** The namespace of the pod or of the context; undefined where none is named. */
  readonly namespace?: string;
  /** Throws CredentialError. */
  readonly tls: () => Promise<Trust>;
  /** The bearer token. Throws CredentialError. `afresh`: checks its file even if it was checked just before. */
  readonly token?: ReadCredential;
}

/** PEM. */
export interface Trust {
  /** The trusted authority. Without one, the system's authorities count. */
  readonly ca?: Secret;
  readonly cert?: Secret;
  readonly key?: Secret;
  readonly servername?: string;
  /** The certificate of the server is not verified. Only on loopback. */
  readonly isUnverified?: true;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface AccessOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** The folder of the pod's service account. */
  readonly serviceAccount?: string;
}

const READ_DEADLINE_MS = 10_000;
const HANGING = `the credentials for the Kubernetes API could not be read within ${READ_DEADLINE_MS / 1000} s: their file system does not answer`;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Chooses as controller-runtime does: KUBECONFIG where it is set, else the pod's service account, else ~/.kube/config.
 * Throws KubernetesAccessError for every error that can be found at the start.
 */
export async function findAccess(options: AccessOptions): Promise<Access> {
  const { env } = options;
  const inCluster = !env['KUBECONFIG'] && env['KUBERNETES_SERVICE_HOST'];
  const find = async () => {
    const access = inCluster ? podAccess(options) : await kubeconfigAccess(kubeconfigFiles(env), options.clock);
    await Promise.all([access.tls(), access.token?.()]);
    return inCluster ? await inItsNamespace(access, options) : access;
  };
  try {
    return await withTimeout(find(), READ_DEADLINE_MS, () => new KubernetesAccessError(HANGING));
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const advice = inCluster ? ': does the pod have automountServiceAccountToken: true, or the token projected?' : '';
    throw new KubernetesAccessError(`${error.message}${advice}`, { cause: error });
  }
}

function podAccess({ env, clock, serviceAccount = SERVICE_ACCOUNT }: AccessOptions): Access {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const ca = credentialFile(`${serviceAccount}/ca.crt`, "the cluster's authority", clock);
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] || '443'}`,
    origin: "the pod's service account",
    tls: async () => ({ ca: await ca() }),
    token: credentialFile(`${serviceAccount}/token`, "the token of the pod's service account", clock),
  };
}

async function inItsNamespace(access: Access, { clock, serviceAccount = SERVICE_ACCOUNT }: AccessOptions) {
  try {
    const namespace = await credentialFile(`${serviceAccount}/namespace`, 'the namespace of the pod', clock)();
    return { ...access, namespace: namespace.reveal().trim() };
  } catch {
    // The file is optional, because a token that is projected by hand may come without it.
    return access;
  }
}

/** The files that `kubectl` would read, in order. */
function kubeconfigFiles(env: Environment): readonly string[] {
  const given = env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '');
  return given?.length ? given.map((path) => resolve(path)) : [join(env['HOME'] || homedir(), '.kube', 'config')];
}

/** Throws KubernetesAccessError for what is missing or not supported, with what to do instead. */
async function kubeconfigAccess(files: readonly string[], clock: Clock): Promise<Access> {
  const configs = await readKubeconfigs(files);
  const current = configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  if (current === undefined)
    throw new KubernetesAccessError(
      `${files.join(', ')}: no current context is set: choose one with kubectl config use-context`,
    );
  const context = findEntry(configs, 'contexts', current, 'the current context');
  const cluster = findEntry(configs, 'clusters', context.text('cluster'), `the cluster of context "${current}"`);
  const user = context.text('user');
  const as = user === undefined ? undefined : findEntry(configs, 'users', user, `the user of context "${current}"`);
  const server = address(cluster);
  const { hostname } = new URL(server);
  // Some resolvers ask the network for names below `localhost`, which is not safe enough for credentials of a cluster.
  const isHere = isLoopback(hostname) && !hostname.endsWith('.localhost');
  if (server.startsWith('http:') && !isHere) cluster.refuse('server', 'is http://, which is for this machine only');
  if (cluster.flag('insecure-skip-tls-verify') && !isHere)
    cluster.refuse(
      'insecure-skip-tls-verify',
      'would give our credentials to any server that answers: give certificate-authority instead',
    );
  if (cluster.has('proxy-url')) cluster.refuse('proxy-url', 'is not supported here');
  if (as) refuseOthers(as);

  const ca = pem(cluster, 'certificate-authority', clock);
  const cert = as && pem(as, 'client-certificate', clock);
  const key = as && pem(as, 'client-key', clock);
  if (as && (cert === undefined) !== (key === undefined))
    as.refuse(cert ? 'client-certificate' : 'client-key', 'has no effect alone: give certificate and key');
  const token = as && tokenOf(as, clock);
  const servername = cluster.text('tls-server-name');
  const namespace = context.text('namespace');
  return {
    server,
    origin: `${context.file}, context "${current}"`,
    ...(namespace !== undefined && { namespace }),
    ...(token && { token }),
    tls: async () => ({
      ...(ca && { ca: await ca() }),
      ...(cert && { cert: await cert() }),
      ...(key && { key: await key() }),
      ...(servername !== undefined && { servername }),
      ...(cluster.flag('insecure-skip-tls-verify') && { isUnverified: true }),
    }),
  };
}

function address(cluster: Entry): string {
  const given = cluster.text('server') ?? cluster.refuse('server', 'is missing');
  const url = URL.canParse(given) ? new URL(given) : cluster.refuse('server', 'is not an address');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') cluster.refuse('server', 'is not an https:// address');
  if (url.username || url.password) cluster.refuse('server', 'must not contain user and password');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

const INSTEAD = 'give the user a token (kubectl create token), a tokenFile or a client certificate instead';

function refuseOthers(user: Entry): void {
  if (user.has('exec')) user.refuse('exec', `names a program, and none is started here: ${INSTEAD}`);
  if (user.has('auth-provider')) user.refuse('auth-provider', `is not supported: ${INSTEAD}`);
  for (const name of ['username', 'password']) {
    if (user.has(name)) user.refuse(name, `is not supported, and API servers no longer accept it: ${INSTEAD}`);
  }
  for (const name of ['as', 'as-uid', 'as-groups', 'as-user-extra']) {
    if (user.has(name)) user.refuse(name, 'is not supported: give credentials of that user');
  }
}

/** As in client-go, the file takes precedence over the value, because it may rotate. */
function tokenOf(user: Entry, clock: Clock): ReadCredential | undefined {
  const file = user.text('tokenFile');
  if (file !== undefined) return credentialFile(resolve(dirname(user.file), file), user.place('tokenFile'), clock);
  const token = user.text('token');
  return token === undefined ? undefined : constant(token);
}

/** As in client-go, the data take precedence over the file. */
function pem(entry: Entry, name: string, clock: Clock): ReadCredential | undefined {
  const data = entry.text(`${name}-data`);
  if (data !== undefined) {
    const text = Buffer.from(data, 'base64').toString('latin1');
    if (!text.includes('-----BEGIN ')) entry.refuse(`${name}-data`, 'is not PEM in base64');
    return constant(text);
  }
  const file = entry.text(name);
  return file === undefined ? undefined : credentialFile(resolve(dirname(entry.file), file), entry.place(name), clock);
}

function constant(value: string): ReadCredential {
  const secret = new Secret(value);
  return async () => Promise.resolve(secret);
}
