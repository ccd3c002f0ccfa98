/** Reads the smaller JSON bodies of the control interface. All throw SandboxInputError. */
import type { ClientSpec } from './clients.ts';
import type { EventToDeliver } from './courier.ts';
import { SandboxInputError } from './input-error.ts';

export function readEvent(given: unknown): EventToDeliver {
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

export function readKeepOld(given: unknown): boolean {
  const { keepOld = true } = members(given, ['keepOld']);
  if (typeof keepOld !== 'boolean') throw new SandboxInputError('keepOld is true or false');
  return keepOld;
}

export function readClientSpec(given: unknown): ClientSpec {
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
  if (unknown !== undefined) throw new SandboxInputError(`${unknown} is none of ${allowed.join(', ')}`);
  return given as Record<string, unknown>;
}
