/** The sentence that answers, what happens next, and the facts below it. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { commitLink } from '../model/links.ts';
import { plainText } from '../model/time.ts';
import { hostOf } from '../model/urls.ts';
import type { Store } from '../live/store.ts';
import { ReconcileButton, TokenForm } from './reconcile-button.tsx';
import { Shape } from './sprite.tsx';
import { Code, Countdown, Time, visible, Words } from './words.tsx';

interface HeaderProps {
  store: Store;
  /** Asks for a pass. */
  reconcile: (token?: string) => void;
}

export function Header({ store, reconcile }: HeaderProps) {
  const { tone, shape, strong, rest, next } = store.sentence.value;
  return (
    <header class="top" data-tone={tone}>
      <div class="top-in">
        <div class="verdict">
          <Shape name={shape} tone={tone} isBig />
          <div class="words">
            <h1>
              <strong>
                <Words store={store} text={strong} emphasis="strong" />
              </strong>{' '}
              <Words store={store} text={rest} emphasis="strong" />
            </h1>
            {next !== undefined && (
              <p class="next">
                <Words store={store} text={next} />
              </p>
            )}
          </div>
        </div>
        <ReconcileButton store={store} reconcile={reconcile} />
        <Facts store={store} />
      </div>
    </header>
  );
}

/** In place of the page, where the status is not open to everybody. */
export function TokenNeeded({ store, read }: { store: Store; read: (token: string) => void }) {
  const wasRefused = store.access.value === 'refused';
  return (
    <>
      <header class="top" data-tone="held">
        <div class="top-in">
          <div class="verdict">
            <Shape name="Withheld" tone="held" isBig />
            <div class="words">
              <h1>
                <strong>{wasRefused ? 'The token was refused:' : 'A token is needed:'}</strong> the status is not open
                to everybody
              </h1>
              <p class="next">
                It is the one in the file that <code>server.tokenFile</code> names. It is kept in the memory of this
                page alone, so a reload asks again.
              </p>
            </div>
          </div>
        </div>
      </header>
      <main id="subscriptions">
        <TokenForm label="Token" action="Read the status" submit={read} hasFocus />
      </main>
    </>
  );
}

function Facts({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const { tenant, mode, version: _, ...rest } = document;
  const { clientId } = tenant;
  return (
    <dl class="facts">
      <Fact name="Tenant">
        {visible(hostOf(tenant.url) ?? tenant.url.slice(0, 200))}{' '}
        {clientId !== null && (
          <span class="sub" title={visible(clientId)}>
            client <Code text={clientId.length > 12 ? clientId.slice(0, 8) : clientId} />
          </span>
        )}
      </Fact>
      <Fact name="Mode">{mode}</Fact>
      <Leader {...rest} />
      <RevisionFact store={store} />
      <NextLook store={store} />
      <Fact name="This page">
        <ThisPage store={store} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface LeaderProps {
  leader: boolean;
  instance: string;
  lease?: { readonly name: string; readonly holder: string | null };
}

function Leader({ leader, instance, lease }: LeaderProps) {
  if (leader) {
    return (
      <Fact name="Leader">
        this instance <span class="sub">{lease ? <Code text={instance} /> : 'no lease'}</span>
      </Fact>
    );
  }
  return (
    <Fact name="Leader">
      {lease?.holder ? <Code text={lease.holder} /> : 'nobody known'} <span class="sub">by lease</span>
    </Fact>
  );
}

function RevisionFact({ store }: { store: Store }) {
  const { checkout, revision: seen, sourceUrl = null } = store.document.value ?? {};
  // The checkout is newer than what was last looked at while the tenant cannot be listed.
  const revision = checkout?.revision ?? seen;
  if (!revision) return <Fact name="Revision">not read yet</Fact>;
  const { id, ref, time, dirty } = revision;
  const branch = ref?.replace(/^refs\/(?:heads|tags|remotes)\//, '');
  const isHash = id.startsWith('sha256:');
  return (
    <Fact name="Revision">
      <Code text={isHash ? id.slice(0, 14) : id.slice(0, 7)} href={commitLink(sourceUrl, id)} />{' '}
      <span class="sub">
        {branch !== undefined && visible(branch)}
        {branch !== undefined && time !== undefined && ', '}
        {time !== undefined && <Time store={store} iso={time} />}
        {isHash && 'no git, a hash of the files'}
        {dirty === true && ', with changes that are not committed'}
      </span>
    </Fact>
  );
}

function NextLook({ store }: { store: Store }) {
  const document = store.document.value;
  if (!document) return null;
  const { nextPassAt, passing, resync } = document;
  const { situation } = store.sentence.value;
  const isTry = situation === 'failing' || situation === 'waiting';
  return (
    <Fact name={isTry ? 'Next try' : 'Next look'}>
      {passing !== null && 'now'}
      {passing === null && (nextPassAt === null ? 'not planned' : <Time store={store} iso={nextPassAt} seconds />)}{' '}
      {!isTry && (
        <span class="sub">
          <Every every={resync.every} timezone={resync.timezone} />
        </span>
      )}
    </Fact>
  );
}

function Every({ every, timezone }: { every: string; timezone: string }) {
  const span = /^(\d+)(ms|s|m|h)$/.exec(every);
  const minutes = /^\*\/(\d+) \* \* \* \*$/.exec(every);
  if (every === '* * * * *') return <>every minute</>;
  if (minutes) return <>every {minutes[1]} min</>;
  if (span) return <>every {`${span[1]}\u00a0${span[2] === 'm' ? 'min' : span[2]}`}</>;
  return (
    <>
      <Code text={every} /> {visible(timezone)}
    </>
  );
}

function ThisPage({ store }: { store: Store }) {
  const contact = store.contact.value;
  const updatedAt = store.updatedAt.value;
  switch (contact.kind) {
    case 'live':
      return (
        <>
          <span class="live">Live</span>{' '}
          <span class="sub">
            updated {updatedAt !== undefined && <Time store={store} iso={new Date(updatedAt).toISOString()} seconds />}
          </span>
        </>
      );
    case 'lost':
      return (
        <span class="live is-lost">
          Trying again in <Countdown store={store} iso={new Date(contact.retryAt).toISOString()} />
        </span>
      );
    case 'connecting':
      return <span class="live is-lost">Connecting again</span>;
    case 'paused':
      return <span class="live is-lost">Paused while hidden</span>;
  }
}

/** Out of sight: tells those who hear the page when the answer changes, and what came of the button. */
export function Announcements({ store }: { store: Store }) {
  const press = store.press.value;
  const told = useRef('');
  const { kind } = store.contact.value;
  // Coming back to the tab is no news: what is told next is what has changed meanwhile.
  if (kind !== 'connecting' && kind !== 'paused')
    told.current = plainText(store.sentence.value.strong, store.day.value);
  const answer = told.current;
  const result = press.kind === 'ended' || press.kind === 'refused' ? press.says : '';
  return (
    <p class="vh" role="status" aria-atomic="false">
      <span>{visible(answer)}</span> <span>{visible(result)}</span>
    </p>
  );
}
