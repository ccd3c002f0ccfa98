import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Switches } from '../../../src/sandbox/switches.ts';
import { HOOK, running } from './running.ts';

const seeded = async (switches: Partial<Switches> = {}, now: () => number = Date.now) => {
  const { caller, sandbox } = await running({ switches, now });
  const [one] = sandbox.seed({ title: 'A', url: HOOK });
  return { caller, sandbox, path: `/webhooks/${one?.id}` };
};

describe('the answer to a PATCH', () => {
  it.for<[Switches['patchAnswer'], number]>([
    ['empty', 200],
    ['no-content', 204],
  ])('may be %s', async ([patchAnswer, status]) => {
    const { caller, sandbox, path } = await seeded({ patchAnswer });
    const answer = await caller.patch(path, { enabled: true });
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([status, '', undefined]);
    expect((await caller.patch(path, {})).text).toBe('');
    expect(sandbox.subscriptions()).toMatchObject([{ enabled: true }]);
  });

  it.for(['title', 'url', 'type', 'config', 'enabled'] as const)(
    'may be 200 although it leaves %s as it was',
    async (patchIgnores) => {
      const { caller, sandbox, path } = await seeded({ patchIgnores });
      const asked = { title: 'B', url: `${HOOK}/b`, type: ['USER'], enabled: true };
      const config = { delay: '7s', max_package_size: 700 };
      const before = sandbox.subscriptions()[0];
      const { status, json } = await caller.patch(path, { ...asked, config });
      expect(status).toBe(200);
      expect(json).toMatchObject({ ...asked, config, [patchIgnores]: before?.[patchIgnores] });
      expect(sandbox.subscriptions()).toEqual([json]);
    },
  );
});

it('a DELETE may be answered with what was deleted', async () => {
  const { caller, sandbox, path } = await seeded({ deleteAnswer: 'object' });
  const [one] = sandbox.subscriptions();
  const { status, json } = await caller.delete(path);
  expect([status, json]).toEqual([200, one]);
  expect(sandbox.subscriptions()).toEqual([]);
});

describe('a body', () => {
  const raw = async (url: string) => {
    const asked = request(new URL('/webhooks', url), { agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const bytes = Buffer.concat((await response.toArray()) as Buffer[]);
    const { 'content-encoding': encoding, 'content-length': length } = response.headers;
    return { encoding, length: Number(length), bytes };
  };

  it.for<[Switches['contentEncoding'], (bytes: Buffer) => Buffer]>([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ])('may be encoded with %s although the client did not ask, errors too', async ([contentEncoding, decode]) => {
    const { sandbox } = await seeded({ contentEncoding });
    const { encoding, length, bytes } = await raw(sandbox.url);
    expect([encoding, length]).toEqual([contentEncoding, bytes.length]);
    expect(JSON.parse(decode(bytes).toString())).toMatchObject({ title: 'Missing client ID' });
  });

  it('is as it is by default', async () => {
    const { sandbox } = await seeded();
    expect((await raw(sandbox.url)).encoding).toBeUndefined();
  });

  it('of JSON may begin with a byte order mark, one of HTML does not', async () => {
    const { caller, sandbox, path } = await seeded({ bom: true });
    const { text } = await caller.get(path);
    expect(text.charCodeAt(0)).toBe(0xfe_ff);
    expect(JSON.parse(text.slice(1))).toEqual(sandbox.subscriptions()[0]);
    expect((await raw(sandbox.url)).bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    sandbox.set({ errorBodies: 'html' });
    expect((await raw(sandbox.url)).bytes.subarray(0, 1).toString()).toBe('<');
    sandbox.set({ patchAnswer: 'no-content' });
    expect((await caller.patch(path, { enabled: true })).text).toBe('');
  });
});

describe('the clock of an answer', () => {
  const NOW = Date.parse('2026-11-27T12:00:00Z');

  it('may be off, one way or the other, though signatures are checked by the right one', async () => {
    const { caller, sandbox } = await seeded({ dateOffsetSeconds: -90 }, () => NOW);
    const date = async () => (await caller.get('/webhooks', { created: NOW / 1000 })).headers.date;
    expect(await date()).toBe('Fri, 27 Nov 2026 11:58:30 GMT');
    sandbox.set({ dateOffsetSeconds: 3600 });
    expect(await date()).toBe('Fri, 27 Nov 2026 13:00:00 GMT');
    expect(() => sandbox.set({ readLagSeconds: -1 })).toThrow('readLagSeconds is a number of 0 or more');
  });

  it('may be off on one node of two', async () => {
    const { caller } = await seeded({ dateOffsetSeconds: 90, offClocks: 'every-other' }, () => NOW);
    const date = async () => (await caller.get('/webhooks', { created: NOW / 1000 })).headers.date;
    expect([await date(), await date(), await date()]).toEqual([
      'Fri, 27 Nov 2026 12:00:00 GMT',
      'Fri, 27 Nov 2026 12:01:30 GMT',
      'Fri, 27 Nov 2026 12:00:00 GMT',
    ]);
  });

  it('may be that of a proxy that has kept the answer', async () => {
    const { caller, sandbox } = await seeded({}, () => NOW);
    sandbox.fault({ on: 'GET *', effect: { kind: 'cached', ageSeconds: 120 } });
    const { status, headers } = await caller.get('/webhooks', { created: NOW / 1000 });
    expect([status, headers['age'], headers.date]).toEqual([200, '120', 'Fri, 27 Nov 2026 11:58:00 GMT']);
    expect(headers).not.toHaveProperty('upvest-request-id');
  });

  it('may be left out, with any other header', async () => {
    const { caller, sandbox } = await seeded();
    sandbox.fault({ on: '*', effect: { kind: 'headers', omit: ['Date', 'upvest-request-id'] } });
    const { headers } = await caller.get('/webhooks');
    expect(headers).not.toHaveProperty('date');
    expect(headers).not.toHaveProperty('upvest-request-id');
    expect((await caller.get('/webhooks')).headers).toHaveProperty('date');
  });
});
