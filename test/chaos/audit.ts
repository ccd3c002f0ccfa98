/** Whether the audit log says what happened: each line is a change of the tenant by the request that it names. */
import type { Change } from '../../src/apply/outcome.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sameId } from '../../src/sandbox/api/store.ts';

const KIND = { create: 'create', enable: 'update', update: 'update', delete: 'delete' } as const;

/** Sentences; empty: all of it is true. Of an answer that was a fault's, nobody could have known better. */
export function auditFaults(changes: readonly Change[], { history, requests }: Sandbox): readonly string[] {
  const byId = new Map(requests.map((request) => [request.requestId, request]));
  return changes.flatMap(({ action, id, title, requestId }) => {
    const request = requestId === undefined ? undefined : byId.get(requestId);
    if (request?.faults.includes('answer')) return [];
    const isTrue = history.some((change) => change.kind === KIND[action] && sameId(change.id, id));
    return isTrue ? [] : [`the audit log says ${action} ${title} (${id}), and that never happened`];
  });
}
