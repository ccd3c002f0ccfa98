/** The first few of the schedules that `npm run test:chaos` plays in numbers. */
import { expect, it } from 'vitest';
import { drawSchedule } from './draw-schedule.ts';
import { type Boundary, killAt } from './kill-at.ts';
import { perform } from './perform.ts';
import { rehearse } from './rehearse.ts';
import { collide } from './two-at-once.ts';

it.each(Array.from({ length: 15 }, (_, seed) => seed))(
  'chaos of seed %i leaves nothing undone and nothing worse',
  async (seed) => {
    expect((await rehearse(drawSchedule(seed))).violations).toEqual([]);
  },
);

it('chaos leaves nothing undone and nothing worse where the built program goes through it', async () => {
  expect((await perform(drawSchedule(3))).violations).toEqual([]);
});

it('the same seed gives the same schedule, and the same schedule comes to the same', async () => {
  expect(drawSchedule(26)).toEqual(drawSchedule(26));
  expect(await rehearse(drawSchedule(26))).toEqual(await rehearse(drawSchedule(26)));
});

it.each<Boundary>([
  // A create that nobody has heard the answer of, and a delete.
  { signal: 'SIGKILL', when: 'answer', nth: 4 },
  { signal: 'SIGTERM', when: 'answer', nth: 11 },
])(
  'the program ended by $signal at the $when of request $nth leaves nothing that its next run does not mend',
  async (boundary) => {
    expect(await killAt(boundary)).toEqual([]);
  },
);

it.each([
  // Both create the same, and both rename the same.
  { nth: 3, when: 'answer' },
  { nth: 9, when: 'arrival' },
] as const)(
  'two instances of which one is held at the $when of request $nth leave no duplicate and nothing worse',
  async (collision) => {
    expect(await collide(collision)).toEqual([]);
  },
);
