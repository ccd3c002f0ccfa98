/** An opened row: why it is as it is, wanted beside observed, how a guard is lifted, its history, where it is written. */
import type { ComponentChildren } from 'preact';
import type { EntryCommit, SubscriptionDocument } from '../../status-document.ts';
import { historyOf } from '../model/changes.ts';
import { shortId } from '../model/doing.ts';
import { commitLink, placeOf, sourceLink } from '../model/links.ts';
import { markedIn } from '../model/marks.ts';
import type { Store } from '../live/store.ts';
import { ChangeList } from './changes.tsx';
import { Comparison } from './comparison.tsx';
import { Code, Name, Time, visible, visibleLines, Words } from './words.tsx';

interface DetailProps {
  store: Store;
  row: SubscriptionDocument;
}

export function Detail({ store, row }: DetailProps) {
  const document = store.document.value;
  if (!document) return null;
  const history = historyOf(document, row);
  const known = row.commit ? [shortId(row.commit.id)] : [];
  return (
    <div class="open">
      <p class="why">
        <Words store={store} text={markedIn(row.explanation, known)} />
      </p>
      {row.error && !isExplained(row) && (
        <p class="why">
          <b>The last error:</b> <Words store={store} text={markedIn(row.error.message.slice(0, 2_000), known)} />
        </p>
      )}
      <Comparison store={store} row={row} />
      <Lifts row={row} />
      <div class="open-foot">
        <div>
          <h3>History</h3>
          {history.length > 0 ? (
            <ChangeList store={store} changes={history} isHistory />
          ) : (
            <p class="none">
              Nothing since this program started, <Time store={store} iso={document.startedAt} />.
            </p>
          )}
        </div>
        <About store={store} row={row} />
      </div>
    </div>
  );
}

/** The ways out of a conflict stand below, so that its message would say everything again. */
function isExplained({ state, error, explanation, lifts = [] }: SubscriptionDocument): boolean {
  return explanation.includes(error?.message ?? '') || (state === 'Conflict' && lifts.length > 0);
}

/** How a guard is lifted or a conflict settled: texts to be copied, the safer first, and the way back. */
function Lifts({ row: { state, lifts = [], commit } }: { row: SubscriptionDocument }) {
  if (lifts.length === 0) return null;
  return (
    <div class="lift">
      <h3>
        {state === 'Conflict' ? 'To settle it' : 'If the delete is meant'}
        {lifts.length > 1 && ', one of these'}
      </h3>
      <ol>
        {lifts.map(({ what, yaml }) => (
          <li key={what}>
            <p>{visible(what)}</p>
            <pre tabIndex={0} role="region" aria-label={`To copy: ${what}`}>
              {visibleLines(yaml.trimEnd())}
            </pre>
          </li>
        ))}
      </ol>
      {commit?.removed && (
        <p class="sub">
          If it is not, revert <Code text={shortId(commit.id)} />.
        </p>
      )}
    </div>
  );
}

function About({ store, row }: DetailProps) {
  const { source, commit, id, error, until, since, sinceIsAtLeast, receiver } = row;
  const revision = store.revision.value?.id;
  return (
    <dl class="about">
      {source !== undefined && (
        <Entry name="Written in">
          <Place store={store} source={source} revision={revision} />
        </Entry>
      )}
      {source === undefined && commit?.removed && (
        <Entry name="Was written in">
          <Place store={store} source={commit.removed.source} revision={commit.removed.lastIn} />
        </Entry>
      )}
      {source === undefined && !commit?.removed && <Entry name="Written in">nowhere in the checkout</Entry>}
      {commit && <CommitEntry store={store} commit={commit} />}
      {id !== undefined && (
        <Entry name="Id">
          <code class="sel">{visible(id)}</code>
        </Entry>
      )}
      {error?.requestId !== undefined && (
        <Entry name="Request of the last error">
          <code class="sel">{visible(error.requestId)}</code>
        </Entry>
      )}
      {until !== undefined && (
        <Entry name="Until">
          <Time store={store} iso={until} until />
        </Entry>
      )}
      {sinceIsAtLeast && (
        <Entry name="Since">
          <Time store={store} iso={since} seconds />, when this program first looked, or earlier
        </Entry>
      )}
      <Entry name="Receiver">{receiver === undefined ? 'not tested' : <Receiver store={store} row={row} />}</Entry>
    </dl>
  );
}

function Entry({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface PlaceProps {
  store: Store;
  /** `file:line:column`. */
  source: string;
  revision: string | undefined;
}

/** A place in a file of the checkout; a link where `source.url` says how one is made. */
export function Place({ store, source, revision }: PlaceProps) {
  const place = placeOf(source);
  if (!place) return <>{visible(source)}</>;
  const text = visible(`${place.path}:${place.line}`);
  const template = store.document.value?.sourceUrl ?? null;
  const href = revision === undefined ? undefined : sourceLink(template, { ...place, revision });
  return href === undefined ? <code>{text}</code> : <a href={href}>{text}</a>;
}

/** The row has room for the beginning of it alone. */
function CommitEntry({ store, commit }: { store: Store; commit: EntryCommit }) {
  const { id, author, subject, time, isOldestKnown, removed } = commit;
  return (
    <Entry name={removed ? 'Removed by' : 'Last changed by'}>
      <Code text={shortId(id)} href={commitLink(store.document.value?.sourceUrl ?? null, id)} />
      {subject !== undefined && (
        <>
          {' '}
          <q>
            <Name text={subject} />
          </q>
        </>
      )}
      {author !== undefined && (
        <>
          , <Name text={author} limit={100} />
        </>
      )}
      {time !== undefined && (
        <>
          , <Time store={store} iso={time} seconds />
        </>
      )}
      {isOldestKnown && '; or earlier, since the clone has no older history'}
    </Entry>
  );
}

function Receiver({ store, row: { receiver, receiverDetail, receiverTestedAt } }: DetailProps) {
  return (
    <>
      {visible(receiverDetail ?? receiver ?? '')}
      {receiverTestedAt !== undefined && (
        <>
          , tested <Time store={store} iso={receiverTestedAt} />
        </>
      )}
    </>
  );
}
