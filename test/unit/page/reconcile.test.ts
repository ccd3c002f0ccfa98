import { beforeEach, describe, expect, it } from 'vitest';
import { type Press, ReconcileButton } from '../../../src/daemon/page/live/reconcile.ts';
import type { SnapshotEvent } from '../../../src/daemon/status-document.ts';
import { NOW, pass } from '../../support/status-documents.ts';
import { Timers } from './timers.ts';

const answering = (status: number, body: unknown) => () =>
  Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
const NONE = { create: 0, enable: 0, update: 0, delete: 0 };
const NEEDED = 'The trigger token is needed, the one of server.triggerTokenFile';
const WANTS_TOKEN = { error: 'the bearer token of server.triggerTokenFile is needed', reason: 'token' };

let timers: Timers;
let shown: Press[];
let mayReconcile: SnapshotEvent['mayReconcile'];
let fetch: (path: string, init: RequestInit) => Promise<Response>;
let readersToken: Readonly<Record<string, string>>;
let button: ReconcileButton;
beforeEach(() => {
  timers = new Timers(Date.parse(NOW));
  shown = [];
  mayReconcile = 'yes';
  readersToken = {};
  button = new ReconcileButton({
    fetch: (path, init) => fetch(path, init),
    headers: () => readersToken,
    mayReconcile: () => mayReconcile,
    now: () => timers.now(),
    after: (delayMs, call) => timers.after(delayMs, call),
    show: (press) => shown.push(press),
  });
});

/** What is shown in the end. */
async function press(token?: string): Promise<Press | undefined> {
  await button.press(token);
  return shown.at(-1);
}

/** A server that never answers. */
const silent = (_: string, { signal }: RequestInit) =>
  new Promise<Response>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));

describe('the button', () => {
  it('asks for a pass and waits for its end, relative to the page, once however often it is pressed', async () => {
    const asked: unknown[] = [];
    fetch = (path, { method, headers }) => {
      asked.push({ path, method, headers });
      return answering(200, pass())();
    };
    readersToken = { authorization: 'Bearer t' };
    await Promise.all([button.press(), button.press()]);
    expect(asked).toEqual([{ path: '-/reconcile?wait=true', method: 'POST', headers: { authorization: 'Bearer t' } }]);
    expect(shown.map(({ kind }) => kind)).toEqual(['queued', 'ended']);
    expect(shown[0]).toEqual({ kind: 'queued', at: Date.parse(NOW) });
  });

  it.each([
    [200, pass(), 'Converged in 214 ms, nothing to change'],
    [200, pass({ changes: { ...NONE, update: 1 } }), 'Converged in 214 ms, 1 change'],
    [200, pass({ changes: { ...NONE, update: 2, create: 1 } }), 'Converged in 214 ms, 3 changes'],
    [200, pass({ result: 'observed' }), 'Looked in 214 ms, changed nothing'],
    [500, pass({ result: 'incomplete' }), 'Incomplete in 214 ms, nothing was changed: the list says what is left'],
    [500, pass({ result: 'failed', error: 'GET /webhooks answered 503' }), 'Failed in 214 ms'],
  ])('says what came of it: %i %o', async (status, report, says) => {
    fetch = answering(status, report);
    expect(await press()).toEqual({ kind: 'ended', says: expect.stringMatching(says.replaceAll(' ', '\\s')) });
  });

  it('asks for the token before it asks for a pass where it is known that one is needed', async () => {
    mayReconcile = 'token';
    fetch = () => Promise.reject(new Error('it was asked'));
    expect(await press()).toEqual({ kind: 'refused', says: NEEDED, asksForToken: true });
    fetch = answering(200, pass());
    expect(await press('right')).toMatchObject({ kind: 'ended' });
    expect(await press()).toMatchObject({ kind: 'ended' });
  });

  it('asks for the token where it is refused for want of one', async () => {
    fetch = answering(403, WANTS_TOKEN);
    expect(await press()).toEqual({ kind: 'refused', says: WANTS_TOKEN.error, asksForToken: true });
    const error = 'the bearer token of server.tokenFile is needed';
    fetch = answering(401, { error });
    expect(await press()).toEqual({ kind: 'refused', says: error, asksForToken: true });
  });

  it('says that the token was refused, and asks again', async () => {
    mayReconcile = 'token';
    fetch = answering(403, WANTS_TOKEN);
    expect(await press('wrong')).toEqual({ kind: 'refused', says: 'The token was refused', asksForToken: true });
    expect(await press()).toEqual({ kind: 'refused', says: NEEDED, asksForToken: true });
  });

  it.each([
    [403, { error: 'not allowed: through a proxy that changes its Host', reason: 'origin' }],
    [403, { error: 'the Host of the request is not accepted', reason: 'host' }],
    [403, { error: 'not allowed to trigger a pass: call from loopback', reason: 'not-loopback' }],
    [503, { error: 'too many callers wait already' }],
  ])(
    'says in the words of the server what else is in the way, where no token would help: %i %o',
    async (status, body) => {
      fetch = answering(status, body);
      expect(await press()).toEqual({ kind: 'refused', says: body.error, asksForToken: false });
    },
  );

  it.each([
    [503, '<html>', 'It answered 503'],
    [403, '<html>', 'It answered 403'],
    [500, { error: 'no answer could be made: see the log' }, 'The pass could not be made: see the log'],
  ])('says what it was answered where there are no words: %i %o', async (status, body, says) => {
    fetch = answering(status, body);
    expect(await press()).toEqual({ kind: 'refused', says, asksForToken: false });
  });

  const NO_ANSWER = { kind: 'refused', says: 'No answer; it may have been queued', asksForToken: false };

  it('says that there is no answer where the program cannot be reached', async () => {
    fetch = () => Promise.reject(new TypeError('fetch failed'));
    expect(await press()).toEqual(NO_ANSWER);
  });

  it('waits two minutes for an answer, and no longer than there is contact', async () => {
    fetch = silent;
    const slow = press();
    timers.advance(119_999);
    expect(shown.at(-1)?.kind).toBe('queued');
    timers.advance(1);
    expect(await slow).toEqual(NO_ANSWER);
    const lost = press();
    button.giveUp();
    expect(await lost).toEqual(NO_ANSWER);
    fetch = answering(200, pass());
    expect(await press()).toMatchObject({ kind: 'ended' });
  });
});
