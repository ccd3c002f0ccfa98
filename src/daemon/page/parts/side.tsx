/** What is held back, when nothing may be changed, and what on the tenant is none of ours. */
import type { FreezeStatus, ProblemStatus, SubscriptionDocument } from '../../status-document.ts';
import { markedIn } from '../model/marks.ts';
import { hasErrors, hasWarnings, problemsIn } from '../model/problems.ts';
import type { Store } from '../live/store.ts';
import { Place } from './detail.tsx';
import { Passes } from './passes.tsx';
import { Categories, Url } from './row.tsx';
import { Shape } from './sprite.tsx';
import { Changes } from './changes.tsx';
import { Withheld } from './withheld.tsx';
import { Code, Countdown, Name, RowLink, Section, Time, visible, Words } from './words.tsx';

export function Side({ store }: { store: Store }) {
  return (
    <div class="side">
      <Problems store={store} />
      <Passes store={store} />
      <Changes store={store} />
      <Withheld store={store} />
      <FreezeWindows store={store} />
      <Unmanaged store={store} />
    </div>
  );
}

/** What is wrong in the files, and what should be looked at. There is no such section without any. */
function Problems({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const problems = problemsIn(document);
  if (!hasErrors(problems) && !hasWarnings(problems)) return null;
  const { errors, fileWarnings, warnings, moreErrors } = problems;
  return (
    <div class="problems">
      {hasErrors(problems) && (
        <Section id="errors" title="Errors in git" small={errors.length + moreErrors}>
          <ProblemList store={store} problems={errors} />
          {moreErrors > 0 && (
            <p class="sub gap">
              <code>webhook-reconciler validate</code> lists all {errors.length + moreErrors} places.
            </p>
          )}
        </Section>
      )}
      {hasWarnings(problems) && (
        <Section id="warnings" title="Warnings" small={fileWarnings.length + warnings.length}>
          <ProblemList store={store} problems={fileWarnings} />
          <ul class="plainlist">
            {warnings.slice(0, MANY).map((warning, index) => (
              <li key={index}>
                <p class="sub">
                  <Words store={store} text={markedIn(warning.slice(0, 1_000))} />
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function ProblemList({ store, problems }: { store: Store; problems: readonly ProblemStatus[] }) {
  if (problems.length === 0) return null;
  const revision = store.document.value?.revision?.id;
  return (
    <ul class="plainlist">
      {problems.map(({ file, line, column, field, message, title }, index) => (
        // One place may have the same problem twice: in each of the entries that an alias puts there.
        <li key={index}>
          <p>
            <Place store={store} source={`${file}:${line}:${column}`} revision={revision} />
          </p>
          <p class="sub">
            {field !== '' && <Code text={field} />} <Words store={store} text={markedIn(message.slice(0, 500))} />
            {title !== undefined && (
              <>
                {' '}
                (<RowLink store={store} title={title} />)
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}

const MANY = 50;

function FreezeWindows({ store }: { store: Store }) {
  const windows = store.document.value?.freezeWindows ?? [];
  const open = windows.filter(({ isOpen }) => isOpen).length;
  if (windows.length === 0) {
    return (
      <Section id="freeze" title="Freeze windows">
        <p class="none">
          None. <code>schedule.freeze</code> sets times in which it only looks.
        </p>
      </Section>
    );
  }
  return (
    <Section
      id="freeze"
      title="Freeze windows"
      small={open > 0 ? `${open} of ${windows.length} in force` : windows.length}
    >
      <ul class="plainlist">
        {windows.map((window, index) => (
          <li key={index}>
            <FreezeWindow store={store} window={window} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function FreezeWindow({ store, window }: { store: Store; window: FreezeStatus }) {
  const { isOpen, from, until, start, timezone } = window;
  return (
    <>
      <p>
        {isOpen && <Shape name="Frozen" tone="held" />}{' '}
        {from !== undefined && until !== undefined ? (
          <b>
            <Time store={store} iso={from} until /> to <Time store={store} iso={until} until />
          </b>
        ) : (
          <b>Never again</b>
        )}
      </p>
      <p class="sub">
        {isOpen && until !== undefined && (
          <>
            in force, ends in <Countdown store={store} iso={until} />;{' '}
          </>
        )}
        {!isOpen && from !== undefined && (
          <>
            next in <Countdown store={store} iso={from} />;{' '}
          </>
        )}
        <Code text={start} /> in {visible(timezone)}
      </p>
    </>
  );
}

function Unmanaged({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const { unmanaged, observedAt } = document;
  const { isSeen } = store.sentence.value;
  const reasons = new Set(unmanaged.map(({ explanation }) => explanation));
  return (
    <Section
      id="unmanaged"
      title="Unmanaged"
      small={
        observedAt !== null && (
          <>
            {unmanaged.length}
            {!isSeen && observedAt !== null && (
              <>
                {' '}
                at <Time store={store} iso={observedAt} />
              </>
            )}
          </>
        )
      }
    >
      {unmanaged.length === 0 && (
        <p class="none">
          {observedAt === null
            ? 'Not known yet.'
            : 'None. What is on the tenant and not in git would stand here, and why it is left alone.'}
        </p>
      )}
      <ul class="plainlist">
        {unmanaged.slice(0, MANY).map((each, index) => (
          <li key={each.id ?? index}>
            <UnmanagedOne store={store} each={each} says={reasons.size > 1} />
          </li>
        ))}
      </ul>
      {unmanaged.length > MANY && <p class="sub gap">and {unmanaged.length - MANY} more, in the JSON of status</p>}
      {reasons.size === 1 && (
        <p class="sub gap">
          <Words store={store} text={markedIn([...reasons].join(''))} />
        </p>
      )}
    </Section>
  );
}

function UnmanagedOne({ store, each, says }: { store: Store; each: SubscriptionDocument; says: boolean }) {
  return (
    <>
      <p>
        <b>
          <Name text={each.title} />
        </b>
      </p>
      <p class="sub">
        <Url text={each.url} />, <Categories row={each} />
        {each.enabled === false && '; disabled'}
      </p>
      {says && (
        <p class="sub">
          <Words store={store} text={markedIn(each.explanation)} />
        </p>
      )}
    </>
  );
}
