/** The status page: connects its parts with the browser, which is the only thing here that is not made from the stream. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { addressOf, hrefOf } from './model/address.ts';
import { Connection } from './live/connection.ts';
import { ReconcileButton } from './live/reconcile.ts';
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
// What was not understood is not to be sent on.
if (new URLSearchParams(location.search).has('state') && store.view.address.peek().state === undefined)
  history.replaceState(null, '', hrefOf(store.view.address.peek()));

/** That of the build, and of the program that served this page. */
declare const __VERSION__: string;

/** Where two versions run behind one address, the page is not to be loaded over and over. */
const RELOAD_AFTER_MS = 10_000;

const connection = new Connection(
  {
    fetch: (path, init) => fetch(path, init),
    now: () => store.now(),
    random: () => Math.random(),
    after,
    report: (error) => reportError(error),
  },
  {
    snapshot(event) {
      // The program was replaced: what it sends is for its own page.
      if (event.document.version !== __VERSION__ && performance.now() > RELOAD_AFTER_MS) return location.reload();
      const isFirst = store.document.peek() === undefined;
      store.takeSnapshot(event);
      // The address may have been sent for the row that is opened in it.
      if (isFirst) setTimeout(() => document.querySelector('.is-open')?.scrollIntoView({ block: 'start' }));
    },
    change: (event) => store.takeChange(event),
    contact(contact) {
      if (contact.kind === 'lost') button.giveUp();
      store.takeContact(contact);
    },
    tokenNeeded: (wasRefused) => store.needToken(wasRefused),
  },
);

const button = new ReconcileButton({
  fetch: (path, init) => fetch(path, init),
  headers: () => connection.headers(),
  mayReconcile: () => store.mayReconcile.peek(),
  now: () => store.now(),
  after,
  show: (press) => store.takePress(press),
});

/** The clock stands still while nobody looks, and the stream is closed. */
let stopClock: () => void = () => undefined;
function lookedAtOrNot(): void {
  stopClock();
  if (document.visibilityState === 'hidden') return connection.pause();
  store.tick();
  const timer = setInterval(() => {
    connection.tick(Date.now());
    store.tick();
  }, 1000);
  stopClock = () => clearInterval(timer);
  connection.open();
}
document.addEventListener('visibilitychange', lookedAtOrNot);
addEventListener('online', () => {
  if (document.visibilityState === 'visible') connection.reopen();
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

listenToKeys({ store, reconcile: () => void button.press() });
render(
  <Page store={store} reconcile={(token) => void button.press(token)} read={(token) => connection.openWith(token)} />,
  document.body,
);
lookedAtOrNot();
