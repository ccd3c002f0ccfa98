/** Ends the built program at every request of a pass, before and after it is carried out, by SIGKILL and by SIGTERM. */
import { type Boundary, killAt } from './kill-at.ts';

const AT_ONCE = 2;

export interface Killed {
  readonly boundaries: number;
  /** A sentence each. */
  readonly violations: readonly string[];
}

export async function killEverywhere(): Promise<Killed> {
  const violations: string[] = [];
  let boundaries = 0;
  const everyRequest = async (where: Omit<Boundary, 'nth'>) => {
    let next = 1;
    const worker = async () => {
      for (let nth = next++; ; nth = next++) {
        const wrong = await killAt({ ...where, nth });
        if (!wrong) return;
        boundaries += 1;
        violations.push(...wrong.map((what) => `${where.signal} at the ${where.when} of request ${nth}: ${what}`));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    for (const when of ['arrival', 'answer'] as const) await everyRequest({ signal, when });
  }
  return { boundaries, violations };
}
