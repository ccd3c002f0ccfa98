/** Holds what was done to the tenant against who held the lease at the time: two logs by one clock. */
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { ApiServer, Write } from '../support/kubernetes/api-server.ts';
import type { KubernetesObject } from '../support/kubernetes/objects.ts';

export interface Witness {
  readonly sandbox: Sandbox;
  readonly server: ApiServer;
  /** Client id → the one process that has it. */
  readonly clients: ReadonlyMap<string, string>;
}

/** From when one process was given the lease until another one was: nobody else may act. */
interface Span {
  readonly user: string;
  readonly from: number;
  readonly to: number;
}

export interface Testimony {
  readonly handovers: number;
  /** Changes carried out, and requests for any that came. */
  readonly changes: number;
  readonly requests: number;
  /** Spans in which something was changed. */
  readonly busySpans: number;
  readonly violations: readonly string[];
}

export function testify({ sandbox, server, clients }: Witness): Testimony {
  const spans = spansOf(server.writes);
  const busy = new Set<Span>();
  const violations: string[] = [];
  const judge = (what: string, clientId: string, at: number) => {
    const user = clients.get(clientId);
    if (user === undefined) return false;
    const span = spans.find(({ from, to }) => from <= at && at < to);
    if (span?.user === user) busy.add(span);
    // Within the same millisecond the order is not known.
    else if (!spans.some((other) => other.user === user && other.from <= at && at <= other.to))
      violations.push(`${what} by ${user} at ${at} while ${span?.user ?? 'nobody'} held the lease since ${span?.from}`);
    return true;
  };
  const changes = sandbox.history.filter(({ kind, title, by, at }) => judge(`${kind} of ${title}`, by, at));
  const requests = sandbox.requests.filter(
    ({ method, route, clientId = '', at }) =>
      route.startsWith('/webhooks') && method !== 'GET' && judge(`${method} ${route}`, clientId, at),
  );
  return {
    handovers: Math.max(0, spans.length - 1),
    changes: changes.length,
    requests: requests.length,
    busySpans: busy.size,
    violations,
  };
}

/** Each write of a new holder begins a span; the release of the old one does not end it, for nobody may act then. */
function spansOf(writes: readonly Write[]): readonly Span[] {
  const begun = writes.filter(({ before, after }) => holderOf(after) !== '' && holderOf(after) !== holderOf(before));
  return begun.map(({ user, at }, index) => ({
    user,
    from: floor(at),
    to: floor(begun[index + 1]?.at ?? Infinity),
  }));
}

/** When the lease was last let go before `write`; undefined: it ran out. */
export function releasedBefore(write: Write, writes: readonly Write[]): number | undefined {
  const previous = writes[writes.indexOf(write) - 1];
  return previous && holderOf(previous.after) === '' ? previous.at : undefined;
}

export function holderOf(lease: KubernetesObject | undefined): string {
  const { holderIdentity } = (lease?.spec ?? {}) as { readonly holderIdentity?: string };
  return holderIdentity ?? '';
}

const floor = (at: number) => Math.floor(performance.timeOrigin + at);
