/** Whether a process that has run for long needs more and more of something. */

export interface Sample {
  readonly pass: number;
  readonly residentMb: number;
  /** What the heap takes of it, garbage and all. */
  readonly reservedMb: number;
  /** After a full garbage collection. */
  readonly heapMb: number;
  readonly externalMb: number;
  /** Descriptors of every kind, sockets included. */
  readonly files: number;
  readonly sockets: number;
  readonly timers: number;
}

/** The median of one measure in each quarter of the run, the first being warm-up. */
export interface Trend {
  readonly measure: Measure;
  readonly quarters: readonly number[];
  readonly isGrowing: boolean;
}

type Measure = Exclude<keyof Sample, 'pass'>;

const MEASURES: Readonly<Record<Measure, 'memory' | 'handles'>> = {
  residentMb: 'memory',
  reservedMb: 'memory',
  heapMb: 'memory',
  externalMb: 'memory',
  files: 'handles',
  sockets: 'handles',
  timers: 'handles',
};

/** Memory: of the second quarter's median. */
const MEMORY_LIMIT = 1.05;
/** Five per cent of a small heap is noise. */
const MEMORY_SLACK_MB = 1;
/** A sample may fall on a request of the health page, a file being read, a debounce. */
const HANDLES_SLACK = 2;

export function trends(samples: readonly Sample[]): readonly Trend[] {
  return (Object.keys(MEASURES) as Measure[]).map((measure) => {
    const quarters = [0, 1, 2, 3].map((n) => {
      const quarter = samples.slice((samples.length * n) / 4, (samples.length * (n + 1)) / 4);
      return median(quarter.map((sample) => sample[measure]));
    });
    const [, second = 0, , last = 0] = quarters;
    const limit =
      MEASURES[measure] === 'memory'
        ? Math.max(
            second * MEMORY_LIMIT,
            measure === 'residentMb' || measure === 'reservedMb' ? 0 : second + MEMORY_SLACK_MB,
          )
        : second + HANDLES_SLACK;
    return { measure, quarters, isGrowing: last > limit };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
