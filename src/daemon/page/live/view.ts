/** What of the document is looked at: the filter, the search, the opened rows, and the order of the list meanwhile. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { SubscriptionState } from '../../../reconcile/report.ts';
import { keyOf, type StatusDocument, type SubscriptionDocument } from '../../status-document.ts';
import { type Address, tokenOf } from '../model/address.ts';
import { countsOf, rowsOf, searchIn } from '../model/list.ts';

export interface ViewPorts {
  /** Milliseconds since the epoch, by the clock of this machine. */
  now(): number;
  /** Calls once, after so many milliseconds; calling what it returns prevents that. */
  after(delayMs: number, call: () => void): () => void;
}

type Rows = readonly SubscriptionDocument[];

/** A row that changes while somebody looks at the list stays where it is for so long. */
const IDLE_MS = 5_000;
const ROWS_AT_ONCE = 200;
/** More than a screen has. */
const FIRST_ROWS = 50;
const FILL_AFTER_MS = 60;
const CHANGES_AT_ONCE = 50;

export class View {
  readonly address = signal<Address>({ q: '', open: [] });
  /** How many rows and changes are drawn at most. */
  readonly rowLimit = signal(ROWS_AT_ONCE);
  readonly #isFilling = signal(false);
  /** How many rows are drawn now: after a key of a search those on the screen first, the rest when no other follows. */
  readonly drawLimit = computed(() =>
    this.#isFilling.value ? Math.min(FIRST_ROWS, this.rowLimit.value) : this.rowLimit.value,
  );
  readonly changeLimit = signal(CHANGES_AT_ONCE);
  readonly #document: ReadonlySignal<StatusDocument | undefined>;
  /** All of them, the most worrying first. */
  readonly rows = computed(() => (this.#document.value ? rowsOf(this.#document.value) : []));
  /** The states that occur, of all subscriptions. */
  readonly counts = computed(() => (this.#document.value ? countsOf(this.#document.value) : []));
  readonly #state = computed(() => this.address.value.state);
  readonly #query = computed(() => this.address.value.q);
  readonly #search = computed(() => searchIn(this.rows.value));
  readonly #matching = computed(() => {
    const state = this.#state.value;
    const rows = this.#search.value(this.#query.value);
    return state === undefined ? rows : rows.filter((row) => row.state === state);
  });
  /** The rows that match, in the order in which they are shown. */
  readonly shown = signal<Rows>([]);
  /** The keys of the opened rows. */
  readonly #opened = computed(() => new Set(this.address.value.open.map((token) => this.#keys.value(token))));
  readonly #keys = computed(() => keysIn(this.rows.value));

  /** Hears of every new address. `isStep`: one that `back` leads out of. */
  onAddress: (address: Address, isStep: boolean) => void = () => undefined;

  readonly #ports: ViewPorts;
  #touchedAt = Number.NEGATIVE_INFINITY;
  #cancelSettling: () => void = () => undefined;
  #cancelFilling: () => void = () => undefined;
  /** The ids of opened rows in the page, by key; a title may hold what an id may not. */
  readonly #ids = new Map<string, string>();

  constructor(ports: ViewPorts, document: ReadonlySignal<StatusDocument | undefined>, address: Address) {
    this.#ports = ports;
    this.#document = document;
    this.address.value = address;
    let filter = '';
    effect(() => {
      const matching = this.#matching.value;
      const before = filter;
      filter = JSON.stringify([this.#state.value, this.#query.value]);
      // Whoever filters wants to see the result at once.
      if (filter === before && this.#isLookedAt()) this.#hold(matching);
      else this.#settle();
    });
  }

  /** Somebody points at the list, or moves in it by keys: nothing is to move under a finger. */
  touch(): void {
    this.#touchedAt = this.#ports.now();
  }

  leave(): void {
    this.#touchedAt = Number.NEGATIVE_INFINITY;
    this.#settle();
  }

  filter(state: SubscriptionState | undefined): void {
    const { state: _, ...rest } = this.address.peek();
    this.#go({ ...rest, ...(state !== undefined && { state }) }, true);
  }

  /** The filter after the chosen one, in the order in which they stand; after the last comes "All". */
  nextFilter(): void {
    const states = this.counts.peek().map(({ state }) => state);
    const { state } = this.address.peek();
    this.filter(state === undefined ? states[0] : states[states.indexOf(state) + 1]);
  }

  search(q: string): void {
    this.#go({ ...this.address.peek(), q }, false);
  }

  clear(): void {
    const { state: _, ...rest } = this.address.peek();
    this.#go({ ...rest, q: '' }, true);
  }

  showChanges(changes: 'all' | undefined): void {
    const { changes: _, ...rest } = this.address.peek();
    this.changeLimit.value = CHANGES_AT_ONCE;
    this.#go({ ...rest, ...(changes && { changes }) }, true);
  }

  showMoreRows(): void {
    this.rowLimit.value += ROWS_AT_ONCE;
  }

  showMoreChanges(): void {
    this.changeLimit.value += CHANGES_AT_ONCE;
  }

  /** What the browser went back to. */
  take(address: Address): void {
    this.address.value = address;
  }

  isOpen(row: SubscriptionDocument): boolean {
    return this.#opened.value.has(keyOf(row));
  }

  toggle(row: SubscriptionDocument): void {
    const { open } = this.address.peek();
    const rest = open.filter((token) => this.#keys.peek()(token) !== keyOf(row));
    this.#go({ ...this.address.peek(), open: rest.length < open.length ? rest : [...rest, tokenOf(row)] }, false);
  }

  /** Closes the row of this key, else the one that was opened last. */
  close(key: string | undefined): void {
    const row = this.shown.peek().find((each) => keyOf(each) === key);
    if (row && this.isOpen(row)) return this.toggle(row);
    const { open, ...rest } = this.address.peek();
    this.#go({ ...rest, open: open.slice(0, -1) }, false);
  }

  /** Opens a row, and shows it whatever was filtered. `token`: as in an address. Gives its key. */
  reveal(token: string): string | undefined {
    const key = this.#keys.peek()(token);
    const row = this.rows.peek().find((each) => keyOf(each) === key);
    if (!row) return undefined;
    batch(() => {
      if (!this.shown.peek().includes(row)) this.clear();
      if (!this.isOpen(row)) this.toggle(row);
      const place = this.rows.peek().indexOf(row);
      this.rowLimit.value = Math.max(this.rowLimit.peek(), place + 1);
      // It is to be there at once, to get the focus.
      this.#isFilling.value = false;
    });
    return keyOf(row);
  }

  /** An id for the opened part of a row. */
  idOf(row: SubscriptionDocument): string {
    const key = keyOf(row);
    const id = this.#ids.get(key) ?? `r${this.#ids.size}`;
    this.#ids.set(key, id);
    return id;
  }

  #go(address: Address, isStep: boolean): void {
    const { state, q } = this.address.peek();
    batch(() => {
      if (address.state !== state || address.q !== q) {
        this.rowLimit.value = ROWS_AT_ONCE;
        this.#fillLater();
      }
      this.address.value = address;
    });
    this.onAddress(address, isStep);
  }

  #fillLater(): void {
    this.#isFilling.value = true;
    this.#cancelFilling();
    this.#cancelFilling = this.#ports.after(FILL_AFTER_MS, () => (this.#isFilling.value = false));
  }

  #isLookedAt(): boolean {
    return this.#ports.now() - this.#touchedAt < IDLE_MS;
  }

  #hold(matching: Rows): void {
    this.shown.value = heldOrder(this.shown.peek(), matching, this.rows.peek());
    this.#settleWhenIdle();
  }

  #settleWhenIdle(): void {
    this.#cancelSettling();
    const left = this.#touchedAt + IDLE_MS - this.#ports.now();
    this.#cancelSettling = this.#ports.after(Math.max(0, left), () =>
      this.#isLookedAt() ? this.#settleWhenIdle() : this.#settle(),
    );
  }

