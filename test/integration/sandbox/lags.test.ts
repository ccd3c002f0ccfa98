import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../src/sandbox/switches.ts';
import type { Json } from './send.ts';
import { HOOK, running } from './running.ts';

/** A tenant with the subscription `Old`, on a clock that stands until the test moves it. */
async function lagging(switches: Partial<Switches>) {
  let now = Date.now();
  const { caller, sandbox } = await running({ switches, now: () => now });
  const [old] = sandbox.seed({ title: 'Old', url: HOOK });
  const create = async (title: string) => String((await caller.post('/webhooks', { title, url: HOOK })).json?.['id']);
  const listed = async () => titlesOf((await caller.get('/webhooks')).json);
  const path = `/webhooks/${old?.id}`;
  return { caller, sandbox, create, listed, path, wait: (ms: number) => (now += ms) };
}

function titlesOf(json: Json | undefined): string {
  return (json as { data: { title: string }[] } | undefined)?.data.map(({ title }) => title).join(' ') ?? '';
}

describe('reads that lag behind', () => {
  it('do not show a new id, neither in listings nor by id, until the time has passed', async () => {
    const { caller, create, listed, wait } = await lagging({ readLagSeconds: 0.25 });
    const id = await create('New');
    expect([await listed(), (await caller.get(`/webhooks/${id}`)).status]).toEqual(['Old', 404]);
    wait(249);
    expect([await listed(), (await caller.get(`/webhooks/${id}`)).status]).toEqual(['Old', 404]);
    wait(1);
    expect([await listed(), (await caller.get(`/webhooks/${id}`)).status]).toEqual(['Old New', 200]);
  });

  it('show what was changed as it was, and what was deleted as if it were there', async () => {
    const { caller, listed, path, wait } = await lagging({ readLagSeconds: 2 });
    const answered = await caller.patch(path, { title: 'Other' });
    expect(answered.json).toMatchObject({ title: 'Other' });
    expect([await listed(), (await caller.get(path)).json?.['title']]).toEqual(['Old', 'Old']);
    wait(2000);
    expect([await listed(), (await caller.get(path)).json]).toEqual(['Other', answered.json]);
    expect((await caller.delete(path)).status).toBe(204);
    expect([await listed(), (await caller.get(path)).status]).toEqual(['Other', 200]);
    expect((await caller.patch(path, { enabled: true })).status).toBe(404);
    wait(2000);
    expect([await listed(), (await caller.get(path)).status]).toEqual(['', 404]);
  });

  it('refuse changes of an id that they do not show yet with 404', async () => {
    const { caller, create, wait } = await lagging({ readLagSeconds: 1 });
    const path = `/webhooks/${await create('New')}`;
    const change = async () => [
      (await caller.patch(path, { enabled: true })).status,
      (await caller.delete(path)).status,
      (await caller.post(`${path}/test`)).status,
    ];
    expect(await change()).toEqual([404, 404, 404]);
    wait(1000);
    expect((await caller.patch(path, { enabled: true })).status).toBe(200);
    expect((await caller.delete(path)).status).toBe(204);
  });

  it('let changes find what they do not show yet where switched so', async () => {
    const { caller, create, sandbox } = await lagging({ readLagSeconds: 1, unseenIds: 'take' });
    const path = `/webhooks/${await create('New')}`;
    expect((await caller.patch(path, { enabled: true })).status).toBe(200);
    expect((await caller.get(path)).status).toBe(404);
    expect((await caller.delete(path)).status).toBe(204);
    expect(sandbox.subscriptions()).toMatchObject([{ title: 'Old' }]);
  });
});

describe('two replicas', () => {
  it('answer in turn, of which the second lags', async () => {
    const { caller, create, listed, wait } = await lagging({ replicaLagSeconds: 4, unseenIds: 'take' });
    const path = `/webhooks/${await create('New')}`;
    expect([await listed(), await listed(), await listed()]).toEqual(['Old New', 'Old', 'Old New']);
    expect([(await caller.get(path)).status, (await caller.get(path)).status]).toEqual([404, 200]);
    wait(4000);
    expect([await listed(), await listed()]).toEqual(['Old New', 'Old New']);
  });

  it('are asked in turn by changes too, where an id has to be found first', async () => {
    const { caller, create, sandbox } = await lagging({ replicaLagSeconds: 4 });
    const path = `/webhooks/${await create('New')}`;
    const enable = async () => (await caller.patch(path, { enabled: true })).status;
    expect([await enable(), await enable(), await enable()]).toEqual([200, 404, 200]);
    expect(sandbox.history.filter(({ kind }) => kind === 'update')).toHaveLength(2);
  });
});

describe('what vanishes by itself', () => {
  it('is what was created over the API, and the history says that the sandbox deleted it', async () => {
    const { caller, create, listed, sandbox, wait } = await lagging({ vanishAfterSeconds: 6 });
    const path = `/webhooks/${await create('New')}`;
    sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'meanwhile', create: { title: 'Theirs', url: HOOK } } });
    wait(5999);
    expect(await listed()).toBe('Old New Theirs');
    wait(1);
    expect([await listed(), (await caller.get(path)).status]).toEqual(['Old Theirs', 404]);
    expect(sandbox.history.at(-1)).toMatchObject({ kind: 'delete', title: 'New', by: 'sandbox' });
  });
});
