/** Answers as the API never gives them. */
import fc from 'fast-check';
import { WEBHOOK } from '../integration/upvest/scripted-api.ts';

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
const MIB = 1_048_576;
const unit = fc.constantFrom(
  '[',
  '{"a":',
  '[],',
  '{},',
  '1,',
  '"a":1,',
  ' ',
  '\\u0041',
  '\0',
  '{"id":"a","title":"b","url":"c"},',
);
/** Up to more than is taken. */
const large = fc
  .tuple(
    fc.constantFrom('', '{"data":[', '{"meta":{"total_count":1},"data":[', '{"keys":[', '"', '{'),
    unit,
    fc.constantFrom(0.01, 1, 3.9, 16),
    fc.constantFrom('', ']}', '"', ']', '}'),
  )
  .map(([head, part, size, tail]) => Buffer.from(head + part.repeat((size * MIB) / part.length) + tail));
const duplicated = fc
  .array(fc.constantFrom(...Object.keys(WEBHOOK), '__proto__'), { maxLength: 20 })
  .map((names) => Buffer.from(`{${names.map((name) => `"${name}":"x"`).join()}}`));

/** Bodies that cost no more to make than to read. */
const small = fc.oneof(
  fc.oneof(nearlyRight, page, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
  fc.oneof(nearlyRight, page).map((value) => Buffer.from(JSON.stringify(value)).subarray(0, -3)),
  duplicated,
  fc
    .constantFrom('', '<!doctype html><title>\u001b[31m</title>', `{"data":${'['.repeat(100_000)}`, '\0', '1e999')
    .map((content) => Buffer.from(content)),
  fc.uint8Array({ maxLength: 200 }).map((content) => Buffer.from(content)),
);

const header = fc.tuple(
  fc.constantFrom('content-type', 'retry-after', 'date', 'upvest-request-id', 'location', 'content-encoding', 'x'),
  fc.oneof(
    fc.constantFrom('gzip', '-1', '1e9', 'Thu, 01 Jan 1970 00:00:00 GMT', '', 'x'.repeat(20_000)),
    fc.stringMatching(/^[ -~]*$/),
  ),
);

export interface AnyAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const answerWith = (body: fc.Arbitrary<Buffer>): fc.Arbitrary<AnyAnswer> =>
  fc.record({
    status: fc.oneof(
      fc.constantFrom(200, 201, 202, 204, 301, 304, 400, 401, 404, 409, 429, 500, 503),
      fc.integer({ min: 200, max: 999 }),
    ),
    headers: fc.array(header, { maxLength: 3 }),
    body,
  });

export const smallAnswer = answerWith(small);
export const anyAnswer = answerWith(fc.oneof({ weight: 29, arbitrary: small }, { weight: 1, arbitrary: large }));
