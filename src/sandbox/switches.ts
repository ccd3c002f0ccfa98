/**
 * How the sandbox behaves where the API's documentation is silent or has two revisions. Defaults, values and help come
 * from one table. Each switch can be set at start (`switches`, `--set`) and while the sandbox runs (`set`, control
 * interface).
 */
import { SandboxInputError } from './input-error.ts';

interface Choice<V extends string | number | boolean> {
  readonly values: readonly V[];
  readonly default: V;
  readonly means: string;
}

interface Amount {
  readonly default: number;
  readonly means: string;
  /** Whether it may be below 0. */
  readonly isSigned?: true;
}

/** The first value is the default. */
const oneOf = <const V extends string | number | boolean>(values: readonly [V, ...V[]], means: string): Choice<V> => ({
  values,
  default: values[0],
  means,
});
const amount = (byDefault: number, means: string): Amount => ({ default: byDefault, means });
const signedAmount = (byDefault: number, means: string): Amount => ({ default: byDefault, means, isSigned: true });

export const SWITCHES = {
  revision: oneOf(
    [2026, 2023],
    'revision of the API reference: categories, delays, exclude_type, limit 0, the test answer',
  ),
  strictTitles: oneOf([false, true], 'refuse titles outside the pattern of 2026 instead of warning in the log'),
  strictUrls: oneOf([false, true], 'refuse http:// and IP addresses for loopback hosts too'),
  patchConfig: oneOf(['merge', 'replace'], 'PATCH with one member of config keeps the other, or resets it'),
  patchType: oneOf(['keep', 'reset'], 'PATCH without type keeps it, or resets it to ALL'),
  patchIgnores: oneOf(
    ['none', 'title', 'url', 'type', 'config', 'enabled'],
    'member that a PATCH leaves as it is although it is answered 200',
  ),
  patchAnswer: oneOf(
    ['object', 'empty', 'no-content'],
    'a PATCH is answered with the object, or 200 without a body, or 204',
  ),
  deleteAnswer: oneOf(['no-content', 'object'], 'a DELETE is answered 204, or 200 with what was deleted'),
  repeatedValues: oneOf(
    ['take', 'refuse'],
    'a PATCH that repeats a title or config as it is, though a rule is against it: taken, or refused by the rules of 2026',
  ),
  unknownMembers: oneOf(['refuse', 'ignore'], 'unknown members of a request body'),
  duplicateTitles: oneOf(['allow', 'refuse'], 'a title that exists already (refused with 409)'),
  duplicateUrls: oneOf(['allow', 'refuse'], 'a url that exists already (refused with 409)'),
  maxSubscriptions: amount(0, 'most subscriptions of a tenant, one more is refused with 422; 0: no limit'),
  listingLagSeconds: amount(0, 'listings show the tenant as it was so many seconds ago'),
  readLagSeconds: amount(0, 'listings and GET by id show the tenant as it was so many seconds ago'),
  replicaLagSeconds: amount(
    0,
    'two replicas answer reads in turn, the second shows the tenant as it was so many seconds ago; 0: there is one',
  ),
  unseenIds: oneOf(
    ['refuse', 'take'],
    'PATCH, DELETE and test of an id that GET by id does not show yet: 404, or carried out',
  ),
  pageBounds: oneOf(['refuse', 'clamp'], 'limit and offset out of range'),
  offsetCounts: oneOf(['items', 'pages'], 'what offset counts'),
  itemsPerPage: amount(0, 'most items of a page, whatever limit asks for; 0: as many as it asks for'),
  ecdsaForm: oneOf(['der', 'der-or-raw'], 'form of ECDSA signatures on requests'),
  nonceReplay: oneOf(['refuse', 'allow'], 'a nonce seen before within the life of its signature'),
  clockToleranceSeconds: amount(10, 'how far `created` may lie ahead'),
  maxSignatureLifetimeSeconds: amount(300, 'longest life of a signature'),
  tokenLifetimeSeconds: amount(1800, 'expires_in of the tokens issued from now on'),
  rateLimit: amount(300, 'requests a second and client, one more is answered 429; 0: no limit'),
  retryAfterSeconds: amount(0, 'Retry-After sent with a 429 of the rate limit; 0: none, as documented'),
  errorBodies: oneOf(['problem', 'html'], 'errors as problem documents, or as HTML like a CDN sends'),
  createAnswer: oneOf(['delivered', 'cut'], 'a create is answered, or carried out and the connection cut'),
  contentEncoding: oneOf(['identity', 'gzip', 'br', 'deflate'], 'how bodies are encoded, whatever the client accepts'),
  bom: oneOf([false, true], 'JSON begins with a byte order mark'),
  dateOffsetSeconds: signedAmount(0, 'how far the Date header is ahead of the clock that signatures are checked by'),
  offClocks: oneOf(['all', 'every-other'], 'which answers dateOffsetSeconds is for: all, or those of one node of two'),
  readScope: oneOf(
    ['either', 'read'],
    'scope of a token that reads: webhooks:read or webhooks:admin, or webhooks:read and no other',
  ),
  vanishAfterSeconds: amount(0, 'what is created over the API vanishes so many seconds later; 0: it stays'),
  removeFailingAfterSeconds: amount(
    0,
    'remove subscriptions whose deliveries failed for so long (the real sandbox: 30 days, 2592000); 0: off',
  ),
  deliveryTimeoutSeconds: amount(10, 'how long a receiver may take to answer a delivery'),
  normalisation: oneOf(
    ['verbatim', 'rewrite'],
    'values come back as sent, or 60s as 1m, type sorted, url in normal form, title composed and trimmed',
  ),
  storedTitles: oneOf(
    ['as-sent', 'lower', 'cut32', 'html', 'dashes', 'nfkc', 'ascii'],
    'titles are kept as sent, in lower case, cut to 32 characters, with &amp; for &, with - for _, in NFKC, or without accents',
  ),
  storedUrls: oneOf(
    ['as-sent', 'slash', 'lower'],
    'urls are kept as sent, with a slash at the end of the path, or in lower case',
  ),
  getSpelling: oneOf(
    ['as-listed', 'other'],
    'GET by id spells values as listings do, or the host in capitals, 60s as 1m and 1m as 60s',
  ),
  idCase: oneOf(
    ['as-made', 'lower', 'upper', 'upper-by-id'],
    'ids in answers; upper-by-id: in capitals everywhere but in listings. In requests either case will do',
  ),
} as const;

