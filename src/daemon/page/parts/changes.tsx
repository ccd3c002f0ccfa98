/** What was changed on the tenant, and what was seen that others changed: the newest first. */
import type { ChangeStatus } from '../../status-document.ts';
import { type Address, hrefOf } from '../model/address.ts';
import { changeLine } from '../model/changes.ts';
import type { Store } from '../live/store.ts';
import { Code, isPlainClick, Name, Section, Time, visible, Words } from './words.tsx';

/** As many as somebody takes in at a glance. */
const FEW = 6;

export function Changes({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const { changes, leader, startedAt } = document;
  const isAll = store.view.address.value.changes === 'all';
  const shown = changes.slice(0, isAll ? store.view.changeLimit.value : FEW);
  if (changes.length === 0) {
    return (
      <Section id="changes" title="Last changes">
        <p class="none">
          {leader ? (
            <>
              None since this program started, <Time store={store} iso={startedAt} />. Changes and withheld deletes
              stand here.
            </>
          ) : (
            'This instance has changed nothing. The leader has the list.'
          )}
        </p>
      </Section>
    );
  }
  return (
    <Section id="changes" title="Last changes" small={changes.length}>
      <ChangeList store={store} changes={shown} />
      {isAll && shown.length < changes.length && (
        <p class="more">
          <button type="button" class="quiet" onClick={() => store.view.showMoreChanges()}>
            Show 50 more
          </button>
        </p>
      )}
      {changes.length > FEW && <AllOrFew store={store} count={changes.length} isAll={isAll} />}
    </Section>
  );
}

function AllOrFew({ store, count, isAll }: { store: Store; count: number; isAll: boolean }) {
  const { changes: _, ...rest } = store.view.address.value;
  const target: Address = isAll ? rest : { ...rest, changes: 'all' };
  return (
    <p class="more">
      <a
        href={hrefOf(target)}
        onClick={(event) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          store.view.showChanges(target.changes);
        }}
      >
        {isAll ? `The last ${FEW} only` : `All ${count} changes`}
      </a>
    </p>
  );
}

interface ChangeListProps {
  store: Store;
  changes: readonly ChangeStatus[];
  /** Of one subscription, to be compared with a log: whole request ids, seconds, no title. */
  isHistory?: boolean;
}

export function ChangeList({ store, changes, isHistory = false }: ChangeListProps) {
  return (
    <ol class="changes">
      {changes.map((change) => (
        <Change key={nameOf(change)} {...{ store, change, isHistory }} />
      ))}
    </ol>
  );
}

/** What was seen in one look is of one time, and several subscriptions may share a title. */
function nameOf({ at, action, title, id, because, requestId }: ChangeStatus): string {
  return [at, action, id ?? title, because, requestId].join(' ');
}

function Change({ store, change, isHistory }: { store: Store; change: ChangeStatus; isHistory: boolean }) {
  const { verb, what, who } = changeLine(change);
  const { at, title, requestId } = change;
  return (
    <li>
      <Time store={store} iso={at} seconds={isHistory} />
      <div>
        <p>
          <b>{verb}</b> {!isHistory && <Name text={title} />} <span class="what">{visible(what)}</span>
        </p>
        <p class="sub">
          <Words store={store} text={who} />{' '}
          {requestId !== undefined && (
            <span class={isHistory ? 'req sel' : 'req'}>
              request <Code text={isHistory ? requestId : requestId.slice(0, 8)} />
            </span>
          )}
        </p>
      </div>
    </li>
  );
}
