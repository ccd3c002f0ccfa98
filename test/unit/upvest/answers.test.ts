import { describe, expect, it } from 'vitest';
import {
  readPage,
  readTestAnswer,
  readVerifyKeys,
  readWebhook,
  writeCreate,
  writeUpdate,
} from '../../../src/upvest/wire.ts';
import { problemDocument } from '../../../src/upvest/verdict.ts';
import { success } from '../../../src/http/answer.ts';
import { readToken } from '../../../src/upvest/tokens.ts';

const REQUIRED = { id: 'id-1', title: 'Users', url: 'https://tenant.test/users' };
const answer = (body: unknown) => success(200, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('a subscription in an answer', () => {
  it('is read with all its fields, members the API may add left out', () => {
    const fields = {
      ...REQUIRED,
      created_at: '2021-07-21T14:10:00.00Z',
      updated_at: '2021-07-22T14:10:00.00Z',
      type: ['ALL'],
      exclude_type: ['REPORT'],
      enabled: true,
      config: { delay: '5s', max_package_size: 10240 },
    };
    expect(readWebhook({ ...fields, labels: {}, config: { ...fields.config, retries: 1 } }, 'it')).toEqual(fields);
  });

  it('may lack optional members, or have null for them', () => {
    const bare = { ...REQUIRED, created_at: '', updated_at: '', type: [], enabled: false, config: {} };
    expect(readWebhook(REQUIRED, 'it')).toEqual(bare);
    const nulls = { type: null, exclude_type: null, enabled: null, config: null, created_at: null, updated_at: null };
    expect(readWebhook({ ...REQUIRED, ...nulls }, 'it')).toEqual(bare);
  });

  it.each([
    ['id', { ...REQUIRED, id: undefined }, 'data[0] has no id'],
    ['an id that can be in a path', { ...REQUIRED, id: '..' }, 'data[0] has no id'],
    ['an id that is text', { ...REQUIRED, id: 'id-\ud800' }, 'data[0] has no id'],
    ['anything', null, 'data[0] is not an object'],
  ])('is refused without %s, with its place', (_field, item, message) => {
    expect(() => readPage(answer({ meta: {}, data: [item] }))).toThrow(message);
  });

  it.each([
    ['title', { ...REQUIRED, title: null }, { id: 'id-1', url: REQUIRED.url }],
    ['url', { ...REQUIRED, url: '' }, { id: 'id-1', title: 'Users' }],
    ['title and no url', { id: 'ID-1', title: 7 }, { id: 'id-1' }],
  ])('without %s is unusable in a page, and refused by itself', (missing, item, unusable) => {
    expect(readPage(answer({ meta: {}, data: [item] })).items).toEqual([unusable]);
    expect(() => readWebhook(item, 'the answer')).toThrow(`the answer (id id-1) has no ${missing}`);
  });

  it('has its id in lower case, however it is spelled', () => {
    expect(readWebhook({ ...REQUIRED, id: 'A8EB3540-5a84' }, 'it').id).toBe('a8eb3540-5a84');
  });
});

describe('a page', () => {
  it('has no counts where its meta has none', () => {
    const none = { items: [], count: undefined, totalCount: undefined };
    expect(readPage(answer({ data: [] }))).toEqual(none);
    expect(readPage(answer({ meta: { count: '1', total_count: -1 }, data: [] }))).toEqual(none);
  });

  it.each([
    ['', 'the body is empty', true],
    ['{"meta":{"tot', 'not complete JSON (13 characters)', true],
    ['<html>', 'a page, not JSON', true],
    ['[]', 'JSON, but not an object', false],
    ['{}', 'no list of subscriptions (data)', false],
  ])('is refused when it is %j', (body, message, isGarbled) => {
    expect(() => readPage(answer(body))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message), isGarbled }),
    );
  });

  it('is refused when it is not UTF-8, rather than read with other titles', () => {
    const body = Buffer.from(JSON.stringify({ meta: {}, data: [{ ...REQUIRED, title: 'Zürich' }] }), 'latin1');
    expect(() => readPage(success(200, body))).toThrow('not UTF-8');
  });
});

describe('a body that is sent', () => {
  it('has only the members that the API accepts', () => {
    const everything = {
      ...REQUIRED,
      enabled: true,
      type: ['ALL'],
      exclude_type: [],
      config: { delay: '5s' },
      source: 'x',
    };
    expect(JSON.parse(writeCreate(everything).toString())).toEqual({
      title: 'Users',
      url: REQUIRED.url,
      type: ['ALL'],
      exclude_type: [],
      config: { delay: '5s' },
    });
    expect(JSON.parse(writeUpdate(everything).toString())).toMatchObject({ enabled: true, type: ['ALL'] });
  });

  it('never has an empty type or config, whose meaning is not documented', () => {
    const body = writeUpdate({ ...REQUIRED, enabled: false, type: [], config: {} });
    expect(JSON.parse(body.toString())).toEqual({ title: 'Users', url: REQUIRED.url, enabled: false });
  });
});

