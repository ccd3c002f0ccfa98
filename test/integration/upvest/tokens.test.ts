import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import {
  hang,
  json,
  page,
  type Reply,
  raw,
  reset,
  type ScriptedApi,
  scriptedApi,
  token,
  WEBHOOK,
} from './scripted-api.ts';

const NEW = { title: 'User webhook', url: WEBHOOK.url };
const unauthorised = json(401, { title: 'Unauthorised' });

let api: ScriptedApi;
beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(async () => await api[Symbol.asyncDispose]());

/** The scopes of the token requests. */
const scopes = () =>
  api.seen.filter(({ url }) => url === '/auth/token').map(({ body }) => new URLSearchParams(body).get('scope'));
const bearers = () => api.seen.filter(({ url }) => url !== '/auth/token').map(({ headers }) => headers.authorization);

describe('tokens', () => {
  it('are fetched when first needed: one for reading, one for changing', async () => {
    await using connected = connect(api.url);
    expect(api.log()).toEqual([]);
    await connected.client.listWebhooks();
    api.next(json(200, { keys: [] }));
    await connected.client.verifyKeys();
    expect(scopes()).toEqual(['webhooks:read']);
    api.next(json(201, WEBHOOK));
    await connected.client.createWebhook(NEW);
    expect(scopes()).toEqual(['webhooks:read', 'webhooks:admin']);
  });

  it('are fetched once, however many calls wait for one', async () => {
    await using connected = connect(api.url);
    api.next(json(201, WEBHOOK));
    await Promise.all(Array.from({ length: 20 }, async () => await connected.client.createWebhook(NEW)));
    expect(scopes()).toEqual(['webhooks:admin']);
  });

  it('are not fetched for a single read where the one for changing is held', async () => {
    await using connected = connect(api.url);
    api.next(raw(204, ''), json(200, WEBHOOK), page());
    await connected.client.deleteWebhook(WEBHOOK.id);
    await connected.client.getWebhook(WEBHOOK.id);
    expect(scopes()).toEqual(['webhooks:admin']);
    await connected.client.listWebhooks();
    expect(scopes()).toEqual(['webhooks:admin', 'webhooks:read']);
  });

  it.each([
    [1800, 1739, 1741],
    [4, 2, 4],
  ])('that live %i s are renewed before they expire', async (lifetime, stillGood, tooOld) => {
    await using connected = connect(api.url);
    api.nextToken(token('first', lifetime), token('second', lifetime));
    await connected.client.listWebhooks();
    connected.clock.moveOn(stillGood * 1000);
    await connected.client.listWebhooks();
    connected.clock.moveOn((tooOld - stillGood) * 1000);
    await connected.client.listWebhooks();
    expect(bearers()).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  it('that expire at once still serve the call they were fetched for', async () => {
    await using connected = connect(api.url);
    api.nextToken(token('brief', 0));
    await connected.client.listWebhooks();
    expect(connected.client.requestsSent).toBe(2);
  });
});

describe('a token that is refused', () => {
  it('is renewed once, and the call made again', async () => {
    await using connected = connect(api.url);
    api.nextToken(token('first'), token('second'));
    api.next(page(), unauthorised, page());
    await connected.client.listWebhooks();
    await connected.client.listWebhooks();
    expect(bearers()).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
    expect(connected.retrying).toMatchObject([{ reason: 'token', route: '/webhooks' }]);
  });

  it('is renewed once for all the calls it was refused to', async () => {
    await using connected = connect(api.url);
    api.nextToken(token('first'), token('second'));
    api.next((response, request) =>
      (request.headers.authorization === 'Bearer first' ? unauthorised : json(201, WEBHOOK))(response, request),
    );
    await Promise.all(Array.from({ length: 4 }, async () => await connected.client.createWebhook(NEW)));
    expect(scopes()).toHaveLength(2);
  });

  it('is an error when the new one is refused too', async () => {
    await using connected = connect(api.url);
    api.next(unauthorised);
    await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({
      status: 401,
      outcome: 'refused',
      message: expect.stringContaining(
        'A fresh token was refused too: check that key id and private key belong to this client',
      ),
    });
    expect(api.log()).toEqual(['POST /auth/token', 'POST /webhooks', 'POST /auth/token', 'POST /webhooks']);
  });
});

it('a token that did not suffice is not used again: meanwhile the scope may have been granted', async () => {
  await using connected = connect(api.url);
  api.nextToken(token('first'), token('second'));
  api.next(json(403, { title: 'Forbidden' }), json(201, WEBHOOK));
  await expect(connected.client.createWebhook(NEW)).rejects.toMatchObject({ status: 403 });
  await connected.client.createWebhook(NEW);
  expect(bearers()).toEqual(['Bearer first', 'Bearer second']);
});

describe('a client that was granted webhooks:admin alone', () => {
  /** Refuses tokens for reading. */
  const forAdmin: Reply = (response, request) =>
    (request.body.includes('admin') ? token('admin') : json(401, { title: 'Unauthorised' }))(response, request);

  it('reads with it, and remembers', async () => {
    await using connected = connect(api.url);
    api.nextToken(forAdmin);
    await connected.client.listWebhooks();
    connected.clock.moveOn(3_600_000);
    await connected.client.listWebhooks();
    expect(scopes()).toEqual(['webhooks:read', 'webhooks:admin', 'webhooks:admin']);
  });

  it('reads with it where its token for reading is given and does not suffice', async () => {
    await using connected = connect(api.url);
    api.nextToken((response, request) => token(request.body.includes('admin') ? 'admin' : 'read')(response, request));
    api.next((response, request) =>
      (request.headers.authorization === 'Bearer admin' ? page() : json(403, { title: 'Forbidden' }))(
        response,
        request,
      ),
    );
    await connected.client.listWebhooks();
    await connected.client.listWebhooks();
    expect(bearers()).toEqual(['Bearer read', 'Bearer admin', 'Bearer admin']);
  });

  it('gets an error with both refusals where the other scope is refused too, and starts with webhooks:read again', async () => {
    await using connected = connect(api.url);
    api.nextToken(json(401, { title: 'Unauthorised' }, { 'upvest-request-id': 'req-7' }));
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(
        /granted webhooks:read \(api\.clientId "[0-9a-f-]+"\)\. With webhooks:admin instead of webhooks:read it was refused too: POST \/auth\/token answered 401 Unauthorised \(request req-7\)$/,
      ),
    });
    connected.clock.moveOn(3_000);
    api.nextToken(token());
    await connected.client.listWebhooks();
    expect(scopes()).toEqual(['webhooks:read', 'webhooks:admin', 'webhooks:read']);
  });

  it('is not assumed after a server error', async () => {
    await using connected = connect(api.url, { retries: 0 });
    api.nextToken(json(503, {}));
    await expect(connected.client.listWebhooks()).rejects.toMatchObject({ status: 503 });
    expect(scopes()).toEqual(['webhooks:read']);
  });
});

