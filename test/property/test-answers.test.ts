import fc from 'fast-check';
import { expect, it } from 'vitest';
import { success } from '../../src/http/answer.ts';
import { readTestAnswer, RECEIVER_STATES } from '../../src/upvest/wire.ts';

const SECRET = 'canary';
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(`Post "https://u:${SECRET}@h/p": EOF`, `get https://h/${SECRET}\n: refused`, `tls: /x?t=${SECRET}`),
);
const response = fc.record(
  {
    status: fc.oneof(fc.integer({ min: -1, max: 700 }), fc.anything()),
    headers: fc.oneof(fc.record({ location: fc.constant(`https://h/${SECRET}?${SECRET}`) }), fc.anything()),
    body: fc.constant(SECRET),
    error: fc.oneof(text, fc.anything()),
  },
  { requiredKeys: [] },
);

it('whatever a test call is answered, its receiver is in one state, with a detail on one line and without urls', () => {
  fc.assert(
    fc.property(fc.oneof(response, fc.anything()), (said) => {
      const body = JSON.stringify({ url: `https://h/${SECRET}`, response: said }, (_name, member: unknown) =>
        typeof member === 'bigint' ? null : member,
      );
      const { state, detail } = readTestAnswer(success(200, Buffer.from(body)));
      expect(RECEIVER_STATES).toContain(state);
      expect(detail).not.toContain(SECRET);
      expect(detail).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(detail.length).toBeLessThan(300);
    }),
  );
});
