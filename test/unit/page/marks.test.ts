import { describe, expect, it } from 'vitest';
import { asSentence, clauseOfMessage, markedIn, sentencesOfMessage } from '../../../src/daemon/page/model/marks.ts';

const ID = '7d1f0c52-5a0e-4d1c-9f3a-1b2c3d4e5f60';
const NOT_OWNED = `"Old: orders" (${ID}), which is not owned, has the same url and could deliver the same events`;
const CONFLICT = `${NOT_OWNED}: if this one were created beside it, those would come twice. To settle it, take it over (reconcile.id: ${ID}), or say that both are meant to be there (reconcile.beside: [${ID}]).`;

describe('a message in a clause', () => {
  it.each([
    ['is whole where it is short', 'Its file has an error: fix it.', 'Its file has an error: fix it'],
    ['ends before the details, and names no id', CONFLICT, NOT_OWNED.replace(` (${ID})`, '')],
    [
      'ends with the last whole sentence that fits',
      `PATCH /webhooks/{webhook_id} answered 422 Unprocessable. The url is not allowed. ${'It is so. '.repeat(20)}`,
      'PATCH /webhooks/{webhook_id} answered 422 Unprocessable. The url is not allowed. It is so. It is so. It is so. It is so',
    ],
    [
      'ends before an aside where there is no other end',
      `It may be the new title of another, which has the same url${', and so on'.repeat(20)}`,
      `It may be the new title of another, which has the same url${', and so on'.repeat(5)}`,
    ],
    ['ends after a word', `word ${ID} `.repeat(20), `word ${ID} word ${ID} word…`],
    ['is cut in a word that is longer than a clause', 'x'.repeat(300), `${'x'.repeat(120)}…`],
    [
      'does not take a mark in quotes or brackets for an end',
      `"a. b: c" and (so: on. and on) ${'without any end '.repeat(10)}`,
      `"a. b: c" and (so: on. and on) ${'without any end '.repeat(5)}without…`,
    ],
  ])('%s', (_, message, said) => {
    expect(clauseOfMessage(message)).toBe(said);
  });

  it('may be of several sentences where nothing else says them', () => {
    const refused = `POST /auth/token answered 401 Unauthorized (request ${ID})`;
    const advice = `It is the client secret, not the signature: check that it is the one of the client ${'a'.repeat(200)}`;
    expect(sentencesOfMessage(`${refused}. ${advice}.`)).toBe(`${refused}. ${advice}`);
    expect(sentencesOfMessage(`${refused}. ${'a'.repeat(600)}`)).toBe(refused);
  });
});

describe('a clause as a sentence', () => {
  it.each([
    ['it is so', ['it is so', '.']],
    ['did you mean "type"?', ['did you mean ', { quote: 'type' }, '?']],
    ['do you mean "type?"', ['do you mean ', { quote: 'type?' }]],
    ['it is cut…', ['it is cut…']],
  ])('ends with one mark: %s', (clause, pieces) => {
    expect(asSentence(clause)).toEqual(pieces);
  });
});

describe('marks in a text', () => {
  it('tell times of one minute apart by their seconds', () => {
    const [one, two, later] = ['2026-11-26T05:58:03Z', '2026-11-26T05:58:24Z', '2026-11-26T05:59:00Z'];
    expect(markedIn(`between ${one} and ${two}`)).toEqual([
      'between ',
      { time: one, seconds: true },
      ' and ',
      { time: two, seconds: true },
    ]);
    expect(markedIn(`at ${one}, at ${one}, at ${later}`)).not.toContainEqual({ time: one, seconds: true });
  });

  it.each([
    ['a quoted text', 'in "Move the \\"hooks\\"" now', ['in ', { quote: 'Move the "hooks"' }, ' now']],
    ['a command', 'see `webhook-reconciler validate`.', ['see ', { code: 'webhook-reconciler validate' }, '.']],
    ['a setting', 'with policy.mode: sync a', ['with ', { code: 'policy.mode: sync' }, ' a']],
    ['a setting at the end', 'set policy.maxDeletes.', ['set ', { code: 'policy.maxDeletes' }, '.']],
    ['a setting and its number', 'set policy.maxDeletes: 3 for', ['set ', { code: 'policy.maxDeletes: 3' }, ' for']],
    ['an id', `id ${ID}.`, ['id ', { code: ID }, '.']],
    ['a tombstone', '(state: absent)', ['(', { code: 'state: absent' }, ')']],
    [
      'a field',
      'in exclude_type and config.delay.',
      ['in ', { code: 'exclude_type' }, ' and ', { code: 'config.delay' }, '.'],
    ],
    ['a commit that is known', 'revert 9c4e1fa.', ['revert ', { code: '9c4e1fa' }, '.']],
    ['a time', 'at 2026-11-26T13:26:00Z.', ['at ', { time: '2026-11-26T13:26:00Z' }, '.']],
    ['a list to be written', `reconcile.ignore: [type, url].`, [{ code: 'reconcile.ignore: [type, url]' }, '.']],
    ['a place in a file', 'at webhooks/a.yaml:4:5 has', ['at ', { code: 'webhooks/a.yaml:4:5' }, ' has']],
  ])('are put on %s', (_, text, pieces) => {
    expect(markedIn(text, ['9c4e1fa'])).toEqual(pieces);
  });

  it.each([
    'has the same url',
    'Git wants it enabled',
    'another urlish',
    'a word 9c4e1fb',
    'deadbeef',
    '<img src=x onerror=alert(1)>',
    'an open " quote',
    'no such month: 2026-19-26T13:25:00Z',
    'a day alone: 2026-11-26',
    'my_policy.mode',
  ])('are not put on what only looks alike: %s', (text) => {
    expect(markedIn(text, ['9c4e1fa'])).toEqual([text]);
  });

  it('are put on long texts of strangers in time', () => {
    for (const part of ['"', '\\', '`', 'policy.', 'a/', 'a.yaml:', '[', '9', '"\\', 'config.a: [']) {
      const text = part.repeat(2_000);
      const from = performance.now();
      expect(markedIn(text, [])).toEqual(expect.any(Array));
      expect(performance.now() - from, part).toBeLessThan(200);
    }
  });
});
