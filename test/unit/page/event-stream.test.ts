import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { EventParser, eventsOf, type ServerSentEvent } from '../../../src/daemon/page/live/event-stream.ts';

/** What Safari does not have. */
const { values, [Symbol.asyncIterator]: iterator } = Object.getOwnPropertyDescriptors(ReadableStream.prototype);
const iterators = { ...(values && { values }), ...(iterator && { [Symbol.asyncIterator]: iterator }) };

function eventsIn(...chunks: readonly string[]): readonly ServerSentEvent[] {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

describe('a stream of server-sent events', () => {
  it.each([
    ['an event with its type', 'event: change\ndata: {"a":1}\n\n', [{ type: 'change', data: '{"a":1}' }]],
    ['an event without a type', 'data: 1\n\n', [{ type: 'message', data: '1' }]],
    ['data in several lines', 'data: {\ndata:   "a":1\ndata: }\n\n', [{ type: 'message', data: '{\n  "a":1\n}' }]],
    ['a value without the blank', 'event:change\ndata:1\n\n', [{ type: 'change', data: '1' }]],
    ['line ends of every kind', 'event: change\r\ndata: 1\rdata: 2\n\r\n', [{ type: 'change', data: '1\n2' }]],
    ['comments', ': still here\n\n: and here\ndata: 1\n\n', [{ type: 'message', data: '1' }]],
    ['an event without data', 'event: change\n\ndata: 1\n\n', [{ type: 'message', data: '1' }]],
    ['fields that mean nothing here', 'id: 7\nretry: 3000\nother\ndata: 1\n\n', [{ type: 'message', data: '1' }]],
    ['an event that is cut off', 'data: 1\n\ndata: 2\n', [{ type: 'message', data: '1' }]],
  ])('is read with %s', (_, text, events) => {
    expect(eventsIn(text)).toEqual(events);
  });

  const text =
    'event: snapshot\r\ndata: {"title":"Zürich 🚲"}\r\n\r\n: still here\n\nevent: change\rdata: 1\rdata: 2\r\r';
  const whole = eventsIn(text);

  test.prop([fc.array(fc.nat(text.length), { maxLength: 12 })])('is the same wherever its chunks end', (ends) => {
    const sorted = [0, ...ends.toSorted((a, b) => a - b), text.length];
    expect(eventsIn(...sorted.map((end, index) => text.slice(end, sorted[index + 1])))).toEqual(whole);
  });

  it('is read from bytes, and characters may be split', async () => {
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    let chunks = 0;
    const events: ServerSentEvent[] = [];
    for await (const event of eventsOf(body, () => (chunks += 1))) events.push(event);
    expect(events).toEqual(whole);
    expect(chunks).toBeGreaterThan(10);
  });

  it('is read also in browsers that cannot iterate over a stream', async () => {
    const body = new Blob([text]).stream();
    Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, { value: undefined, configurable: true });
    Object.defineProperty(ReadableStream.prototype, 'values', { value: undefined, configurable: true });
    try {
      const events: ServerSentEvent[] = [];
      for await (const event of eventsOf(body, () => undefined)) events.push(event);
      expect(events).toEqual(whole);
    } finally {
      Object.defineProperties(ReadableStream.prototype, iterators);
    }
  });

  it('is closed by whoever does not want the rest of it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
      cancel: () => resolve(),
    });
    for await (const { data } of eventsOf(body, () => undefined)) if (data === '1') break;
    await promise;
  });

  it('takes a long line in time that grows with its length alone', () => {
    const parser = new EventParser();
    const chunk = 'x'.repeat(65_536);
    parser.push('data: ');
    for (let index = 0; index < 400; index++) parser.push(chunk);
    expect(parser.push('\n\n')[0]?.data.length).toBe(400 * 65_536);
  });
});
