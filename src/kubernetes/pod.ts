/** The pod we run in, as Events name it. */
import { hostname } from 'node:os';
import type { Environment } from './access.ts';

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  /** Known by the downward API alone. Without it, `kubectl describe pod` does not find the Events; `kubectl get events` does. */
  readonly uid?: string;
  readonly node?: string;
}

/** By the downward API where POD_NAME, POD_NAMESPACE and POD_UID are set; else a pod's host name is its own name. */
export function thisPod(env: Environment, namespace = 'default'): Pod {
  return {
    name: env['POD_NAME'] || hostname(),
    namespace: env['POD_NAMESPACE'] || namespace,
    ...(env['POD_UID'] && { uid: env['POD_UID'] }),
    ...(env['NODE_NAME'] && { node: env['NODE_NAME'] }),
  };
}
