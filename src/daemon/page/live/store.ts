/** What the page knows, as signals: a part of it is drawn again only where what it read is other than before. */
import { batch, computed, signal } from '@preact/signals';
import {
  type ChangeEvent,
  keyOf,
  type SnapshotEvent,
  type StatusDocument,
  type SubscriptionDocument,
} from '../../status-document.ts';
import type { Address } from '../model/address.ts';
import { applyChange } from '../model/patch.ts';
import { type Contact, sentenceOf } from '../model/sentence.ts';
import type { Press } from './reconcile.ts';
import { View, type ViewPorts } from './view.ts';

/** How long a state that has just changed is marked. */
const MARK_MS = 5_000;
/** How long the result of a press takes the place of the note below the button. */
const RESULT_MS = 10_000;
/** The first snapshot comes whole, and mostly at once: only where it does not, the page says that nothing is known. */
const FIRST_SNAPSHOT_MS = 700;

export class Store {
  readonly document = signal<StatusDocument | undefined>(undefined);
  readonly contact = signal<Contact>({ kind: 'live' });
  readonly access = signal<'granted' | 'needed' | 'refused'>('granted');
  readonly mayReconcile = signal<SnapshotEvent['mayReconcile']>('yes');
  readonly press = signal<Press>({ kind: 'idle' });
  /** When the document last came or changed, by the clock of the daemon's host; epoch ms. */
  readonly updatedAt = signal<number | undefined>(undefined);
  /** The keys of rows whose state has just changed. */
  readonly marked = signal<ReadonlySet<string>>(new Set());
  /** Whether single letters do something (WCAG 2.1.4). Enter and Esc always do. */
  readonly areKeysOn = signal(true);
  /** Whether it is time to show something. */
  readonly isShown = signal(false);

  /** The clock of the daemon's host: a countdown is right also where this machine's clock is not. Epoch ms. */
  readonly second = signal(0);
  readonly minute = computed(() => Math.floor(this.second.value / 60_000) * 60_000);
  /** Noon of the day that it is here: how a time is written depends on the day alone. */
  readonly day = computed(() => new Date(this.minute.value).setHours(12, 0, 0, 0));

  readonly sentence = computed(() => sentenceOf(this.document.value, this.contact.value, this.#sentenceAt.value));
  /** How long a git command takes is told by seconds, everything else by minutes. */
  readonly #sentenceAt = computed(() =>
    this.document.value?.failure?.kind === 'checkout-busy'
      ? Math.floor(this.second.value / 10_000) * 10_000
      : this.minute.value,
  );
  readonly revision = computed(() => this.document.value?.revision);
  readonly view: View;

  readonly #ports: ViewPorts;
  /** How far the clock of the daemon's host is ahead of this machine's. */
  #skewMs = 0;
  #cancelMarks: () => void = () => undefined;
  #cancelResult: () => void = () => undefined;

  constructor(ports: ViewPorts, address: Address) {
    this.#ports = ports;
    this.tick();
    this.view = new View(ports, this.document, address);
    ports.after(FIRST_SNAPSHOT_MS, () => (this.isShown.value = true));
  }

  now(): number {
    return this.#ports.now() + this.#skewMs;
  }

  /** Called once a second while the page is looked at. */
  tick(): void {
    this.second.value = Math.floor(this.now() / 1000) * 1000;
  }

  takeSnapshot({ at, mayReconcile, document }: SnapshotEvent): void {
    batch(() => {
      this.#hearTime(at);
      this.access.value = 'granted';
      this.mayReconcile.value = mayReconcile;
      this.document.value = document;
      this.isShown.value = true;
    });
  }

  takeChange(change: ChangeEvent): void {
    const before = this.document.peek();
    if (!before) return;
    batch(() => {
      this.#hearTime(change.at);
      this.#mark(before, change.subscriptions?.put ?? []);
      if (change.mayReconcile) this.mayReconcile.value = change.mayReconcile;
      this.document.value = applyChange(before, change);
    });
  }

  takeContact(contact: Contact): void {
    batch(() => {
      this.contact.value = contact;
      if (contact.kind === 'lost') this.isShown.value = true;
    });
  }

  needToken(wasRefused: boolean): void {
    batch(() => {
      this.access.value = wasRefused ? 'refused' : 'needed';
      this.isShown.value = true;
    });
  }

  /** What became of the button. */
  takePress(press: Press): void {
    this.press.value = press;
    this.#cancelResult();
    // A field that asks for a token stays for as long as one looks for the token.
    if (press.kind === 'queued' || (press.kind === 'refused' && press.asksForToken)) return;
    this.#cancelResult = this.#ports.after(RESULT_MS, () => (this.press.value = { kind: 'idle' }));
  }

  #hearTime(at: string): void {
    const time = Date.parse(at);
    if (!Number.isNaN(time)) this.#skewMs = time - this.#ports.now();
    this.updatedAt.value = this.now();
    this.tick();
  }

  #mark(before: StatusDocument, put: readonly SubscriptionDocument[]): void {
    const changing = new Map(put.map((each) => [keyOf(each), each.state]));
    const marked = before.subscriptions
      .filter((each) => (changing.get(keyOf(each)) ?? each.state) !== each.state)
      .map(keyOf);
    if (marked.length === 0) return;
    this.marked.value = new Set(marked);
    this.#cancelMarks();
    this.#cancelMarks = this.#ports.after(MARK_MS, () => (this.marked.value = new Set()));
  }
}
