/**
 * Neighbours that send pipelined requests by the megabyte, or never read large answers, while a probe asks `/livez` as the
 * kubelet does. By hand: `node test/fuzz/neighbours.ts pipelined` or `unread`; prints how many probes were answered.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, portOf } from '../../src/daemon/endpoints/server.ts';
import { endpointsWith } from '../support/endpoints.ts';

const [role = 'pipelined', port = '', attack = ''] = process.argv.slice(2);
const CONNECTIONS = 250;
const PIPELINED_BYTES = 31 * 1024 * 1024;
const LARGE_BYTES = 512 * 1024;
/** Before one that was cut off comes again. */
const REST_MS = 1_000;
const LASTS_MS = 10_000;
/** As in the manifests. */
const PROBE_LIMIT_MS = 1_000;
const PROBE_EVERY_MS = 250;

switch (role) {
  case 'server': {
    const server = await listen(
      '127.0.0.1',
      0,
      endpointsWith({
        status: async () => [Buffer.alloc(LARGE_BYTES, ' ')],
        trigger: () => ({ ended: delay(10, { result: 'converged' }) }),
      }),
    );
    process.send?.(portOf(server));
    break;
  }
  case 'neighbour': {
    const requests = Buffer.from(`GET /${attack === 'pipelined' ? 'livez' : 'status'} HTTP/1.1\r\nhost: a\r\n\r\n`);
    const bytes = attack === 'pipelined' ? Buffer.concat(Array(2_000).fill(requests)) : requests;
    const flood = () => {
      const socket = connect(Number(port), '127.0.0.1');
      if (attack === 'unread') socket.pause();
      else socket.resume();
      let left = attack === 'pipelined' ? Math.ceil(PIPELINED_BYTES / bytes.length) : 1;
      const write = () => {
        while (left > 0 && socket.writable) {
          left--;
          if (!socket.write(bytes)) break;
        }
      };
      socket.on('drain', write).on('error', () => undefined);
      socket.once('connect', write).once('close', () => setTimeout(flood, REST_MS));
    };
    for (let n = 0; n < CONNECTIONS; n++) flood();
    break;
  }
  default: {
    const start = (...args: string[]) => fork(import.meta.filename, args, { stdio: 'inherit' });
    const server = start('server');
    const at = await new Promise<number>((resolve) => server.once('message', (message) => resolve(Number(message))));
    const neighbour = start('neighbour', String(at), role);
    const took: number[] = [];
    let failed = 0;
    const until = performance.now() + LASTS_MS;
    while (performance.now() < until) {
      const begun = performance.now();
      const probe = fetch(`http://127.0.0.1:${at}/livez`, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(PROBE_LIMIT_MS),
      });
      await probe
        .then(async (answer) => answer.text())
        .then(
          () => took.push(performance.now() - begun),
          () => failed++,
        );
      await delay(PROBE_EVERY_MS);
    }
    took.sort((a, b) => a - b);
    const at99 = Math.round(took.at(Math.floor(took.length * 0.99)) ?? Number.NaN);
    process.stdout.write(
      `${role}: ${took.length} probes answered, the slowest of 99 % in ${at99} ms; ${failed} failed\n`,
    );
    neighbour.kill();
    server.kill();
  }
}
