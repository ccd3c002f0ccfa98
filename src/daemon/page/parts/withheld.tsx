/** What guards hold back: which guard, which subscriptions, and how it is lifted, word for word. */
import { Fragment } from 'preact';
import { keyOf, type StatusDocument, type SubscriptionDocument } from '../../status-document.ts';
import type { Guard } from '../../../plan/plan.ts';
import type { PassReport } from '../../../reconcile/report.ts';
import { tokenOf } from '../model/address.ts';
import { markedIn } from '../model/marks.ts';
import type { Store } from '../live/store.ts';
import { Shape } from './sprite.tsx';
import { RowLink, Section, Time, Words } from './words.tsx';

export function Withheld({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const withheld = lastWithheld(document);
  const isSeen = store.sentence.value.isSeen && document.observedAt !== null;
  return (
    <Section id="withheld" title="Withheld" small={isSeen ? heldCount(document) : undefined}>
      {!isSeen && <NotKnown store={store} count={withheld.length} />}
      {isSeen && withheld.length === 0 && (
        <p class="none">Nothing waits. What a guard holds back stands here, with how to lift it.</p>
      )}
      <ul class="plainlist">
        {withheld.map((each) => (
          <li key={each.guard}>
            <Held store={store} each={each} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Of the last pass that could look: one that failed says nothing of guards. */
function lastWithheld({ passes }: StatusDocument): PassReport['withheld'] {
  return passes.find(({ result }) => result !== 'failed')?.withheld ?? [];
}

/** How much waits. A delete that several guards hold is one. */
export function heldCount(document: StatusDocument): number {
  const withheld = lastWithheld(document);
  const covered = withheld.flatMap(({ guard }) => coveredBy(guard, document.subscriptions));
  return Math.max(new Set(covered).size, ...withheld.map(({ deletes }) => deletes));
}

/** A freeze holds all that would be changed. */
function coveredBy(guard: Guard, rows: readonly SubscriptionDocument[]): readonly SubscriptionDocument[] {
  return guard === 'freeze' ? rows.filter(isWaiting) : rows.filter(({ guards }) => guards?.includes(guard));
}

function isWaiting({ state }: SubscriptionDocument): boolean {
  return state === 'Pending' || state === 'Drifted' || state === 'Withheld';
}

function NotKnown({ store, count }: { store: Store; count: number }) {
  const observedAt = store.document.value?.observedAt;
  if (!observedAt) return <p class="none">Not known yet.</p>;
  return (
    <p class={count === 0 ? 'none' : 'say'}>
      Not known now; {count === 0 ? 'none' : 'this was so'} at <Time store={store} iso={observedAt} />.
    </p>
  );
}

function Held({ store, each: { guard, deletes, howToLift } }: { store: Store; each: PassReport['withheld'][number] }) {
  const covered = coveredBy(guard, store.view.rows.value);
  const isFreeze = guard === 'freeze';
  const count = isFreeze ? Math.max(deletes, covered.length) : deletes;
  const noun = isFreeze ? 'change' : 'delete';
  const named = covered.slice(0, NAMED);
  return (
    <>
      <p>
        <Shape name={isFreeze ? 'Frozen' : 'Withheld'} tone={isFreeze ? 'held' : 'warn'} /> <b>{guard}</b> holds {count}{' '}
        {noun}
        {count !== 1 && 's'}
      </p>
      <p class="sub">
        {named.map((row, index) => (
          <Fragment key={keyOf(row)}>
            {index > 0 && ', '}
            <RowLink store={store} title={row.title} token={tokenOf(row)} />
          </Fragment>
        ))}
        {covered.length > NAMED && ` and ${covered.length - NAMED} more`}
        {named.length === 1 && named[0] && (
          <>
            , since <Time store={store} iso={named[0].since} />
          </>
        )}
        {named.length > 0 && '. '}
        <Words store={store} text={markedIn(howToLift)} />
      </p>
    </>
  );
}

const NAMED = 10;
