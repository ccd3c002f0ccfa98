/** Keys, what every state means, and the words of the field that the page uses. */
import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import type { Store } from '../live/store.ts';
import { STATE_ORDER, STATES } from '../model/states.ts';
import { StateWord } from './filters.tsx';

const KEYS = [
  { keys: ['/'], does: 'Search' },
  { keys: ['j', 'k'], does: 'Next, previous' },
  { keys: ['Enter'], does: 'Open or close' },
  { keys: ['Esc'], does: 'Close, clear' },
  { keys: ['f'], does: 'Next filter' },
  { keys: ['r'], does: 'Reconcile now' },
  { keys: ['?'], does: 'This' },
] as const;

const WORDS = [
  { word: 'Owned', means: 'Ours by policy.owns: deleted once git no longer wants it' },
  { word: 'Adopted', means: 'Made by others, taken over by an entry of git' },
  { word: 'Pruned', means: 'Deleted because git no longer wants it' },
  { word: 'Tombstone', means: 'An entry with state: absent, which asks for a delete' },
  { word: 'Guard', means: 'A rule that withholds deletes until somebody has looked' },
] as const;

export function Help({ store }: { store: Store }) {
  const close = useRef<HTMLButtonElement>(null);
  return (
    <div
      id="help"
      popover="auto"
      class="help"
      role="dialog"
      aria-labelledby="h-help"
      onToggle={({ newState }) => {
        if (newState === 'open') close.current?.focus();
      }}
    >
      <div class="help-head">
        <h2 id="h-help">Keys, states and words</h2>
        <button ref={close} type="button" class="quiet" popovertarget="help" popovertargetaction="hide">
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <dl class="keys-list">
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <Fragment key={key}>
                  <kbd>{key}</kbd>{' '}
                </Fragment>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <KeysSwitch store={store} />
      <ul class="legend">
        {STATE_ORDER.map((state) => (
          <li key={state}>
            <span class="state" data-tone={STATES[state].tone} data-state={state}>
              <StateWord state={state} isSeen />
            </span>
            <span>{STATES[state].meaning}</span>
          </li>
        ))}
      </ul>
      <ul class="legend" aria-label="Words">
        {WORDS.map(({ word, means }) => (
          <li key={word}>
            <b>{word}</b>
            <span>{means}</span>
          </li>
        ))}
      </ul>
      <p class="sub">
        The address holds filter, search and the opened rows: send it. Times are yours ({timeZone()}); point at one for
        UTC.
      </p>
    </div>
  );
}

/** Whoever speaks to the machine presses keys by words that were not meant so. */
function KeysSwitch({ store }: { store: Store }) {
  const { areKeysOn } = store;
  return (
    <p class="sub keys-switch">
      {areKeysOn.value ? 'A letter is enough.' : 'Only Enter and Esc do something, until the page is loaded again.'}{' '}
      <button type="button" class="quiet" onClick={() => (areKeysOn.value = !areKeysOn.value)}>
        Turn keys {areKeysOn.value ? 'off' : 'on'}
      </button>
    </p>
  );
}

/** The time zone in which the page shows times. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
