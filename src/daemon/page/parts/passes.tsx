/** The last passes: in a sentence, as bars that say the same, and as a table. */
import type { PassReport, PassResult } from '../../../reconcile/report.ts';
import { changesOf, endedByThemselves, type PassBar, passBars, passesSentence } from '../model/passes.ts';
import { span } from '../model/time.ts';
import type { Store } from '../live/store.ts';
import { Section, Time, Words } from './words.tsx';

export function Passes({ store }: { store: Store }) {
  const all = store.document.value?.passes ?? [];
  const passes = endedByThemselves(all);
  if (passes.length === 0) {
    return (
      <Section id="passes" title="Passes">
        <p class="none">None has ended yet.</p>
      </Section>
    );
  }
  return (
    <Section id="passes" title="Passes" small={passes.length === 1 ? 'the first' : `last ${passes.length}`}>
      <p class="say" id="bars-say">
        <Words store={store} text={passesSentence(passes)} />
      </p>
      <Chart store={store} passes={passes} />
      <details class="as-table">
        <summary>As a table</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label="The last passes as a table">
          <Table store={store} passes={all} />
        </div>
      </details>
    </Section>
  );
}

interface PassesProps {
  store: Store;
  /** The newest first. */
  passes: readonly PassReport[];
}

/** x in percent and y in pixels, without a `viewBox`: it is as wide as its column, and nothing is distorted. */
function Chart({ store, passes }: PassesProps) {
  const { height, axisY, bars, longestMs } = passBars(passes);
  const [newest, oldest] = [passes[0], passes.at(-1)];
  return (
    <figure>
      <svg class="bars" height={height} role="img" aria-labelledby="bars-say">
        <line x1="0" x2="100%" y1={axisY} y2={axisY} class="b-axis" />
        {bars.map((bar) => (
          <Bar key={bar.pass.startedAt} bar={bar} />
        ))}
      </svg>
      <div class="axis">
        <span>{passes.length === 100 && oldest && <Time store={store} iso={oldest.startedAt} />}</span>
        <span>{longestMs > 0 && `up to ${span(longestMs)}`}</span>
        <span>{newest && <Time store={store} iso={newest.startedAt} />}</span>
      </div>
      <Legend passes={passes} />
    </figure>
  );
}

function Bar({ bar: { kind, x, width, y, height, dot } }: { bar: PassBar }) {
  return (
    <>
      <rect x={`${x}%`} y={y} width={`${width}%`} height={height} class={dot ? `b-${kind} b-chg` : `b-${kind}`} />
      {dot && <circle cx={`${dot.x}%`} cy={dot.y} r="2" class="b-dot" />}
    </>
  );
}

/** Told apart in grey too: hollow, a tick alone, or hanging below the line. */
const KEYS: Readonly<Record<PassResult, { readonly y: number; readonly height: number }>> = {
  converged: { y: 1, height: 13 },
  incomplete: { y: 1, height: 13 },
  observed: { y: 5, height: 3 },
  failed: { y: 7, height: 8 },
};

function Legend({ passes }: { passes: readonly PassReport[] }) {
  const results = (Object.keys(KEYS) as PassResult[])
    .map((result) => ({ result, count: passes.filter((pass) => pass.result === result).length }))
    .filter(({ count }) => count > 0);
  const changing = passes.filter((pass) => changesOf(pass) > 0).length;
  return (
    <ul class="keys">
      {results.map(({ result, count }) => (
        <li key={result}>
          <svg class="key" aria-hidden="true">
            <rect x="2.5" width="5" {...KEYS[result]} class={`b-${result}`} />
            {result === 'failed' && <line x1="0" x2="10" y1="5.5" y2="5.5" class="b-axis" />}
          </svg>
          {result} <b>{count}</b>
        </li>
      ))}
      {changing > 0 && (
        <li>
          <svg class="key" aria-hidden="true">
            <circle cx="5" cy="3" r="2" class="b-dot" />
            <rect x="2.5" y="7" width="5" height="7" class="b-chg" />
          </svg>
          with changes <b>{changing}</b>
        </li>
      )}
    </ul>
  );
}

function Table({ store, passes }: PassesProps) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">started</th>
          <th scope="col">by</th>
          <th scope="col">result</th>
          <th scope="col" class="n">
            took
          </th>
          <th scope="col" class="n">
            changes
          </th>
        </tr>
      </thead>
      <tbody>
        {passes.map((pass) => (
          <tr key={pass.startedAt}>
            <td>
              <Time store={store} iso={pass.startedAt} seconds />
            </td>
            <td>{pass.trigger}</td>
            <td>{pass.isInterrupted ? 'interrupted' : pass.result}</td>
            <td class="n">{span(pass.durationMs)}</td>
            <td class="n">{changesOf(pass) || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
