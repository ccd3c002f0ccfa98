/** The page, in the order in which it is read. */
import { hasErrors, hasWarnings, problemsIn } from '../model/problems.ts';
import type { Store } from '../live/store.ts';
import { Announcements, Header, TokenNeeded } from './header.tsx';
import { Help, timeZone } from './help.tsx';
import { Subscriptions } from './list.tsx';
import { Side } from './side.tsx';
import { Sprite } from './sprite.tsx';
import { heldCount } from './withheld.tsx';
import { visible } from './words.tsx';

interface PageProps {
  store: Store;
  /** Asks for a pass. */
  reconcile: (token?: string) => void;
  /** Opens the stream with a token. */
  read: (token: string) => void;
}

export function Page({ store, reconcile, read }: PageProps) {
  if (!store.isShown.value) return null;
  const isOpenToUs = store.access.value === 'granted';
  return (
    <>
      <Sprite />
      <a class="skip" href="#subscriptions">
        To the subscriptions
      </a>
      {isOpenToUs ? <Status store={store} reconcile={reconcile} /> : <TokenNeeded store={store} read={read} />}
      <Foot store={store} />
      <Help store={store} />
      <Announcements store={store} />
    </>
  );
}

function Status({ store, reconcile }: Pick<PageProps, 'store' | 'reconcile'>) {
  const isKnown = store.document.value !== undefined;
  return (
    <>
      <Header store={store} reconcile={reconcile} />
      {isKnown && <Jump store={store} />}
      <main>
        <Subscriptions store={store} />
        {isKnown && <Side store={store} />}
      </main>
    </>
  );
}

/** Where the side is below the list, the way to it. */
function Jump({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const problems = problemsIn(document);
  const withheld = store.sentence.value.isSeen ? heldCount(document) : 0;
  return (
    <nav class="jump" aria-label="On this page">
      <ul>
        {hasErrors(problems) && (
          <li>
            <a href="#errors">
              Errors <b>{problems.errors.length + problems.moreErrors}</b>
            </a>
          </li>
        )}
        {hasWarnings(problems) && (
          <li>
            <a href="#warnings">Warnings</a>
          </li>
        )}
        <li>
          <a href="#passes">Passes</a>
        </li>
        <li>
          <a href="#changes">Changes</a>
        </li>
        <li>
          <a href="#withheld">Withheld {withheld > 0 && <b>{withheld}</b>}</a>
        </li>
        <li>
          <a href="#freeze">Freeze</a>
        </li>
        <li>
          <a href="#unmanaged">Unmanaged</a>
        </li>
      </ul>
    </nav>
  );
}

function Foot({ store }: { store: Store }) {
  const version = store.document.value?.version;
  return (
    <footer class="foot">
      <p>webhook-reconciler {version !== undefined && visible(version)}</p>
      <p>Git is the source of truth: what is to change is changed there</p>
      <p>Times in {timeZone()}</p>
      <p>
        <a href="status">Status as JSON</a>
      </p>
      <p>
        <a href="metrics">Metrics</a>
      </p>
      <p>
        <a href="healthz">Health</a>
      </p>
    </footer>
  );
}
