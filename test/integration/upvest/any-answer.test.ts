/**
 * For any answer of the API, the calls give their documented result or an ApiError that says what may have happened.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ApiError } from '../../../src/upvest/errors.ts';
import { connect } from './connect.ts';
import { smallAnswer } from '../../fuzz/api-answers.ts';
import { type Reply, scriptedApi, WEBHOOK } from './scripted-api.ts';

const NUM_RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);

it('every answer makes a call give its result or an ApiError', async () => {
  await using api = await scriptedApi();
  await fc.assert(
    fc.asyncProperty(fc.array(smallAnswer, { minLength: 1, maxLength: 3 }), async (answers) => {
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
