/**
 * An input that the sandbox cannot use: a switch, a fault, a seed. The message says which, and what to write instead.
 */
export class SandboxInputError extends Error {
  override readonly name = 'SandboxInputError';
}

type LogLevel = 'info' | 'warn' | 'error';
/** The log of the sandbox: one line per event or request, never with a secret. */
export type Log = (level: LogLevel, message: string) => void;

/** Whether a host name or address is a loopback one. IPv6 is written without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
