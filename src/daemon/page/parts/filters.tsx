/** What narrows the list: states, as links that can be sent to a colleague, and words. */
import { hrefOf } from '../model/address.ts';
import { shownState } from '../model/states.ts';
import type { SubscriptionState } from '../../../reconcile/report.ts';
import type { Store } from '../live/store.ts';
import { Shape } from './sprite.tsx';
import { isPlainClick } from './words.tsx';

export function Tools({ store }: { store: Store }) {
  return (
    <div class="tools">
      <nav class="filters" aria-label="Filter by state">
        <Chips store={store} />
      </nav>
      <Search store={store} />
      <button type="button" class="quiet" popovertarget="help" aria-label="? Help">
        ?
      </button>
    </div>
  );
}

function Chips({ store }: { store: Store }) {
  const { state: chosen } = store.view.address.value;
  const counts = store.view.counts.value;
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  // The state that is filtered by is there also when nothing is in it any longer: else nobody saw why the list is empty.
  const isGone = chosen !== undefined && !counts.some(({ state }) => state === chosen);
  const shown = isGone ? [...counts, { state: chosen, count: 0 }] : counts;
  return (
    <ul>
      <Chip store={store} count={all} isChosen={chosen === undefined} />
      {shown.map(({ state, count }) => (
        <Chip key={state} store={store} state={state} count={count} isChosen={state === chosen} />
      ))}
    </ul>
  );
}

interface ChipProps {
  store: Store;
  /** Absent: all of them. */
  state?: SubscriptionState;
  count: number;
  isChosen: boolean;
}

function Chip({ store, state, count, isChosen }: ChipProps) {
  const { state: _, ...rest } = store.view.address.value;
  // Pressing the chosen one again shows all.
  const target = { ...rest, ...(state !== undefined && !isChosen && { state }) };
  const { isSeen } = store.sentence.value;
  return (
    <li>
      <a
        class="chip"
        href={hrefOf(target)}
        aria-current={isChosen ? 'page' : undefined}
        onClick={(event) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          store.view.filter(target.state);
        }}
      >
        {state === undefined ? 'All' : <StateWord state={state} isSeen={isSeen} />} <b>{count}</b>
      </a>
    </li>
  );
}

/** A state in its word and shape; of what has not been seen since, what it was. */
export function StateWord({ state, isSeen }: { state: SubscriptionState; isSeen: boolean }) {
  const { tone, word, was, shape } = shownState(state);
  return (
    <>
      <Shape name={!isSeen && state === 'InSync' ? 'Stale' : shape} tone={isSeen ? tone : 'held'} />
      <span class="word">{isSeen ? word : was}</span>
    </>
  );
}

function Search({ store }: { store: Store }) {
  return (
    <search class="find">
      <label class="vh" for="q">
        Search title, url, category, author
      </label>
      <svg class="lens" aria-hidden="true">
        <use href="#i-find" />
      </svg>
      <input
        id="q"
        type="search"
        placeholder="Search title, url, category, author"
        autocomplete="off"
        spellcheck={false}
        value={store.view.address.value.q}
        onInput={(event) => store.view.search(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </search>
  );
}