type ValueOf<S> = S extends Choice<infer V> ? V : number;
export type SwitchName = keyof typeof SWITCHES;
export type Switches = { readonly [N in SwitchName]: ValueOf<(typeof SWITCHES)[N]> };

const NAMES = Object.keys(SWITCHES) as SwitchName[];

export const defaultSwitches: Switches = Object.fromEntries(
  NAMES.map((name) => [name, SWITCHES[name].default]),
) as Switches;

/** Checks switches given as JSON or on a command line. Throws SandboxInputError. */
export function readSwitches(given: unknown): Partial<Switches> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new SandboxInputError('switches are an object of names and values');
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readSwitch(name, value)]));
}

/** Reads `name=value`, as `--set` takes it. Throws SandboxInputError. */
export function readAssignment(text: string): Partial<Switches> {
  const at = text.indexOf('=');
  if (at < 1) throw new SandboxInputError(`"${text}" is not switch=value`);
  return readSwitches({ [text.slice(0, at)]: text.slice(at + 1) });
}

/** The switches with their values and meanings, for `--help`. */
export function describeSwitches(): string {
  return NAMES.map((name) => {
    const spec = SWITCHES[name];
    const values = 'values' in spec ? spec.values.join('|') : `<number, default ${spec.default}>`;
    return `  ${name}=${values}\n      ${spec.means}`;
  }).join('\n');
}

function readSwitch(name: string, value: unknown): string | number | boolean {
  if (!Object.hasOwn(SWITCHES, name)) {
    throw new SandboxInputError(`there is no switch "${name}": it is one of ${NAMES.join(', ')}`);
  }
  const spec = SWITCHES[name as SwitchName];
  if ('values' in spec) {
    const found = (spec.values as readonly (string | number | boolean)[]).find((v) => String(v) === String(value));
    if (found === undefined) throw new SandboxInputError(`${name} is one of ${spec.values.join(', ')}`);
    return found;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const isSigned = 'isSigned' in spec && spec.isSigned;
  if (typeof number !== 'number' || !Number.isFinite(number) || (number < 0 && !isSigned)) {
    throw new SandboxInputError(`${name} is a number${isSigned ? '' : ' of 0 or more'}`);
  }
  return number;
}
