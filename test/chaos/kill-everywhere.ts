/** Ends the built program at every request of a pass, before and after it is carried out, by SIGKILL and by SIGTERM. */
import { type Boundary, killAt } from './kill-at.ts';

const AT_ONCE = 2;

export async function* killEverywhere(): AsyncGenerator<{ name: string; violations: readonly string[] }> {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    for (const when of ['arrival', 'answer'] as const) yield* everyRequest({ signal, when });
  }
}

/** Until there is no request of that number any more. */
async function* everyRequest(
  where: Omit<Boundary, 'nth'>,
): AsyncGenerator<{ name: string; violations: readonly string[] }> {
  for (let nth = 1; ; nth += AT_ONCE) {
    const several = Array.from({ length: AT_ONCE }, (_, n) => nth + n);
    const ends = await Promise.all(several.map(async (one) => killAt({ ...where, nth: one })));
    for (const [n, violations] of ends.entries()) {
      if (!violations) return;
      yield { name: `${where.signal} at the ${where.when} of request ${nth + n}`, violations };
    }
  }
}
