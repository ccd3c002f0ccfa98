/** What is held back, when nothing may be changed, and what on the tenant is none of ours. */
import type { FreezeStatus, StatusDocument, SubscriptionDocument } from '../../status-document.ts';
import { splitTimes } from '../model/time.ts';
import type { Store } from '../live/store.ts';
import { Place } from './detail.tsx';
import { Passes } from './passes.tsx';
import { Categories, Url } from './row.tsx';
import { Shape } from './sprite.tsx';
import { Changes } from './changes.tsx';
import { RowLink, Withheld } from './withheld.tsx';
import { codesIn, Code, Countdown, Name, Section, Time, visible, Words } from './words.tsx';

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

/** Errors and warnings of the files, and what is to be looked at on the tenant. There is no such section without any. */
function Problems({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document || !hasProblems(document)) return null;
  const { checkoutErrors, problems, warnings } = document;
  return (
    <Section
      id="problems"
      title={checkoutErrors > 0 ? 'Errors in git' : 'Warnings'}
      small={checkoutErrors || warnings.length}
    >
      <ul class="plainlist">
        {problems.map((problem) => (
          <li key={`${problem.file}:${problem.line}:${problem.column} ${problem.message}`}>
            <p>
              <Place
                store={store}
                source={`${problem.file}:${problem.line}:${problem.column}`}
                revision={document.checkout?.revision.id}
              />
            </p>
            <p class="sub">
              {problem.severity === 'warning' && 'Warning: '}
              {problem.field !== '' && <Code text={problem.field} />} {visible(problem.message.slice(0, 500))}
              {problem.title !== undefined && (
                <>
                  {' '}
                  (<RowLink store={store} title={problem.title} />)
                </>
              )}
            </p>
          </li>
        ))}
        {warnings.slice(0, MANY).map((warning) => (
          <li key={warning}>
            <p class="sub">
              <Words store={store} text={codesIn(splitTimes(warning.slice(0, 1_000)))} />
            </p>
          </li>
        ))}
      </ul>
      {checkoutErrors > problems.length && (
        <p class="sub gap">
          <code>webhook-reconciler validate</code> lists all {checkoutErrors} places.
        </p>
      )}
    </Section>
  );
}

export function hasProblems({ problems, warnings }: StatusDocument): boolean {
  return problems.length + warnings.length > 0;
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
          <Words store={store} text={codesIn(splitTimes([...reasons].join('')))} />
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
          <Words store={store} text={codesIn(splitTimes(each.explanation))} />
        </p>
      )}
    </>
  );
}
