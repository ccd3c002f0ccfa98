import type { Policy } from '../../src/config/config.ts';

/** Everything may be done: what a test is about is not the guards. */
export const PERMISSIVE: Policy = {
  mode: 'sync',
  owns: 'all',
  hosts: [],
  tombstones: 'any',
  pins: 'any',
  adopt: 'exact',
  maxDeletes: { percent: 100 },
  allowEmpty: true,
  quarantineMs: 0,
};
