/**
 * What the OpenAPI schemas of Kubernetes and of the Prometheus operator find wrong with an object, unknown fields
 * included. The schemas come compiled, and pass over fields that they do not know; so it is watched what they look at,
 * and whatever they have not looked at is unknown to them.
 */
interface Model {
  readonly prototype: { validate(): void };
}

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

export async function schemaFaults(object: Typed): Promise<string[]> {
  const model = await modelOf(object);
  const seen = new Set<string>();
  const faults: string[] = [];
  try {
    model.prototype.validate.call(watched(object, '', seen));
  } catch (error) {
    faults.push((error as Error).message);
  }
  return [...faults, ...unseen(object, '', seen).map((path) => `${path} is unknown`)];
}

async function modelOf({ apiVersion, kind }: Typed): Promise<Model> {
  const from = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  const module = (await import(`${from}/${apiVersion}/${kind}`)) as Record<string, Model | undefined>;
  const model = module[kind];
  if (!model) throw new Error(`there is no schema for ${apiVersion} ${kind}`);
  return model;
}

/** The same value to whoever reads it, but each property that is read is noted by its path. */
function watched<T>(value: T, path: string, seen: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const child: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return child;
      const place = `${path}/${key}`;
      seen.add(place);
      return watched(child, place, seen);
    },
  });
}

function unseen(value: unknown, path: string, seen: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const place = `${path}/${key}`;
    return seen.has(place) ? unseen(child, place, seen) : [place];
  });
}
