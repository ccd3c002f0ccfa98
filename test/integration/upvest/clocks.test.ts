/** A client whose clock differs from the API's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import type { UpvestClient } from '../../../src/upvest/client.ts';
import { type Connected, connect } from './connect.ts';
import { json, scriptedApi } from './scripted-api.ts';

const NEW = { title: 'Users', url: 'https://hooks.tenant.test/users', type: ['USER'] };

describe.each([
  ['ahead of', 120],
  ['behind', -120],
])('a clock two minutes %s the API', (_, seconds) => {
  it('costs one refused request; all others are signed by the API\u2019s time', async () => {
    await using world = await tenant();
    world.setOurs(seconds);
    await world.client.createWebhook(NEW);
    expect(await world.client.listWebhooks()).toMatchObject({ items: [{}] });
    expect(world.answers()).toEqual([
      'POST /auth/token 401',
      'POST /auth/token 200',
      'POST /webhooks 201',
      'POST /auth/token 200',
      'GET /webhooks 200',
    ]);
    expect(world.connected.retrying).toMatchObject([
      { route: '/auth/token', reason: 'clock', waitMs: 0, message: expect.stringMatching(/dated 1(19|20|21) s off/) },
    ]);
  });

  it('is reported, as our time minus the API\u2019s', async () => {
    await using world = await tenant();
    world.setOurs(seconds);
    await world.client.listWebhooks();
    expect(Math.abs((world.connected.answered.at(-1)?.skewSeconds ?? 0) - seconds)).toBeLessThan(5);
  });

  it('that goes wrong on the way, and is set right again, costs one refused request each, and never a second create', async () => {
    await using world = await tenant();
    await world.client.listWebhooks();
    world.setOurs(seconds);
    await world.client.createWebhook(NEW);
    world.setOurs(0);
    await world.client.listWebhooks();
    expect(world.answers().filter((answer) => answer.endsWith('401'))).toHaveLength(2);
    expect(world.sandbox.subscriptions()).toHaveLength(1);
  });
});

it('a clock a few seconds off is left as it is', async () => {
  await using world = await tenant();
  world.setOurs(-4);
  await world.client.listWebhooks();
  expect(world.answers()).toEqual(['POST /auth/token 200', 'GET /webhooks 200']);
});

describe('a 401 that the clock explains', () => {
  it('is not tried for ever, and says so', async () => {
    await using world = await tenant({ clientSecret: new Secret('wrong') });
    world.setOurs(120);
    const create = async () => await world.client.createWebhook(NEW);
    await expect(create()).rejects.toThrow(/Our clock is 1(19|20|21) s ahead of the Date of the answer/);
    expect(world.answers()).toEqual(['POST /auth/token 401', 'POST /auth/token 401']);
    await world.wait();
    await expect(create()).rejects.toThrow('401');
    expect(world.answers()).toHaveLength(4);
  });

  it('does not concern a client that leaves signing to the proxy', async () => {
    await using api = await scriptedApi();
    api.nextToken((response) => void response.writeHead(401, { date: 'Tue, 24 Nov 2020 08:00:00 GMT' }).end());
    await using connected = connect(api.url);
    await expect(connected.client.createWebhook(NEW)).rejects.toThrow(/401(?!.*clock)/s);
    expect(api.seen).toHaveLength(1);
  });
});

describe.each([
  ['ahead of', 90],
  ['behind', -90],
])('a Date 90 s %s the time by which signatures are checked', (_, seconds) => {
  it('makes no call fail, and no request be sent twice', async () => {
    await using world = await tenant();
    world.misdate(seconds);
    await world.client.createWebhook(NEW);
    await world.client.listWebhooks();
    await world.client.listWebhooks();
    expect(world.answers()).toEqual([
      'POST /auth/token 200',
      'POST /webhooks 201',
      'POST /auth/token 200',
      'GET /webhooks 200',
      'GET /webhooks 200',
    ]);
  });

  it('is not taken for the time of the API', async () => {
    await using world = await tenant();
    world.misdate(seconds);
    await world.client.listWebhooks();
    expect(world.client.now()).toBe(world.connected.clock.now());
    expect(world.connected.answered.map(({ skewSeconds }) => skewSeconds)).toEqual([undefined, undefined]);
  });

  it('costs a token that is renewed one request more', async () => {
    await using world = await tenant();
    world.misdate(seconds);
    await world.client.listWebhooks();
    world.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'expire-tokens' } });
    await world.client.listWebhooks();
    expect(world.answers().slice(2)).toEqual([
      'GET /webhooks 401',
      'GET /webhooks 401',
      'POST /auth/token 200',
      'GET /webhooks 200',
    ]);
  });

  it('on every other answer, of an API two minutes off ours, makes no call fail', async () => {
    await using world = await tenant();
    world.setOurs(120);
    await world.client.listWebhooks();
    for (let calls = 0; calls < 3; calls += 1) {
      world.misdate(seconds, 1);
      await world.client.listWebhooks();
      await world.client.listWebhooks();
    }
    expect(world.answers().filter((answer) => answer.endsWith('401'))).toEqual(['POST /auth/token 401']);
    expect(world.client.now()).toBeLessThan(world.connected.clock.now() - 115_000);
  });
});

it('an API whose clock jumps from one side of ours to the other costs one refused request', async () => {
  await using world = await tenant();
  world.setOurs(120);
  await world.client.listWebhooks();
  world.setOurs(-120);
  await world.client.listWebhooks();
  world.setOurs(0);
  await world.client.listWebhooks();
  expect(world.answers().filter((answer) => answer.endsWith('401'))).toHaveLength(3);
});

it('our clock is tried as well where the one used so far is refused and the Date is wrong', async () => {
  await using world = await tenant();
  world.setOurs(120);
  await world.client.listWebhooks();
  world.setOurs(0);
  world.misdate(-90);
  await world.client.listWebhooks();
  await world.client.listWebhooks();
  expect(world.answers().slice(3)).toEqual([
    'GET /webhooks 401',
    'GET /webhooks 401',
    'GET /webhooks 200',
    'GET /webhooks 200',
  ]);
});

describe('an answer from a cache, or from another server', () => {
  it.each([
    ['with an Age', { 'upvest-request-id': 'req-1', age: '30' }],
    ['without a request id', {}],
  ])('%s says nothing of the clock', async (_case, headers) => {
    await using api = await scriptedApi();
    await using connected = connect(api.url);
    api.next(json(200, { meta: { total_count: 0 }, data: [] }, { ...headers, date: 'Tue, 24 Nov 2020 08:00:00 GMT' }));
    await connected.client.listWebhooks();
    expect(connected.answered.at(-1)?.skewSeconds).toBeUndefined();
    expect(connected.client.now()).toBe(connected.clock.now());
  });

  it('without a request id still gives the clock to try when it is a 401', async () => {
    await using world = await tenant();
    world.setOurs(120);
    world.sandbox.fault({ on: '*', times: 'always', effect: { kind: 'headers', set: { 'upvest-request-id': '' } } });
    await world.client.listWebhooks();
    expect(world.answers()).toEqual(['POST /auth/token 401', 'POST /auth/token 200', 'GET /webhooks 200']);
  });
});

interface World extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly connected: Connected;
  readonly client: UpvestClient;
  /** Puts our clock so many seconds ahead of the API's. */
  setOurs(seconds: number): void;
  /** The `Date` of answers to come is so many seconds ahead of the clock that signatures are checked by. */
  misdate(seconds: number, times?: number): void;
  /** Time passes on both. */
  wait(): Promise<void>;
  answers(): readonly string[];
}

async function tenant(settings: Parameters<typeof connect>[1] = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
  let theirs = () => Date.now();
  const sandbox = await startSandbox({ client: { keyType: 'ed25519' }, now: () => theirs() });
  const { clientId, clientSecret, keyId, privateKeyPem } = sandbox.credentials;
  const privateKeyFile = join(folder, 'key.pem');
  await writeFile(privateKeyFile, privateKeyPem);
  const connected = connect(sandbox.url, {
    clientId,
    clientSecret: new Secret(clientSecret),
    keyId,
    privateKeyFile,
    sign: true,
    ...settings,
  });
  const { client, clock } = connected;
  let ours = 0;
  theirs = () => clock.now() - ours * 1000;
  return {
    sandbox,
    connected,
    client,
    setOurs: (seconds) => {
      clock.moveOn((seconds - ours) * 1000);
      ours = seconds;
    },
    misdate: (seconds, times) => {
      const date = new Date(theirs() + seconds * 1000).toUTCString();
      sandbox.fault({ on: '*', times: times ?? 'always', effect: { kind: 'headers', set: { date } } });
    },
    wait: async () => clock.moveOn(60_000),
    answers: () => connected.answered.map(({ method, route, status }) => `${method} ${route} ${status}`),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
}
