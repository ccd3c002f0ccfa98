/** Endpoints of a daemon at rest, for tests that are about some of them. */
import type { Endpoints } from '../../src/daemon/endpoints/routes.ts';
import type { StatusSource } from '../../src/daemon/endpoints/status-events.ts';

const NOTHING: StatusSource = {
  contents: () => ({ subscriptions: [], unmanaged: [], passes: [] }),
  onChange: () => () => undefined,
};

/** They admit every caller. */
export function endpointsWith(some: Partial<Endpoints> = {}): Endpoints {
  return {
    health: () => ({ status: 'ok' }),
    stuck: () => undefined,
    unready: () => undefined,
    status: async () => [],
    statusSource: NOTHING,
    metrics: async () => ({ text: '', contentType: 'text/plain' }),
    denial: async () => undefined,
    mayReconcile: async () => 'no',
    failed: () => undefined,
    trigger: () => ({ ended: Promise.resolve({ result: 'converged' }) }),
    ...some,
  };
}
