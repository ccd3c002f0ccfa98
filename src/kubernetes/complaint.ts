/** What the API server says about a request it did not carry out, on one line, for a log. */
import { STATUS_CODES } from 'node:http';
import { oneLine } from '../http/one-line.ts';
import { isObject } from '../http/success.ts';
import type { KubernetesAnswer } from './api.ts';

/** `403 Forbidden: leases.coordination.k8s.io "x" is forbidden: …` */
export function complaint({ status, value }: KubernetesAnswer): string {
  const { reason, message } = isObject(value) ? value : {};
  const named = typeof reason === 'string' && reason !== '' ? oneLine(reason, 60) : STATUS_CODES[status];
  const said = typeof message === 'string' && message !== '' ? `: ${oneLine(message, 300)}` : '';
  return `${status}${named ? ` ${named}` : ''}${said}`;
}