describe('an error answer', () => {
  const read = (status: number, body: unknown, secrets: string[] = []) =>
    problemDocument(status, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), secrets);

  it('is read as a problem document', () => {
    const body = {
      type: 'https://docs.upvest.co/errors/x',
      title: 'Invalid request',
      detail: 'no',
      request_id: 'r-1',
      status: 400,
    };
    expect(read(400, body)).toEqual({
      problem: { title: 'Invalid request', detail: 'no', type: 'https://docs.upvest.co/errors/x' },
      requestId: 'r-1',
    });
  });

  it('is read with "details", as the reference has it once', () => {
    expect(read(400, { details: '(root): no' }).problem).toEqual({ title: 'Bad Request', detail: '(root): no' });
  });

  it('is read as an OAuth error', () => {
    const body = { error: 'invalid_client', error_description: 'unknown client' };
    expect(read(401, body).problem).toEqual({ title: 'invalid_client', detail: 'unknown client' });
  });

  it.each([
    ['<!doctype html><html><title>502 | CDN\n</title>', 'an HTML page, "502 | CDN"'],
    ['<html><body>no</body>', 'an HTML page'],
    ['upstream gone', 'upstream gone'],
    ['[1]', 'JSON that is not a problem document, or is cut off'],
  ])('may be no document at all: %j', (body, detail) => {
    expect(read(502, body).problem).toEqual({ title: 'Bad Gateway', detail });
  });

  it('may be empty, or have an unknown status', () => {
    expect(read(599, '').problem).toEqual({ title: 'unknown status' });
  });

  it.each([
    ['JSON that escapes more than it has to', '{"detail":"no client with a\\/B+ \\u0026c"}', 'no client with [secret]'],
    [
      'JSON that is cut off',
      '{"detail":"no client with a\\/B+ \\u0026c',
      'JSON that is not a problem document, or is cut off',
    ],
    ['a page', '<title>no client with a&#x2f;B+&#32;&amp;c</title>', 'an HTML page, "no client with [secret]"'],
    ['a form', 'no client with a%2fB%2b+%26c', 'no client with [secret]'],
    ['a path', 'no client with a%2FB%2B%20%26c', 'no client with [secret]'],
  ])('does not repeat a secret in %s', (_, body, detail) => {
    expect(read(400, body, ['a/B+ &c']).problem.detail).toBe(detail);
  });

  it('does not repeat a secret, control characters or endless text', () => {
    const { problem } = read(401, { title: 'bad\u001b[31m\n\u202esecret canary', detail: 'x'.repeat(10_000) }, [
      'canary',
      '',
    ]);
    expect(problem.title).toBe('bad [31m secret [secret]');
    expect(problem.detail).toHaveLength(501);
  });
});

describe('a token answer', () => {
  const read = (body: unknown) => readToken(answer(body), 'webhooks:read', 0);
  it.each([
    [{ expires_in: 1800 }, 1_740_000],
    [{ expires_in: '1800' }, 1_740_000],
    [{ expires_in: 4 }, 3000],
    [{ expires_in: -5 }, 0],
    [{}, 240_000],
    [{ expires_in: null }, 240_000],
  ])('%j is stale at %i ms', (body, staleAt) => {
    expect(read({ access_token: 'a.b_c', token_type: 'Bearer', ...body }).staleAt).toBe(staleAt);
  });

  it.each([{ access_token: 'a\r\nx: y' }, { access_token: '' }, {}, { access_token: 'a', token_type: 'mac' }])(
    'is refused: %j',
    (body) => {
      expect(() => read(body)).toThrow(/access_token|token_type/);
    },
  );
});

describe('verification keys', () => {
  it('are read with nothing but their public part', () => {
    const key = { kid: 'k', kty: 'EC', crv: 'P-521', x: 'x', y: 'y' };
    expect(readVerifyKeys(answer({ keys: [{ ...key, d: 'private', use: 'sig' }, { kty: 'EC' }, null] }))).toEqual([
      key,
    ]);
    expect(() => readVerifyKeys(answer({}))).toThrow('no list of keys');
  });
});

describe('the answer to a test call', () => {
  const response = (fields: object) => JSON.stringify({ url: 'https://tenant.test/', response: fields });

  it.each<[string, string, string]>([
    ['', 'unknown', 'the API does not say what the receiver answered'],
    ['{"url":"x"}', 'unknown', 'the answer of the API does not say what the receiver answered'],
    ['ok', 'unknown', 'the answer of the API does not say what the receiver answered'],
    ['[]', 'unknown', 'the answer of the API does not say what the receiver answered'],
    [response({ status: '200' }), 'unknown', 'the answer of the API does not say what the receiver answered'],
    [response({ status: 0 }), 'unknown', 'the answer of the API does not say what the receiver answered'],
    [response({ status: 200, error: '' }), 'ok', 'answered 200 OK'],
    [response({ status: 200, error: null }), 'ok', 'answered 200 OK'],
    [response({ status: 301, headers: { Location: '/x' } }), 'redirects', 'answered 301 Moved Permanently'],
    [response({ status: 304 }), 'refused', 'answered 304 Not Modified'],
    [response({ status: 599 }), 'refused', 'answered 599'],
    [response({ error: 'x509: certificate has expired' }), 'tls', 'x509: certificate has expired'],
    [response({ status: 0, error: 'dial tcp: no such host' }), 'unreachable', 'dial tcp: no such host'],
    [
      response({ error: 'Post "https://user:pass@tenant.test/hook?token=secret": context deadline exceeded' }),
      'unreachable',
      'Post (url) context deadline exceeded',
    ],
  ])('%j says %s: %s', (body, state, detail) => {
    expect(readTestAnswer(answer(body))).toMatchObject({ state, detail });
  });

  it('keeps the whole for whoever asked, and nothing where it is empty', () => {
    expect(readTestAnswer(answer('ok')).body).toBe('ok');
    expect(readTestAnswer(answer(response({ status: 204, body: 'x' }))).body).toMatchObject({
      response: { body: 'x' },
    });
    expect(readTestAnswer(answer(''))).not.toHaveProperty('body');
  });
});
