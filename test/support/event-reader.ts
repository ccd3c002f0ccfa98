/** A client of `/status/events` that keeps a copy of the document, over real HTTP. */
import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { type Copy, inOrder, withChange } from './status-copy.ts';

export interface StatusEvent {
  readonly name: string;
  readonly id: string;
  /** Parsed. */
  readonly data: Readonly<Record<string, unknown>>;
}

export class EventReader implements Disposable {
  readonly answer: IncomingMessage;
  readonly events: StatusEvent[] = [];
  /** Lines that are no part of an event. */
  readonly comments: string[] = [];
  /** Of `retry:` */
  retryMs: number | undefined;
  /** How much came. */
  bytes = 0;
  /** Resolves once the server has ended it. */
  readonly ended: Promise<void>;
  readonly #watchers = new Set<() => void>();
  /** The event that is still coming, in pieces: line breaks stand at the ends of events alone. */
  #pieces: string[] = [];
  #copy: Copy | undefined;

  private constructor(answer: IncomingMessage) {
    this.answer = answer;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => this.#take(text));
    answer.on('error', () => undefined);
    answer.once('close', resolve);
  }

  /** Resolves with the answer's headers, whatever its status. `localAddress`: where it calls from. */
  static async connect(
    port: number,
    headers: RequestOptions['headers'] = {},
    localAddress = '127.0.0.1',
  ): Promise<EventReader> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, path: '/status/events', headers, localAddress }, resolve).once('error', reject);
    });
    return new EventReader(answer);
  }

  /** The document as this client knows it. */
  get copy(): Copy {
    if (!this.#copy) throw new Error('no snapshot has come yet');
    return inOrder(this.#copy);
  }

  /** Resolves once that holds; rejects if the stream ends before. */
  async until(holds: (reader: this) => boolean): Promise<this> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => holds(this) && resolve();
    this.#watchers.add(look);
    void this.ended.then(() => reject(new Error(`the stream ended: ${JSON.stringify(this.events).slice(0, 1000)}`)));
    look();
    try {
      await promise;
    } finally {
      this.#watchers.delete(look);
    }
    return this;
  }

  [Symbol.dispose](): void {
    this.answer.destroy();
  }

  #take(text: string): void {
    this.bytes += text.length;
    this.#pieces.push(text);
    if (!text.includes('\n')) return;
    const blocks = this.#pieces.join('').split('\n\n');
    this.#pieces = [blocks.pop() ?? ''];
    for (const block of blocks) this.#read(block);
    for (const watcher of this.#watchers) watcher();
  }

  #read(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => /^([^:]*): ?(.*)$/s.exec(line)?.slice(1) as [string, string]),
    );
    const comment = fields.get('');
    const retry = fields.get('retry');
    if (comment !== undefined) this.comments.push(comment);
    if (retry !== undefined) this.retryMs = Number(retry);
    const json = fields.get('data');
    if (json === undefined) return;
    const data = JSON.parse(json) as StatusEvent['data'];
    const name = fields.get('event') ?? 'message';
    this.events.push({ name, id: fields.get('id') ?? '', data });
    if (name === 'snapshot') this.#copy = data['document'] as Copy;
    else if (this.#copy) this.#copy = withChange(this.#copy, data);
  }
}
