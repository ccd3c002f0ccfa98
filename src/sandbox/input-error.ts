/** What a user of the sandbox gave it that it cannot use: a switch, a fault, a seed. The message says which and what to write instead. */
export class SandboxInputError extends Error {
  override readonly name = 'SandboxInputError';
}

/** What the sandbox has to say about itself and the requests it gets: one line each, never a secret. */
type LogLevel = 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string) => void;

/** Whether a host name or address leads back to this machine only. IPv6 without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
