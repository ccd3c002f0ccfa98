/** The keys of the page. Nothing is reachable by them alone. */
import type { Store } from './live/store.ts';

interface KeyPorts {
  store: Store;
  reconcile: () => void;
}

/** Listens until the page is closed. */
export function listenToKeys({ store, reconcile }: KeyPorts): void {
  /** The row that had the focus last: `j` goes on from there. */
  let lastKey: string | undefined;
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target.dataset['key'] !== undefined) lastKey = target.dataset['key'];
  });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target instanceof HTMLInputElement ? event.target : undefined;
    if (event.key === 'Escape') {
      if (escape(store, field)) event.preventDefault();
      return;
    }
    if (!store.areKeysOn.peek()) return;
    // A key that is held moves on, and triggers nothing twice.
    if (field || (event.repeat && !/^[jk]$/.test(event.key))) return;
    const action = ACTIONS[event.key];
    if (!action || (isHelpOpen() && event.key !== '?')) return;
    event.preventDefault();
    action({ store, reconcile, lastKey });
  });
}

type Action = (ports: KeyPorts & { lastKey: string | undefined }) => void;

const ACTIONS: Readonly<Record<string, Action>> = {
  '/': () => {
    const field = document.querySelector<HTMLInputElement>('#q');
    field?.focus();
    field?.select();
  },
  j: ({ store, lastKey }) => moveFocus(store, lastKey, 1),
  k: ({ store, lastKey }) => moveFocus(store, lastKey, -1),
  f: ({ store }) => store.view.nextFilter(),
  r: ({ reconcile }) => {
    document.querySelector<HTMLElement>('#reconcile')?.focus();
    reconcile();
  },
  '?': () => help()?.togglePopover(),
};

function help(): HTMLElement | null {
  return document.querySelector<HTMLElement>('#help');
}

function isHelpOpen(): boolean {
  return help()?.matches(':popover-open') ?? false;
}

/** Closes help, else clears the search, else the filter, else closes the row. False: there was nothing to do. */
function escape(store: Store, field: HTMLInputElement | undefined): boolean {
  // The browser closes a popover by itself.
  if (isHelpOpen()) return false;
  const { q, state, open } = store.view.address.peek();
  if (field && (field.id !== 'q' || q === '')) field.blur();
  else if (q !== '') {
    store.view.search('');
    field?.blur();
  } else if (state !== undefined) store.view.filter(undefined);
  else if (open.length > 0) closeFocusedOrLast(store);
  else return false;
  return true;
}

function closeFocusedOrLast(store: Store): void {
  const inside = document.activeElement?.closest('tr.detail')?.previousElementSibling?.querySelector('.title');
  const title = inside ?? document.activeElement;
  const key = title instanceof HTMLElement ? title.dataset['key'] : undefined;
  if (title instanceof HTMLElement && title.ariaExpanded === 'true') title.focus();
  store.view.close(key);
}

function moveFocus(store: Store, lastKey: string | undefined, by: 1 | -1): void {
  const titles = [...document.querySelectorAll<HTMLElement>('.title')];
  const at = titles.findIndex((title) => title === document.activeElement || title.dataset['key'] === lastKey);
  // At the end of the list the focus comes back to it from elsewhere, such as the help.
  const next = titles[at < 0 ? 0 : at + by] ?? titles[at];
  if (at === titles.length - 1 && by === 1) store.view.showMoreRows();
  next?.focus();
  // The filters stick to the top, and would hide it.
  next?.scrollIntoView({ block: 'nearest' });
}