  #settle(): void {
    this.#cancelSettling();
    this.shown.value = this.#matching.peek();
  }
}

/** Finds the key of the row that is meant: of those of a title the entry, else the first. */
function keysIn(rows: Rows): (token: string) => string | undefined {
  let keys: Map<string, string> | undefined;
  return (token) => {
    // Most of the time nothing is opened.
    keys ??= new Map([
      // It may have been opened before an entry took it over.
      ...rows.map((row) => [`id ${row.id}`, keyOf(row)] as const),
      ...rows.map((row) => [row.title, keyOf(row)] as const).reverse(),
      ...rows.flatMap((row) => (row.source === undefined ? [] : [[row.title, keyOf(row)] as const])),
      ...rows.map((row) => [tokenOf(row), keyOf(row)] as const),
    ]);
    return keys.get(token);
  };
}

/**
 * The order while somebody looks: rows stay where they stand, and new ones come last. A row that does not match any
 * longer stays too, as what it is now, since somebody may be about to press it.
 */
function heldOrder(before: Rows, matching: Rows, all: Rows): Rows {
  const now = new Map(all.map((row) => [keyOf(row), row]));
  const kept = before.flatMap((row) => now.get(keyOf(row)) ?? []);
  const standing = new Set(kept.map(keyOf));
  return [...kept, ...matching.filter((row) => !standing.has(keyOf(row)))];
}
