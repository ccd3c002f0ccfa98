import { describe, expect, it } from 'vitest';
import { Passes } from '../../support/passes.ts';
import { desired } from '../../support/subscriptions.ts';

const HOOKS = Array.from({ length: 5 }, (_, n) =>
  desired({ title: `Hook ${n}`, url: `https://hooks.example.com/${n}` }),
);
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('an API that asks to wait for ten minutes', () => {
  it.each([429, 503])('when it is listed (%i) makes the pass fail, which says until when', async (status) => {
    await using passes = await Passes.over();
    passes.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status, retryAfter: 600 } });
    const pass = await passes.pass(HOOKS);
    const until = new Date(passes.clock.now() + 600_000).toISOString();
    expect(pass).toMatchObject({ notBefore: passes.clock.uptime() + 600_000, again: 'later' });
    expect(pass.report).toMatchObject({ result: 'failed', error: expect.stringContaining(`try again at ${until}`) });
    expect(passes.sandbox.count('GET /webhooks')).toBe(1);
  });

  it.each([429, 503])('amid the changes (%i) gets no more requests in that pass', async (status) => {
    await using passes = await Passes.over([OLD]);
    passes.sandbox.fault({ on: 'POST /webhooks', nth: 2, effect: { kind: 'answer', status, retryAfter: 600 } });
    const pass = await passes.pass(HOOKS);
    expect(pass).toMatchObject({ notBefore: passes.clock.uptime() + 600_000, again: 'later' });
    expect(pass.report).toMatchObject({ result: 'failed', error: expect.stringContaining('try again at') });
    expect(passes.history()).toEqual(['create Hook 0']);
    expect(passes.sandbox.requests.at(-1)).toMatchObject({ method: 'POST', status });
  });
});
