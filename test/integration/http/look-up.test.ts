import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { lookUps } from '../../../src/http/connections.ts';

describe('a name that is looked up', () => {
  it('by many callers at the same time holds one thread, and all get the answer', async () => {
    const lookUp = promisify(lookUps(60_000));
    const asked = Array.from({ length: 10 }, async () => lookUp('localhost', { all: true }));
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'GetAddrInfoReqWrap')).toHaveLength(1);
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toContainEqual({
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      family: expect.any(Number),
    });
  });

  it('is looked up again once that is over', async () => {
    const lookUp = promisify(lookUps(60_000));
    await lookUp('localhost', { all: true });
    const again = lookUp('localhost', { all: true });
    expect(process.getActiveResourcesInfo()).toContain('GetAddrInfoReqWrap');
    await again;
  });
});
