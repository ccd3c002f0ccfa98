/** What the API server says about a request it did not carry out, on one line, for a log. */
import { STATUS_CODES } from 'node:http';
import { oneLine } from '../http/one-line.ts';
import { isObject } from '../http/success.ts';
import type { KubernetesAnswer } from './api.ts';

/**
 * An API server that has just started knows neither tokens nor rights for a moment: what is answered so is to be tried once
 * more before anybody is told what to do about it.
 */
export function isDenied({ status }: KubernetesAnswer): boolean {
  return status === 401 || status === 403;
}

/** What to do about a denial; empty for what is none. `grant`: for somebody whose token is accepted. */
export function adviceFor({ status }: KubernetesAnswer, grant: string): string {
  if (status === 403) return `. Grant ${grant}`;
  if (status !== 401) return '';
  return '. The token, or client certificate, is not accepted: is it of this cluster, and has it not expired or been revoked?';
}

/** `403 Forbidden: leases.coordination.k8s.io "x" is forbidden: …` */
export function complaint({ status, value }: KubernetesAnswer): string {
  const { reason, message } = isObject(value) ? value : {};
  const named = typeof reason === 'string' && reason !== '' ? oneLine(reason, 60) : STATUS_CODES[status];
  const said = typeof message === 'string' && message !== '' ? `: ${oneLine(message, 300)}` : '';
  return `${status}${named ? ` ${named}` : ''}${said}`;
}
