/**
 * The control interface: what the handle of `startSandbox` offers, over HTTP, for tests in other languages and for
 * experiments with curl. It needs the option `control`, answers only this machine, and takes unsigned JSON.
 * `GET /-/control/` lists its calls. `?tenant=` chooses another tenant than the first client's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientSpec } from '../api/clients.ts';
import { type Incoming, readIncoming } from '../api/request.ts';
import type { EventToDeliver } from '../deliveries/deliverer.ts';
import { readFault } from '../faults/read-fault.ts';
import { isLoopback, SandboxInputError } from '../input-error.ts';
import type { Sandbox } from '../sandbox.ts';
import { readEdit, readSeed } from '../state/seed.ts';
import { readSwitches } from '../switches.ts';

const CONTROL_PATH = '/-/control';

interface ControlCall {
  readonly sandbox: Sandbox;
  /** The JSON of the body; undefined where there was none. */
  readonly body: unknown;
  /** The id or title in the path, decoded; else empty. */
  readonly name: string;
  readonly tenant: string | undefined;
}

/** The answer as JSON; undefined is answered as 204. */
type ControlAction = (call: ControlCall) => unknown;

const ACTIONS: Readonly<Record<string, ControlAction>> = {
  'GET ': () => ({ calls: Object.keys(ACTIONS).map((call) => call.replace(' ', ` ${CONTROL_PATH}/`)) }),
  'GET subscriptions': ({ sandbox, tenant }) => sandbox.subscriptions(tenant),
  'POST subscriptions': ({ sandbox, body, tenant }) => sandbox.seed(readSeed(body), tenant),
  'PATCH subscriptions/{}': ({ sandbox, body, name, tenant }) => sandbox.edit(name, readEdit(body), tenant),
  'DELETE subscriptions/{}': ({ sandbox, name, tenant }) => sandbox.remove(name, tenant),
  'GET requests': ({ sandbox }) => sandbox.requests,
  'DELETE requests': ({ sandbox }) => sandbox.forget(),
  'GET history': ({ sandbox }) => sandbox.history,
  'DELETE history': ({ sandbox }) => sandbox.forget(),
  'GET faults': ({ sandbox }) => sandbox.faults,
  'POST faults': ({ sandbox, body }) => ({ id: sandbox.fault(readFault(body)) }),
  'DELETE faults': ({ sandbox }) => sandbox.clearFaults(),
  'DELETE faults/{}': ({ sandbox, name }) => sandbox.clearFaults(name),
  'GET switches': ({ sandbox }) => sandbox.switches,
  'PATCH switches': ({ sandbox, body }) => {
    sandbox.set(readSwitches(body));
    return sandbox.switches;
  },
  'POST deliver': ({ sandbox, body, tenant }) => sandbox.deliver(readEvent(body), tenant),
  'POST keys/rotate': async ({ sandbox, body }) => ({ kid: await sandbox.rotateDeliveryKeys(readKeepOld(body)) }),
  'POST tokens/expire': ({ sandbox }) => sandbox.expireTokens(),
  'POST clients': ({ sandbox, body }) => sandbox.addClient(readClientSpec(body)),
};

export function isControl(request: IncomingMessage): boolean {
  const path = request.url?.split('?')[0] ?? '';
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}

export async function handleControl(
  request: IncomingMessage,
  response: ServerResponse,
  sandbox: Sandbox,
): Promise<void> {
  const incoming = await readIncoming(request);
  const [status, value] = isFromHere(request)
    ? await run(incoming, sandbox)
    : [403, { error: 'from this machine only' }];
  const text = value === undefined ? '' : `${JSON.stringify(value, null, 2)}\n`;
  response.writeHead(status, value === undefined ? {} : { 'content-type': 'application/json' }).end(text);
}

