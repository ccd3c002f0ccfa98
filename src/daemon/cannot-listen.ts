/** Why an address cannot be listened on, and what to do. */
export function cannotListen(error: unknown, { host, port }: { readonly host: string; readonly port: number }): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${host}:${port} is taken by another process: set server.port, RECONCILER_PORT or --port to a free one`;
  if (code === 'EACCES') return `not allowed to listen on ${host}:${port}: choose a port above 1023`;
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: set server.host or RECONCILER_HOST`;
  return message;
}
