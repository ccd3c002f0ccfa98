/** How to reach the API server: where it is, whom to trust, who we are. */
import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secret.ts';
import { CredentialError } from '../http/credential-error.ts';
import { credentialFile, type ReadCredential } from '../http/credential-file.ts';
import { inTime } from '../in-time.ts';
import { KubernetesAccessError } from './errors.ts';
import { kubeconfigAccess, kubeconfigFiles } from './kubeconfig-access.ts';

/** Files are read again when they change; what is in them is the same object for as long as it is the same. */
export interface Access {
  /** Address of the API server, without a slash at the end. */
  readonly server: string;
  /** Where this was learnt, for people. */
  readonly origin: string;
  /** The namespace we live in, or that of the context; undefined where none is named. */
  readonly namespace?: string;
  /** Throws CredentialError. */
  readonly tls: () => Promise<Trust>;
  /** The bearer token. Throws CredentialError. `afresh`: looks at its file, however lately it has. */
  readonly token?: ReadCredential;
}

/** PEM. */
export interface Trust {
  /** Without it the system's authorities count. */
  readonly ca?: Secret;
  readonly cert?: Secret;
  readonly key?: Secret;
  readonly servername?: string;
  /** On loopback alone. */
  readonly isUnverified?: true;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface AccessOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** Where pods find who they are. */
  readonly serviceAccount?: string;
}

const READ_DEADLINE_MS = 10_000;
const HANGING = `the credentials for the Kubernetes API could not be read within ${READ_DEADLINE_MS / 1000} s: their file system does not answer`;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * As controller-runtime does: KUBECONFIG where somebody has set it, else the pod's service account, else ~/.kube/config.
 * Everything that can be told at the start is: throws KubernetesAccessError.
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
    return await inTime(find(), READ_DEADLINE_MS, () => new KubernetesAccessError(HANGING));
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
    // A token projected by hand may come without it.
    return access;
  }
}