it('an answer that repeats what another request has sent does not get it into a message', async () => {
  await using connected = connect(api.url);
  api.nextToken(token('for-reading'), token('for-changing'));
  await connected.client.listWebhooks();
  api.next(json(400, { title: 'for-reading for-changing canary-secret+/=' }, { 'upvest-request-id': 'for-reading' }));
  const refused = connected.client.createWebhook(NEW);
  await expect(refused).rejects.toMatchObject({
    problem: { title: '[secret] [secret] [secret]' },
    requestId: '[secret]',
  });
});

describe('a token request', () => {
  it('is repeated after faults', async () => {
    await using connected = connect(api.url);
    api.nextToken(reset, json(503, {}), json(429, {}), raw(200, '{"acc'), token());
    await connected.client.listWebhooks();
    expect(connected.retrying.map(({ reason }) => reason)).toEqual([
      'network',
      'server-error',
      'rate-limit',
      'unreadable',
    ]);
  });

  it.each([
    [
      'a problem document',
      json(401, { title: 'Unauthorised', detail: 'Signature is incorrect' }),
      'Unauthorised: Signature is incorrect. It is the signature: check the proxy that signs',
    ],
    [
      'an OAuth error',
      json(401, { error: 'invalid_client', error_description: 'no such client' }),
      'invalid_client: no such client. It is the client secret: check that api.clientSecretFile',
    ],
    [
      'words that say nothing',
      json(401, { title: 'Unauthorised' }),
      'Unauthorised. Check that client id, client secret, key id and private key belong together',
    ],
  ])('that is refused says what to check, out of %s', async (_case, reply, words) => {
    await using connected = connect(api.url);
    api.nextToken(reply);
    await expect(connected.client.listWebhooks()).rejects.toThrow(`POST /auth/token answered 401 ${words}`);
  });

  it('that is refused is not made again by each of a hundred calls', async () => {
    await using connected = connect(api.url);
    api.nextToken(unauthorised);
    const create = async () => await connected.client.createWebhook(NEW).catch((error: unknown) => error);
    const failures = await Promise.all(Array.from({ length: 100 }, create));
    failures.push(await create());
    expect(failures.every((error) => (error as { status?: number }).status === 401)).toBe(true);
    expect(connected.client.requestsSent).toBe(1);
    connected.clock.moveOn(3000);
    await create();
    expect(connected.client.requestsSent).toBe(2);
  });

  it('goes on for the others when the call that began it is given up', async () => {
    await using connected = connect(api.url);
    const giveUp = new AbortController();
    let answer = () => {};
    api.nextToken((response, request) => {
      answer = () => token()(response, request);
    });
    const impatient = connected.client.listWebhooks(giveUp.signal);
    const patient = connected.client.listWebhooks();
    await api.arrival();
    giveUp.abort(new Error('no time'));
    await expect(impatient).rejects.toThrow('no time');
    answer();
    expect(await patient).toMatchObject({ items: [] });
    expect(scopes()).toHaveLength(1);
  });

  it('is not repeated when no call waits for it any more', async () => {
    await using connected = connect(api.url);
    const giveUp = new AbortController();
    api.nextToken(hang);
    const call = connected.client.listWebhooks(giveUp.signal);
    await api.arrival();
    giveUp.abort();
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    api.nextToken(token());
    await connected.client.listWebhooks();
    expect(scopes()).toHaveLength(2);
  });
});
