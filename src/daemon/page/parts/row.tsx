/** A subscription in the list: what it is in, what differs, whose doing, since when. Opened in place. */
import { keyOf, type SubscriptionDocument } from '../../status-document.ts';
import { doingOf } from '../model/doing.ts';
import { DISABLED } from '../model/list.ts';
import { isRefused } from '../model/sentence/harm.ts';
import type { Text } from '../model/text.ts';
import { shownState } from '../model/states.ts';
import { listedUrl } from '../model/urls.ts';
import type { Store } from '../live/store.ts';
import { Detail } from './detail.tsx';
import { StateWord } from './filters.tsx';
import { Name, Time, visible, Words } from './words.tsx';

interface RowProps {
  store: Store;
  row: SubscriptionDocument;
  isSeen: boolean;
  isOpen: boolean;
}

/**
 * A part that reads a signal (here: the marks) is drawn again only if that or one of its properties is another than
 * before, and a subscription that did not change is the same object. What changes often therefore comes as a property.
 */
export function Row({ store, row, isSeen, isOpen }: RowProps) {
  const { tone } = shownState(row.state);
  const shownTone = isSeen ? tone : 'held';
  const id = isOpen ? store.view.idOf(row) : undefined;
  const off = row.enabled === false ? DISABLED : isRefused(row) ? 'receiver fails' : undefined;
  const isMarked = store.marked.value.has(keyOf(row));
  return (
    <>
      <tr role="row" class={isOpen ? 'row is-open' : 'row'} data-tone={shownTone}>
        <td role="cell" class="c-state">
          <span
            class={isMarked ? 'state is-new' : 'state'}
            data-tone={shownTone}
            data-state={isSeen ? row.state : 'Stale'}
          >
            <StateWord state={row.state} isSeen={isSeen} />
          </span>
        </td>
        <th role="rowheader" scope="row" class="c-title">
          <button
            type="button"
            class="title"
            aria-expanded={isOpen}
            aria-controls={id}
            data-key={keyOf(row)}
            onClick={() => store.view.toggle(row)}
          >
            <Name text={row.title} />
          </button>
        </th>
        <td role="cell" class="c-url">
          <Url text={row.url ?? row.desired?.url} />
        </td>
        <td role="cell" class="c-cats">
          {off !== undefined && <span class="off">{off}</span>}
          <span class="cats">
            {off !== undefined && '; '}
            <Categories row={row} />
          </span>
        </td>
        <td role="cell" class="c-doing">
          <WhoseDoing store={store} row={row} />
        </td>
        <td role="cell" class="c-since">
          {row.sinceIsAtLeast && 'by '}
          <Time store={store} iso={row.since} />
        </td>
        <td role="cell" class="c-chev" aria-hidden="true">
          <svg class="chev">
            <use href="#i-open" />
          </svg>
        </td>
      </tr>
      {isOpen && (
        <tr role="row" class="detail" id={id}>
          <td role="cell" colSpan={7}>
            <Detail store={store} row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The host in a lighter ink than the path, which is what tells one subscription from another. */
export function Url({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  const { host, path } = listedUrl(text.slice(0, MAX_URL));
  return (
    <>
      {visible(host)}
      <span class="path">{visible(path)}</span>
    </>
  );
}

/** The column shows less. */
const MAX_URL = 600;

/** How many categories a row has room for, whatever its width. */
const MAX_CATEGORIES = 12;

export function Categories({ row }: { row: SubscriptionDocument }) {
  const type = row.type ?? row.observed?.type ?? row.desired?.type ?? [];
  const excluded = (row.observed ?? row.desired)?.exclude_type ?? [];
  const all = [...type, ...excluded.map((each) => `−${each}`)];
  const shown = all.slice(0, MAX_CATEGORIES).map(visible).join(', ');
  return <>{all.length > MAX_CATEGORIES ? `${shown} and ${all.length - MAX_CATEGORIES} more` : shown}</>;
}

function WhoseDoing({ store, row }: Pick<RowProps, 'store' | 'row'>) {
  const { by, how, fields } = doingOf(row, store.revision.value);
  return (
    <>
      <span class="by">
        <Words store={store} text={by} />
      </span>{' '}
      <span class="how">
        {fields.length > 0 && (
          <>
            <span class="diff">{fields.join(', ')}</span>{' '}
          </>
        )}
        <How store={store} text={how} />
      </span>
    </>
  );
}

/** The subject of a commit, which the narrow list leaves out, follows its id. */
function How({ store, text }: { store: Store; text: Text }) {
  const [first, ...subject] = text;
  if (first === undefined || typeof first === 'string' || !('code' in first))
    return <Words store={store} text={text} />;
  return (
    <>
      <Words store={store} text={[first]} />
      <span class="subject">
        <Words store={store} text={subject} />
      </span>
    </>
  );
}
