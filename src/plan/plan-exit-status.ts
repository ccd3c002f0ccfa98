import type { Plan } from './plan.ts';

/**
 * 0: in sync; 2: changes are pending; 3: deletes among them. What is held back is pending too, and so is what waits for
 * somebody to settle a conflict.
 */
export function planExitStatus({ actions, heldBack, conflicts }: Plan): 0 | 2 | 3 {
  const pending = [...actions, ...heldBack];
  if (pending.some(({ kind }) => kind === 'delete')) return 3;
  return pending.length > 0 || conflicts.length > 0 ? 2 : 0;
}
