/** Wanted and observed, field by field, those that differ first; the difference also in words. */
import { type ComponentChildren, Fragment } from 'preact';
import type { SubscriptionDocument } from '../../status-document.ts';
import { breakable, type CompareKind, type CompareRow, compareRows, type Marked } from '../model/compare.ts';
import { shortId } from '../model/doing.ts';
import type { Store } from '../live/store.ts';
import { Code, Time, visible } from './words.tsx';

export function Comparison({ store, row }: { store: Store; row: SubscriptionDocument }) {
  const rows = compareRows(row);
  const revision = store.revision.value?.id;
  const observedAt = store.document.value?.observedAt;
  if (rows.length === 0) return null;
  if (row.desired === null || row.observed === null) return <OneSide row={row} rows={rows} />;
  return (
    <table class="cmp" role="table" aria-label="Wanted and observed, field by field">
      <colgroup>
        <col class="k" />
        <col />
        <col />
        <col class="d" />
      </colgroup>
      <thead role="rowgroup">
        <tr role="row">
          <Head>Field</Head>
          <Head>
            Wanted <span class="sub">{revision !== undefined && <Code text={shortId(revision)} />}</span>
          </Head>
          <Head>
            Observed{' '}
            <span class="sub">
              tenant
              {observedAt && (
                <>
                  , <Time store={store} iso={observedAt} seconds />
                </>
              )}
            </span>
          </Head>
          <Head>Difference</Head>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ field, kind, wanted, observed, difference }) => (
          <tr key={field} role="row" class={CLASSES[kind]}>
            <th role="rowheader" scope="row">
              {field}
            </th>
            <Value label="Wanted" value={wanted} isQuiet={kind === 'unmanaged'} />
            <Value label="Observed" value={observed} />
            <td role="cell" data-l="Difference" class={kind === 'differs' ? undefined : 'eq'}>
              {difference}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where one of the two does not exist, there is nothing to compare: it is shown what there is. */
function OneSide({ row: { observed, source }, rows }: { row: SubscriptionDocument; rows: readonly CompareRow[] }) {
  const side = observed === null ? 'wanted' : 'observed';
  // What git wants and cannot be read has a place in git.
  const found = source === undefined ? 'On the tenant, and not wanted' : 'On the tenant; its entry cannot be read';
  const head = observed === null ? 'Wanted, and not on the tenant' : found;
  return (
    <table class="cmp" role="table" aria-label={head}>
      <colgroup>
        <col class="k" />
        <col />
      </colgroup>
      <thead role="rowgroup">
        <tr role="row">
          <Head>Field</Head>
          <Head>{head}</Head>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((each) => (
          <tr key={each.field} role="row" class="same">
            <th role="rowheader" scope="row">
              {each.field}
            </th>
            <Value label={head} value={each[side].map(({ text }) => ({ text }))} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ children }: { children: ComponentChildren }) {
  return (
    <th role="columnheader" scope="col">
      {children}
    </th>
  );
}

function Value({ label, value, isQuiet = false }: { label: string; value: Marked; isQuiet?: boolean }) {
  return (
    <td role="cell" data-l={label} class={isQuiet ? 'eq' : undefined}>
      {value.map(({ text, mark: Mark = Fragment }, index) => (
        <Mark key={index}>
          <Breakable text={text} />
        </Mark>
      ))}
    </td>
  );
}

/** A url may break after a dot and before a slash; a category never does. */
function Breakable({ text }: { text: string }) {
  const shown = visible(text.slice(0, MAX_SHOWN));
  if (/^[A-Z_]+$/.test(shown)) return <span class="nb">{shown}</span>;
  return breakable(shown).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

/** No value is longer, but for an attack. */
const MAX_SHOWN = 4_000;

const CLASSES: Readonly<Record<CompareKind, string>> = {
  differs: 'ne',
  spelled: 'same',
  equal: 'same',
  unmanaged: 'same free',
  ignored: 'same',
  absent: '',
};
