import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endedByThemselves, passBars, passesSentence, typicalMs } from '../../../src/daemon/page/model/passes.ts';
import { plainText } from '../../../src/daemon/page/model/time.ts';
import type { PassReport } from '../../../src/reconcile/report.ts';
import { NOW, pass, passes, situations } from '../../support/status-documents.ts';
import { inBerlin } from '../../support/time-zone.ts';

inBerlin(beforeAll, afterAll);

const sentence = (all: readonly PassReport[]) =>
  plainText(passesSentence(all), Date.parse(NOW)).replaceAll('\u00a0', ' ');
const only = (...over: Partial<PassReport>[]) => over.map((each) => pass(each));
const three = { changes: { create: 1, enable: 1, update: 1, delete: 0 } };

it('a pass that was interrupted is none of those that are judged', () => {
  const [last, interrupted, first] = only({}, { result: 'failed', isInterrupted: true }, {});
  expect(endedByThemselves([last, interrupted, first].flatMap((each) => each ?? []))).toEqual([last, first]);
});

describe('the sentence about the last passes', () => {
  it.each<readonly [string, readonly PassReport[]]>([
    ['No pass has ended yet.', []],
    ['The only one went through with 3 changes. Usually 214 ms.', only(three)],
    ['The only one went through and changed nothing. Usually 214 ms.', only({})],
    ['All 100 went through, the one of 14:02 with 3 changes. Usually 203 ms.', situations['in sync'].passes],
    ['All 3 went through, the first with 3 changes. Usually 214 ms.', only({}, {}, three)],
    ['All 3 went through, the last with 3 changes. Usually 214 ms.', only(three, {}, {})],
    ['All 3 went through, 2 of them with changes. Usually 214 ms.', only(three, three, {})],
    ['All 100 looked and changed nothing. Usually 203 ms.', situations.standby.passes],
    ['The last 13 failed, since 14:02. Before that all went through, usually in 201 ms.', situations.failing.passes],
    ['Both failed, since 14:26.', only({ result: 'failed' }, { result: 'failed' })],
    [
      'The last one failed, at 14:26. Before that 1 of 2 went through, usually in 214 ms.',
      only({ result: 'failed' }, {}, { result: 'failed' }),
    ],
    [
      '98 of 100 converged. The last one left something undone; one failed at 13:09 and its retry went through. Usually 203 ms.',
      situations.differs.passes,
    ],
    [
      '1 of 3 converged. The last 2 left something undone. Usually 214 ms.',
      only({ result: 'incomplete' }, { result: 'incomplete' }, {}),
    ],
    [
      '1 of 2 went through. One left something undone, at 14:26. Usually 214 ms.',
      only({ result: 'observed' }, { result: 'incomplete' }),
    ],
    [
      '1 of 3 converged. 2 left something undone, the last at 14:26. Usually 214 ms.',
      only({}, { result: 'incomplete' }, { result: 'incomplete' }),
    ],
    [
      '1 of 3 converged. 2 left something undone, the last one too. Usually 214 ms.',
      only({ result: 'incomplete' }, {}, { result: 'incomplete' }),
    ],
    [
      '1 of 4 converged. 3 left something undone, the last 2 among them. Usually 214 ms.',
      only({ result: 'incomplete' }, { result: 'incomplete' }, {}, { result: 'incomplete' }),
    ],
    [
      'None of 2 converged. The last one left something undone; one failed at 14:26 and its retry went through. Usually 214 ms.',
      only({ result: 'incomplete' }, { result: 'failed' }),
    ],
    ['The only one left something undone. Usually 214 ms.', only({ result: 'incomplete' })],
    ['Both left something undone. Usually 214 ms.', only({ result: 'incomplete' }, { result: 'incomplete' })],
    ['The only one failed, at 14:26.', only({ result: 'failed' })],
    ['The last one failed, at 14:26. Before that one went through, usually in 214 ms.', only({ result: 'failed' }, {})],
    [
      'The last one failed, at 14:26. Before that both went through, usually in 214 ms.',
      only({ result: 'failed' }, {}, {}),
    ],
    [
      '1 of 3 converged. 2 failed, the last at 14:26. Usually 214 ms.',
      only({}, { result: 'failed' }, { result: 'failed' }),
    ],
  ])('says: %s', (said, all) => {
    expect(sentence(all)).toBe(said);
  });

  it('takes what is usual from those that went through', () => {
    expect(typicalMs(only({ durationMs: 10 }, { durationMs: 30 }, { durationMs: 20 }))).toBe(20);
    expect(typicalMs(only({ durationMs: 9000, result: 'failed' }))).toBeUndefined();
  });
});

describe('the bars of the last passes', () => {
  it('stand on the line, the newest at the right, by the root of their duration', () => {
    const { bars, height, axisY, longestMs } = passBars(only({ durationMs: 100 }, { durationMs: 400 }));
    expect({ height, axisY, longestMs }).toEqual({ height: 60, axisY: 58.5, longestMs: 400 });
    expect(bars.map(({ x, y, height: tall }) => ({ x, y, tall }))).toEqual([
      { x: 98, y: 6, tall: 52 },
      { x: 99, y: 32, tall: 26 },
    ]);
  });

  it('hang below the line where they failed, on a scale of their own', () => {
    const failed = { result: 'failed', durationMs: 9000 } as const;
    const { bars, height, longestMs } = passBars(only({ durationMs: 100 }, failed));
    expect({ height, longestMs }).toEqual({ height: 84, longestMs: 100 });
    expect(bars[0]).toMatchObject({ kind: 'failed', y: 60, height: 20 });
  });

  it('are a tick where the pass only looked, and have a dot where it changed something', () => {
    const { bars } = passBars(only(three, { result: 'observed' }));
    expect(bars[0]).toMatchObject({ kind: 'observed', y: 6, height: 3 });
    expect(bars[0]).not.toHaveProperty('dot');
    expect(bars[1]?.dot).toEqual({ x: 99.36, y: 2 });
  });

  it('are a hundred at most, and stay within the chart', () => {
    const { bars, height } = passBars([...passes(), ...passes()]);
    expect(bars).toHaveLength(100);
    expect(bars.every((bar) => bar.x >= 0 && bar.y >= 0 && bar.y + bar.height <= height)).toBe(true);
    expect(passBars([]).bars).toEqual([]);
    expect(passBars(only({ durationMs: 0 })).bars[0]).toMatchObject({ height: 3 });
  });
});
