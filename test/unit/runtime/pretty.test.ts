import { describe, expect, it } from 'vitest';
import { sentence } from '../../../src/runtime/pretty.ts';

const audit = (line: object) => sentence({ msg: 'tenant changed', audit: true, changes: [], ...line });
const delay = { field: 'config.delay', from: null, to: '5s' };

describe('a line of the log at a terminal', () => {
  it.each([
    [{ action: 'create', title: 'Users', origin: 'git' }, 'created Users'],
    [{ action: 'update', title: 'Users', origin: 'git', changes: [delay] }, 'updated Users: config.delay (none) → 5s'],
    [
      { action: 'update', title: 'Users', origin: 'git', changes: [delay], because: 'adopted' },
      'updated Users: config.delay (none) → 5s (adopted)',
    ],
    [
      { action: 'enable', title: 'Users', origin: 'remote', changes: [{ field: 'enabled', from: false, to: true }] },
      'put back Users: enabled false → true (changed by another client)',
    ],
    [{ action: 'delete', title: 'Old', origin: 'git', because: 'pruned' }, 'deleted Old (pruned)'],
    [
      { action: 'delete', title: 'Old', origin: 'remote', because: 'surplus' },
      'deleted Old (surplus, made by another client)',
    ],
  ])('says of the change %j: %s', (line, words) => {
    expect(audit(line)).toBe(words);
  });

  it('says of deletes that are withheld which, and how to lift it', () => {
    const guards = [{ guard: 'max-deletes', deletes: 3, howToLift: 'Raise it.' }];
    expect(sentence({ msg: 'deletes withheld', deletes: 3, titles: ['Old', 'Older'], guards })).toBe(
      'withheld Old, Older and 1 more: (max-deletes) Raise it.',
    );
  });

  it('says of a pass its result, what was done, and what is left', () => {
    const line = {
      result: 'incomplete',
      changes: { create: 1, enable: 0 },
      withheld: [],
      requests: 1,
      undone: { Failed: 2 },
    };
    expect(sentence({ msg: 'pass ended', ...line })).toBe('pass ended: incomplete, 1 created, 2 Failed (1 request)');
  });

  it('is its message and its fields where it has no sentence', () => {
    expect(sentence({ level: 'info', time: 1, msg: 'listening', port: 8080 })).toBe('listening {"port":8080}');
  });

  it('has the stack of an unforeseen error below it', () => {
    const err = { type: 'TypeError', message: 'canary', stack: 'TypeError: canary\n    at a\u001b[2J' };
    expect(sentence({ msg: 'a sink failed', err })).toBe(
      'a sink failed\n    TypeError: canary\n        at a\\u{1b}[2J',
    );
  });

  it('stays one line, whatever a title holds', () => {
    expect(audit({ action: 'create', title: 'a\nb' })).toBe('created a\\u{a}b');
  });
});
