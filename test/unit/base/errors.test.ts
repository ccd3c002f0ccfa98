import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, errorText, isReported, systemCode } from '../../../src/base/errors.ts';
import { CredentialError } from '../../../src/http/credential-file.ts';
import { Unreadable } from '../../../src/http/answer.ts';
import { CheckoutError, isPassError, PassAborted } from '../../../src/reconcile/errors.ts';
import { isCallError, NotLeaderError } from '../../../src/upvest/errors.ts';

const src = join(import.meta.dirname, '../../../src');

/** Every class of `src` that is an error, as it is declared. The sandbox shares nothing with the client. */
const declared = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('sandbox'))
  .map((file) => readFileSync(join(src, file), 'utf8'))
  .flatMap((text) =>
    Array.from(text.matchAll(/^(?:export )?(?:abstract )?class (\w+) extends (\w*Error)\b(.*?)^\}/gms)),
  )
  .map(([, name, base, body = '']) => ({
    name,
    base,
    shown: /override readonly name = '(.*?)';/.exec(body)?.[1],
    code: /override readonly code = '(.*?)';/.exec(body)?.[1],
  }))
  .filter(({ name }) => name !== 'ReconcilerError');

const byText = (a = '', b = '') => a.localeCompare(b);

describe('the error classes', () => {
  it('share one base class, so that no list of them is needed', () => {
    expect(declared.length).toBeGreaterThan(10);
    expect(declared.filter(({ base }) => base !== 'ReconcilerError')).toEqual([]);
  });

  it('have the name of their class, for stacks and logs', () => {
    expect(declared.filter(({ name, shown }) => name !== shown)).toEqual([]);
  });

  it('have one code each', () => {
    expect(declared.map(({ code }) => code).toSorted(byText)).toEqual(ERROR_CODES.toSorted(byText));
  });
});

describe('an error', () => {
  it.each([
    [new CredentialError('no key'), true, true],
    [new CheckoutError('missing', 'no folder'), false, true],
    [new PassAborted('shutting down'), false, true],
    [new NotLeaderError('the lease is held elsewhere'), false, false],
    [new Unreadable('no JSON', true), false, false],
    [new TypeError('x is undefined'), false, false],
    ['thrown text', false, false],
  ])('%s is known of calls: %s, of passes: %s', (error, isOfCalls, isOfPasses) => {
    expect([isCallError(error), isPassError(error)]).toEqual([isOfCalls, isOfPasses]);
  });

  it('speaks for itself where its message is made for people', () => {
    expect(isReported(new NotLeaderError('the lease is held elsewhere'))).toBe(true);
  });

  it.each([[new Unreadable('no JSON', true)], [new TypeError('x is undefined')], ['thrown text'], [undefined]])(
    'is a fault of this program where it is %s',
    (error) => expect(isReported(error)).toBe(false),
  );

  it('is put into words by its message, or as the thrown value', () => {
    expect([errorText(new Error('lost')), errorText('lost'), errorText(undefined)]).toEqual([
      'lost',
      'lost',
      'undefined',
    ]);
  });

  it('has a code of the system only where the system threw it', () => {
    const missing = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    expect(systemCode(missing)).toBe('ENOENT');
    expect(systemCode(new CredentialError('no key'))).toBeUndefined();
    expect(systemCode({ code: 'ENOENT' })).toBeUndefined();
  });
});
