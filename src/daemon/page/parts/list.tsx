/** The subscriptions that match, and the line below them that says how many these are. */
import { useLayoutEffect } from 'preact/hooks';
import { keyOf, type StatusDocument } from '../../status-document.ts';
import { shownState } from '../model/states.ts';
import { span } from '../model/time.ts';
import type { Store } from '../live/store.ts';
import { Tools } from './filters.tsx';
import { Row } from './row.tsx';
import { Name, Time } from './words.tsx';

export function Subscriptions({ store }: { store: Store }) {
  return (
    <section class="subs" id="subscriptions" aria-labelledby="h-subs">
      <h2 class="vh" id="h-subs">
        Subscriptions
      </h2>
      {store.document.value && <Tools store={store} />}
      <SeenAt store={store} />
      <Rows store={store} />
      <End store={store} />
    </section>
  );
}

/** The truth has a date: of when everything below is, where nobody can say what is so now. */
function SeenAt({ store }: { store: Store }) {
  const { isSeen } = store.sentence.value;
  const observedAt = store.document.value?.observedAt;
  const { kind } = store.contact.value;
  // The sentence has the date then, and the list is not to move for the moment that connecting takes.
  if (isSeen || !observedAt || kind === 'connecting' || kind === 'paused') return null;
  const ago = store.minute.value - Date.parse(observedAt);
  return (
    <p class="note">
      <b>
        As seen at <Time store={store} iso={observedAt} seconds />
        {ago >= 60_000 && `, ${span(Math.floor(ago / 60_000) * 60_000)} ago`}.
      </b>{' '}
      Nobody can say what is on the tenant now.
    </p>
  );
}

const HEADS = [
  ['c-state', 'State'],
  ['c-title', 'Title'],
  ['c-url', 'Url'],
  ['c-cats', 'Categories'],
  ['c-doing', 'Last change'],
  ['c-since', 'Since'],
] as const;

function Rows({ store }: { store: Store }) {
  const shown = store.view.shown.value.slice(0, store.view.drawLimit.value);
  const { isSeen } = store.sentence.value;
  useFocusKept();
  if (shown.length === 0) return null;
  return (
    <table
      class="list"
      role="table"
      aria-label="Subscriptions, worrying first"
      onPointerMove={() => store.view.touch()}
      onKeyDown={() => store.view.touch()}
      onPointerLeave={() => store.view.leave()}
    >
      <thead role="rowgroup">
        <tr role="row">
          {HEADS.map(([name, word]) => (
            <th key={name} role="columnheader" scope="col" class={name}>
              {word}
            </th>
          ))}
          <th role="columnheader" scope="col" class="c-chev">
            <span class="vh">Open</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {shown.map((row) => (
          <Row key={keyOf(row)} store={store} row={row} isSeen={isSeen} isOpen={store.view.isOpen(row)} />
        ))}
      </tbody>
    </table>
  );
}

/** An element that is moved to its new place loses the focus, and whoever moves by keys would begin at the top again. */
function useFocusKept(): void {
  const before = document.activeElement;
  useLayoutEffect(() => {
    const isLost = before instanceof HTMLElement && before.isConnected && document.activeElement === document.body;
    if (isLost) before.focus({ preventScroll: true });
  });
}

function End({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return <p class="end">None was seen yet.</p>;
  const all = document.subscriptions.length;
  const found = store.view.shown.value.length;
  const { state, q } = store.view.address.value;
  const shown = Math.min(found, store.view.rowLimit.value);
  if (all === 0) return <p class="end">{noneBecause(document)}</p>;
  if (state === undefined && q === '') return <Whole store={store} all={all} shown={shown} />;
  const isState = state !== undefined && `${found === 1 || found === 0 ? 'is' : 'are'} ${shownState(state).counted}`;
  return (
    <p class="end">
      {found === 0 ? 'Nothing' : `${found} of ${all}`} {isState}
      {state !== undefined && q !== '' && ' and '}
      {q !== '' && (
        <>
          {found > 1 ? 'match' : 'matches'} “<Name text={q} limit={60} />”
        </>
      )}
      .{' '}
      <button type="button" class="quiet" onClick={() => store.view.clear()}>
        Clear
      </button>{' '}
      <More store={store} left={found - shown} />
    </p>
  );
}

function noneBecause({ observedAt, checkoutErrors }: StatusDocument): string {
  if (observedAt === null) return 'None was seen yet.';
  return checkoutErrors > 0 ? 'No entry of the checkout can be read.' : 'Nothing is wanted: the checkout has no entry.';
}

function Whole({ store, all, shown }: { store: Store; all: number; shown: number }) {
  const isCalm = store.view.counts.value.every(({ state }) => state === 'InSync');
  const order = isCalm ? 'last changed first' : 'worrying first, then last changed';
  if (shown < all) {
    return (
      <p class="end">
        {shown} of {all} shown, {order}. <More store={store} left={all - shown} />
      </p>
    );
  }
  return (
    <p class="end">
      {all === 1 ? '1 shown.' : `All ${all} shown${all > FEW ? `, ${order}.` : '.'}`}{' '}
      {all <= FEW && (
        <>
          <kbd>?</kbd> says what the states mean.
        </>
      )}
    </p>
  );
}

/** So few rows are likely somebody's first ones. */
const FEW = 5;

function More({ store, left }: { store: Store; left: number }) {
  if (left <= 0) return null;
  return (
    <button type="button" class="quiet" onClick={() => store.view.showMoreRows()}>
      Show {Math.min(left, 200)} more
    </button>
  );
}
