import type { ApiServer } from './api-server.ts';
import { certificate } from './certificates.ts';

/** The content of a kubeconfig for a user by token: how a program outside of a cluster finds the double. */
export function kubeconfig(server: Pick<ApiServer, 'url'>, token: string, namespace = 'payments'): string {
  const ca = Buffer.from(certificate('ca').cert).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'double', cluster: { server: server.url, 'certificate-authority-data': ca } }],
    contexts: [{ name: 'test', context: { cluster: 'double', user: 'reconciler', namespace } }],
    users: [{ name: 'reconciler', user: { token } }],
  });
}
