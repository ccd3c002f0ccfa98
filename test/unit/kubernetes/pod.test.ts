import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { thisPod } from '../../../src/kubernetes/events.ts';

describe('the pod we run in', () => {
  it('is the one that the downward API names', () => {
    const env = { POD_NAME: 'reconciler-0', POD_NAMESPACE: 'payments', POD_UID: 'uid-1', NODE_NAME: 'node-1' };
    const pod = { name: 'reconciler-0', namespace: 'payments', uid: 'uid-1', node: 'node-1' };
    expect(thisPod(env, 'elsewhere')).toEqual(pod);
  });

  it('is known by its host name and the namespace of the service account without the downward API', () => {
    expect(thisPod({ POD_NAME: '' }, 'payments')).toEqual({ name: hostname(), namespace: 'payments' });
    expect(thisPod({}).namespace).toBe('default');
  });
});