async function run(incoming: Incoming, sandbox: Sandbox): Promise<readonly [status: number, value: unknown]> {
  const [collection = '', name = '', ...rest] = incoming.path.slice(CONTROL_PATH.length + 1).split('/');
  const call = { sandbox, name: decode(name), tenant: tenantOf(incoming.query) };
  const action =
    ACTIONS[`${incoming.method} ${collection}${name ? `/${name}` : ''}`] ??
    ACTIONS[`${incoming.method} ${collection}${name ? '/{}' : ''}`];
  if (!action || rest.length > 0)
    return [404, { error: `there is no ${incoming.method} ${incoming.path}: see GET ${CONTROL_PATH}/` }];
  try {
    const value = await action({ ...call, body: readBody(incoming) });
    return [value === undefined ? 204 : 200, value];
  } catch (error) {
    if (error instanceof SandboxInputError) return [400, { error: error.message }];
    return [500, { error: error instanceof Error ? error.message : String(error) }];
  }
}

/** Only JSON is accepted: a web page cannot make a browser send it without a preflight, which is not answered. */
function readBody(incoming: Incoming): unknown {
  if (incoming.tooLarge) throw new SandboxInputError('the body is too large');
  if (incoming.body.length === 0) return undefined;
  if (!/^application\/json\b/.test(incoming.header('content-type') ?? '')) {
    throw new SandboxInputError('send JSON, with content-type: application/json');
  }
  try {
    return JSON.parse(incoming.body.toString('utf8'));
  } catch (error) {
    throw new SandboxInputError(`the body is not JSON: ${(error as Error).message}`);
  }
}

/** Host and origin must be local too: a web page whose DNS name leads to this machine has others (DNS rebinding). */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const named = [`http://${headers.host ?? ''}`, ...(headers.origin === undefined ? [] : [headers.origin])];
  return (
    isLoopback(socket.remoteAddress ?? '') &&
    named.every((url) => URL.canParse(url) && isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, '')))
  );
}

function tenantOf(query: string | undefined): string | undefined {
  return new URLSearchParams(query).get('tenant') ?? undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readEvent(given: unknown): EventToDeliver {
  const { type, object, webhookId } = members(given, ['type', 'object', 'webhookId']);
  if (typeof type !== 'string' || !/^[A-Z][A-Z0-9_]*\.[A-Z][A-Z0-9_]*$/.test(type)) {
    throw new SandboxInputError('type is needed: CATEGORY.ACTION, e.g. "ORDER.FILLED"');
  }
  if (object !== undefined && (typeof object !== 'object' || object === null || Array.isArray(object))) {
    throw new SandboxInputError('object is a JSON object');
  }
  if (webhookId !== undefined && typeof webhookId !== 'string') throw new SandboxInputError('webhookId is a string');
  return {
    type,
    ...(object ? { object: object as Record<string, unknown> } : {}),
    ...(webhookId === undefined ? {} : { webhookId }),
  };
}

function readKeepOld(given: unknown): boolean {
  const { keepOld = true } = members(given, ['keepOld']);
  if (typeof keepOld !== 'boolean') throw new SandboxInputError('keepOld is true or false');
  return keepOld;
}

function readClientSpec(given: unknown): ClientSpec {
  const texts = ['clientId', 'clientSecret', 'keyId', 'publicKeyPem', 'tenant', 'keyType'];
  const spec = members(given, ['scopes', ...texts]);
  const { scopes, keyType } = spec;
  for (const name of texts) {
    if (spec[name] !== undefined && (typeof spec[name] !== 'string' || spec[name] === '')) {
      throw new SandboxInputError(`${name} is a string`);
    }
  }
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string'))) {
    throw new SandboxInputError('scopes is a list of strings, e.g. ["webhooks:read"]');
  }
  if (keyType !== undefined && keyType !== 'p521' && keyType !== 'ed25519') {
    throw new SandboxInputError('keyType is p521 or ed25519');
  }
  return spec;
}

function members(given: unknown, allowed: readonly string[]): Record<string, unknown> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new SandboxInputError('send an object');
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw new SandboxInputError(`${unknown} is not one of ${allowed.join(', ')}`);
  return given as Record<string, unknown>;
}
