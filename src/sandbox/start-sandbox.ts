/**
 * An emulator of Upvest's webhook subscriptions on real HTTP, for tests, demos and local development: tokens, message
 * signatures, paging, strict validation, signed deliveries, faults on demand. It shares no code with this project's
 * client, so that each shows the errors of the other. `switches.ts` decides where the API is not documented.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Clients, RateLimit, Tokens } from './api/clients.ts';
import { exchange } from './api/exchange.ts';
import { RequestLog } from './api/request.ts';
import { Store, View } from './api/store.ts';
import { handleControl, isControl } from './control/control.ts';
import { Deliverer } from './deliveries/deliverer.ts';
import { DeliveryKeys } from './deliveries/keys.ts';
import { Faults } from './faults/fault.ts';
import { realSleep } from './faults/wire.ts';
import { SandboxInputError } from './input-error.ts';
import type { Parts } from './parts.ts';
import { RunningSandbox } from './running-sandbox.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { Nonces } from './signature/check.ts';
import { readState, restore, save, StateFile } from './state/state-file.ts';
import { defaultSwitches, readSwitches, type Switches } from './switches.ts';

/** Longer than clients keep idle connections, so that the sandbox never closes one just as it is used. */
const KEEP_ALIVE_MS = 75_000;

/** Resolves when the sandbox listens. Throws SandboxInputError for unusable options and files, and for a taken port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, stateFile, now = Date.now, random = Math.random } = options;
  const { sleep = realSleep } = options;
  const log = options.log ?? (() => undefined);
  let switches: Switches = { ...defaultSwitches, ...readSwitches(options.switches ?? {}) };

  const saved = stateFile === undefined ? undefined : await readState(stateFile);
  const clients = new Clients();
  const store = new Store(now, () => file?.touch(), options.newId);
  const deliveryKeys = await DeliveryKeys.load(saved?.deliveryKeys ?? []);
  const file =
    stateFile === undefined ? undefined : new StateFile(stateFile, () => save(clients, deliveryKeys, store), log);
  if (saved) await restore(saved, clients, store);
  const first =
    clients.all()[0] ??
    (await clients.add({ ...(options.keyType ? { keyType: options.keyType } : {}), ...options.client }));
  const parts: Parts = {
    clients,
    store,
    view: new View(store, () => switches, now),
    deliveryKeys,
    log,
    now,
    sleep,
    tokens: new Tokens(now),
    nonces: new Nonces(),
    rateLimit: new RateLimit(),
    deliverer: new Deliverer(store, deliveryKeys, now, log, () => switches.deliveryTimeoutSeconds),
    switches: () => switches,
  };
  const closing = new AbortController();
  const world = { parts, faults: new Faults(random), requests: new RequestLog(), closing: closing.signal };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const address = await listen(server, host, port);
  const sandbox = new RunningSandbox({
    ...world,
    first,
    url: originOf(address),
    port: address.port,
    changed: () => file?.touch(),
    setSwitches: (some) => {
      switches = { ...switches, ...some };
    },
    stop: async () => {
      closing.abort();
      await parts.deliverer.close();
      await stop(server);
      await file?.flush();
    },
  });
  const onRequest: RequestListener = (request, response) => {
    const handled =
      options.control && isControl(request)
        ? handleControl(request, response, sandbox)
        : exchange(request, response, world);
    // This happens only where a client went away in the middle of its request, so no answer is sent.
    handled.catch((error: unknown) => {
      log('warn', `${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
      response.destroy();
    });
  };
  server.on('request', onRequest);
  server.on('error', (error) => log('error', error.message));
  try {
    if (!saved) sandbox.seed(options.seed ?? []);
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  if (saved) log('info', `${store.list(first.tenant).length} subscriptions from the state file; nothing was seeded`);
  file?.touch();
  await file?.flush();
  if (file?.failure !== undefined) {
    await sandbox.close();
    throw new SandboxInputError(
      `the state file ${stateFile} cannot be written: ${file.failure}. Name another with --state, or leave it out`,
    );
  }
  return sandbox;
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `port ${port} on ${host} is taken: choose another with --port, or 0 for any free one`;
      const said = error.code === 'EADDRINUSE' ? taken : `cannot listen on ${host}:${port}: ${error.message}`;
      reject(new SandboxInputError(said, { cause: error }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve(server.address() as AddressInfo);
    });
  });
}

/** The url of the sandbox. An address that means all interfaces is replaced by a loopback one. */
function originOf({ address, family, port }: AddressInfo): string {
  if (family === 'IPv6') return `http://[${address === '::' ? '::1' : address}]:${port}`;
  return `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
