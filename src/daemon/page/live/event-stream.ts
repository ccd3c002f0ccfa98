/** Server-sent events, as the HTML standard has them: `EventSource` itself can send no `Authorization` header. */

export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
}

/**
 * The events of a stream of bytes, in order. `onBytes` is called for whatever arrives, comments too. It is read by a
 * reader, since Safari cannot iterate over a stream.
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: () => void,
): AsyncGenerator<ServerSentEvent> {
  const parser = new EventParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      onBytes();
      yield* parser.push(read.value);
    }
  } finally {
    // Whoever stops before the end is not interested in the rest; nor is it of interest why there is none.
    reader.cancel().catch(() => undefined);
  }
}

/**
 * Takes the text in chunks that may end anywhere. A snapshot is one line of megabytes that comes in many chunks, so what
 * has been looked at is never looked at again. `id` and `retry` mean nothing here: every stream begins with a snapshot.
 */
export class EventParser {
  #line = '';
  #isAfterReturn = false;
  #type = '';
  #data: string[] = [];

  push(chunk: string): ServerSentEvent[] {
    if (chunk === '') return [];
    // A chunk may end between the two characters of one line end.
    const text = this.#isAfterReturn && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    this.#isAfterReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    const events: ServerSentEvent[] = [];
    for (const line of lines) {
      const event = this.#take(this.#line + line);
      this.#line = '';
      if (event) events.push(event);
    }
    this.#line += rest;
    return events;
  }

  #take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#type = value;
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const event = this.#data.length > 0 ? { type: this.#type || 'message', data: this.#data.join('\n') } : undefined;
    this.#type = '';
    this.#data = [];
    return event;
  }
}
