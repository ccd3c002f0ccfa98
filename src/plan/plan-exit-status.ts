import type { Plan } from './plan.ts';

/**
 * 0: in sync; 2: changes are pending; 3: deletes among them. What is held back is pending too, and so is what waits for
 * somebody to settle a conflict, or for what cannot be read.
 */
export function planExitStatus({ actions, heldBack, conflicts, pending: unclear }: Plan): 0 | 2 | 3 {
  const pending = [...actions, ...heldBack];
  if (pending.some(({ kind }) => kind === 'delete')) return 3;
  return pending.length + conflicts.length + unclear.length > 0 ? 2 : 0;
}
