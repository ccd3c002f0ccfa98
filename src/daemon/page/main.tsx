/** The status page: connects its parts with the browser, which is the only thing here that is not made from the stream. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { addressOf, hrefOf } from './model/address.ts';
import { Connection } from './live/connection.ts';
import { requestPass } from './live/reconcile.ts';
import { Store } from './live/store.ts';
import { listenToKeys } from './keys.tsx';
import { Page } from './parts/page.tsx';
import { visible } from './parts/words.tsx';

function after(delayMs: number, call: () => void): () => void {
  const timer = setTimeout(call, delayMs);
  return () => clearTimeout(timer);
}

const ports = { now: () => Date.now(), after };
const store = new Store(ports, addressOf(location.search));

/** The version of the program that this page came from, as far as its first snapshot says. */
let loadedVersion: string | undefined;

const connection = new Connection(
  { fetch: (path, init) => fetch(path, init), now: () => store.now(), random: () => Math.random(), after },
  {
    snapshot(event) {
      const { version } = event.document;
      loadedVersion ??= version;
      // The program was replaced: what it sends is for its own page. The new page has its version, and stays.
      if (version !== loadedVersion) return location.reload();
      const isFirst = store.document.peek() === undefined;
      store.takeSnapshot(event);
      // The address may have been sent for the row that is opened in it.
      if (isFirst) setTimeout(() => document.querySelector('.is-open')?.scrollIntoView({ block: 'nearest' }));
    },
    change: (event) => store.takeChange(event),
    contact: (contact, why) => store.takeContact(contact, why),
    tokenNeeded: (wasRefused) => store.needToken(wasRefused),
  },
);

/** Of the endpoint that triggers, which may have a token of its own. In memory alone, as the other. */
let triggerToken: string | undefined;

async function reconcile(token?: string): Promise<void> {
  if (store.press.peek().kind === 'queued') return;
  triggerToken = token ?? triggerToken;
  if (store.mayReconcile.peek() === 'token' && triggerToken === undefined) {
    store.askForTriggerToken();
    return;
  }
  const headers = triggerToken === undefined ? connection.headers() : { authorization: `Bearer ${triggerToken}` };
  store.pressed();
  const takesToken = store.mayReconcile.peek() !== 'no';
  const press = await requestPass({ fetch: (path, init) => fetch(path, init), headers, takesToken });
  if (press.kind === 'refused' && press.asksForToken) triggerToken = undefined;
  store.released(press);
}

/** The clock stands still while nobody looks, and the stream is closed. */
let stopClock: () => void = () => undefined;
function lookedAtOrNot(): void {
  stopClock();
  if (document.visibilityState === 'hidden') return connection.pause();
  store.tick();
  const timer = setInterval(() => store.tick(), 1000);
  stopClock = () => clearInterval(timer);
  connection.open();
}
document.addEventListener('visibilitychange', lookedAtOrNot);
addEventListener('online', () => {
  if (document.visibilityState === 'visible') connection.open();
});

// What is looked at is in the address. A filter is a step that `back` undoes; every letter of a search is not.
store.view.onAddress = (address, isStep) => {
  const href = hrefOf(address);
  if (isStep) history.pushState(null, '', href);
  else history.replaceState(null, '', href);
};
addEventListener('popstate', () => store.view.take(addressOf(location.search)));

effect(() => {
  if (!store.isShown.value) return;
  const { tab, tone } = store.sentence.value;
  document.title = store.access.value === 'granted' ? visible(tab) : 'A token is needed';
  document.querySelector('link[rel=icon]')?.setAttribute('href', `icon-${tone}.svg`);
});

listenToKeys({ store, reconcile: () => void reconcile() });
render(
  <Page store={store} reconcile={(token) => void reconcile(token)} read={(token) => connection.openWith(token)} />,
  document.body,
);
lookedAtOrNot();
