import { describe, expect, it } from 'vitest';
import { requestPass } from '../../../src/daemon/page/live/reconcile.ts';
import { pass } from '../../support/status-documents.ts';

const answering = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
const NONE = { create: 0, enable: 0, update: 0, delete: 0 };

describe('the button', () => {
  it('asks for a pass and waits for its end, relative to the page', async () => {
    const asked: unknown[] = [];
    await requestPass({
      fetch: (path, { method, headers }) => {
        asked.push({ path, method, headers });
        return answering(200, pass())();
      },
      headers: { authorization: 'Bearer t' },
      takesToken: true,
    });
    expect(asked).toEqual([{ path: '-/reconcile?wait=true', method: 'POST', headers: { authorization: 'Bearer t' } }]);
  });

  it.each([
    [200, pass(), 'Converged in 214 ms, nothing to change'],
    [200, pass({ changes: { ...NONE, update: 1 } }), 'Converged in 214 ms, 1 change'],
    [200, pass({ changes: { ...NONE, update: 2, create: 1 } }), 'Converged in 214 ms, 3 changes'],
    [200, pass({ result: 'observed' }), 'Looked in 214 ms, changed nothing'],
    [500, pass({ result: 'incomplete' }), 'Incomplete in 214 ms, nothing was changed: the list says what is left'],
    [
      500,
      pass({ result: 'failed', error: 'GET /webhooks answered 503' }),
      'Failed in 214 ms: GET /webhooks answered 503',
    ],
  ])('says what came of it: %i %o', async (status, report, says) => {
    const press = await requestPass({ fetch: answering(status, report), headers: {}, takesToken: true });
    expect(press).toEqual({ kind: 'ended', says: expect.stringMatching(says.replaceAll(' ', '\\s')) });
  });

  it('says where it may be pressed, and asks for the token, where it is refused', async () => {
    const says = 'From this host only: kubectl port-forward, or give the token';
    const refused = answering(403, { error: 'not allowed to trigger a pass' });
    expect(await requestPass({ fetch: refused, headers: {}, takesToken: true })).toEqual({
      kind: 'refused',
      says,
      asksForToken: true,
    });
  });

  it('asks for no token where none is configured', async () => {
    const says = 'From this host only: kubectl port-forward, or set server.triggerTokenFile';
    const refused = answering(403, { error: 'not allowed to trigger a pass' });
    const press = await requestPass({ fetch: refused, headers: {}, takesToken: false });
    expect(press).toEqual({ kind: 'refused', says, asksForToken: false });
  });

  it('says that the token was refused, and asks again', async () => {
    const refused = answering(403, { error: 'not allowed to trigger a pass' });
    const press = await requestPass({ fetch: refused, headers: { authorization: 'Bearer wrong' }, takesToken: true });
    expect(press).toEqual({ kind: 'refused', says: 'The token was refused', asksForToken: true });
  });

  it.each([
    [503, { error: 'too many callers wait already' }, 'too many callers wait already'],
    [503, '<html>', 'It answered 503'],
    [500, { error: 'no answer could be made: see the log' }, 'The pass could not be made: see the log'],
  ])('says what else is in the way: %i %o', async (status, body, says) => {
    const press = await requestPass({ fetch: answering(status, body), headers: {}, takesToken: true });
    expect(press).toEqual({ kind: 'refused', says, asksForToken: false });
  });

  it('says that there is no answer where the program cannot be reached', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    const press = await requestPass({ fetch, headers: {}, takesToken: true });
    expect(press).toMatchObject({ kind: 'refused', says: 'No answer: the program cannot be reached' });
  });
});
