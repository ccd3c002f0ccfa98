/** Room for the next caller: who holds connections without asking anything must not keep the kubelet's probes out. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Above `limit` connections, the oldest of those on which no answer is due makes way for the new one. */
export function keepRoom(server: Server, limit: number): void {
  /** In order of arrival. */
  const idle = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count++;
    socket.once('close', () => {
      count--;
      idle.delete(socket);
    });
    const [oldest] = idle;
    if (count > limit) (oldest ?? socket).destroy();
    if (!socket.destroyed) idle.add(socket);
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
}
