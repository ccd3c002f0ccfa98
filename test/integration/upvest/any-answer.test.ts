/** Whatever comes back from the API: the calls give what they promise, or an ApiError that says what may have happened. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError } from '../../../src/upvest/errors.ts';
import { connect } from './connect.ts';
import { type Reply, scriptedApi, WEBHOOK } from './scripted-api.ts';

const NUM_RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

/** An object of the API with members gone, of other types, or many. */
const nearlyRight = fc
  .dictionary(fc.constantFrom(...Object.keys(WEBHOOK), '__proto__', 'data', 'meta'), fc.jsonValue(), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  .map((changes) => Object.assign({}, WEBHOOK, changes));
const page = fc.record({
  meta: fc.oneof(
    fc.jsonValue(),
    fc.record({ count: fc.jsonValue(), total_count: fc.oneof(fc.nat(3), fc.jsonValue()) }),
  ),
  data: fc.oneof(fc.jsonValue(), fc.array(nearlyRight, { maxLength: 3 })),
});
const body = fc.oneof(
  fc.oneof(nearlyRight, page, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
  fc.oneof(nearlyRight, page).map((value) => Buffer.from(JSON.stringify(value)).subarray(0, -3)),
  fc
    .constantFrom('', '<!doctype html><title>\u001b[31m</title>', '['.repeat(50_000), '\0', '1e999')
    .map((content) => Buffer.from(content)),
  fc.uint8Array({ maxLength: 200 }).map((content) => Buffer.from(content)),
);
const header = fc.tuple(
  fc.constantFrom('content-type', 'retry-after', 'date', 'upvest-request-id', 'location', 'content-encoding', 'x'),
  fc.oneof(fc.constantFrom('gzip', '-1', '1e9', 'Thu, 01 Jan 1970 00:00:00 GMT', ''), fc.stringMatching(/^[ -~]*$/)),
);
const answer = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 201, 202, 204, 301, 304, 400, 401, 404, 409, 429, 500, 503),
    fc.integer({ min: 200, max: 999 }),
  ),
  headers: fc.array(header, { maxLength: 3 }),
  body,
});

it('no answer makes a call do anything but give its result or an ApiError', async () => {
  await using api = await scriptedApi();
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (answers) => {
      await using connected = connect(api.url, { retries: 1 });
      api.next(
        ...answers.map(({ status, headers, body }): Reply => {
          return (response) => void response.writeHead(status, Object.fromEntries(headers)).end(body);
        }),
      );
      const { client } = connected;
      const signal = AbortSignal.timeout(10_000);
      for (const call of [
        async () => client.listWebhooks(signal),
        async () => client.getWebhook(WEBHOOK.id, signal),
        async () => client.deleteWebhook(WEBHOOK.id, signal),
        async () => client.createWebhook({ title: 'A', url: WEBHOOK.url }, signal),
      ]) {
        const error: unknown = await call().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error === undefined) continue;
        expect((error as Error).name).toMatch(/^(ApiError|CredentialError|IncompleteListingError)$/);
        expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        if (error instanceof ApiError) expect(['refused', 'unknown']).toContain(error.outcome);
      }
    }),
    { numRuns: NUM_RUNS },
  );
});
