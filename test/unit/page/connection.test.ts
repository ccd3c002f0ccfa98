import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../../src/daemon/page/live/connection.ts';
import type { Contact } from '../../../src/daemon/page/model/sentence.ts';
import { NOW, statusDocument } from '../../support/status-documents.ts';
import { Timers } from './timers.ts';

const SNAPSHOT = { at: NOW, mayReconcile: 'yes', document: statusDocument({ subscriptions: [] }) } as const;

/** A server of events that does what a test says, and a page that listens to it. */
class Stage {
  readonly timers = new Timers(Date.parse(NOW));
  readonly happened: string[] = [];
  readonly contacts: Contact[] = [];
  readonly requests: IncomingMessage[] = [];
  answer: (response: ServerResponse) => void = (response) => this.#begin(response);
  readonly server: Server = createServer((request, response) => {
    this.requests.push(request);
    this.answer(response);
  });
  readonly connection = new Connection(
    {
      fetch: async (path, init) => await fetch(`http://127.0.0.1:${this.#port()}/${path}`, init),
      now: () => this.timers.now(),
      random: () => 0,
      after: (delayMs, call) => this.timers.after(delayMs, call),
      report: (error) => this.#note(`report ${String(error)}`),
    },
    {
      snapshot: ({ at }) => this.#note(`snapshot ${at}`),
      change: ({ at }) => {
        if (at === 'never') throw new TypeError('cannot be shown');
        this.#note(`change ${at}`);
      },
      contact: (contact) => {
        this.contacts.push(contact);
        const why = contact.kind === 'lost' ? contact.why : undefined;
        this.#note(why === undefined ? contact.kind : `${contact.kind}: ${why}`);
      },
      tokenNeeded: (wasRefused) => this.#note(wasRefused ? 'token refused' : 'token needed'),
    },
  );
  #streams: ServerResponse[] = [];
  #heard = Promise.withResolvers<void>();

  /** Resolves once all of this has happened, in this order, and nothing else. */
  async until(...expected: readonly string[]): Promise<void> {
    while (this.happened.length < expected.length) await this.#heard.promise;
    expect(this.happened.splice(0)).toEqual(expected);
  }

  send(text: string): void {
    this.#streams.at(-1)?.write(text);
  }

  async streamClosed(): Promise<void> {
    const stream = this.#streams.at(-1);
    if (stream) await once(stream, 'close');
  }

  endStream(): void {
    this.#streams.at(-1)?.end();
  }

  #begin(response: ServerResponse): void {
    this.#streams.push(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: snapshot\ndata: ${JSON.stringify(SNAPSHOT)}\n\n`);
  }

  #port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  #note(what: string): void {
    this.happened.push(what);
    this.#heard.resolve();
    this.#heard = Promise.withResolvers<void>();
  }
}

let stage: Stage;
beforeEach(async () => {
  stage = new Stage();
  stage.server.listen(0, '127.0.0.1');
  await once(stage.server, 'listening');
});
afterEach(async () => {
  stage.connection.pause();
  stage.server.closeAllConnections();
  stage.server.close();
  await once(stage.server, 'close');
});

const begins = [`snapshot ${NOW}`, 'live'];
const beginsAgain = ['connecting', ...begins];

describe('the stream of the status page', () => {
  it('gives the snapshot, then each change', async () => {
    stage.connection.open();
    await stage.until(...begins);
    stage.send('event: change\ndata: {"at":"later"}\n\n');
    await stage.until('change later');
  });

  it('is opened again when it ends, and says since when there is no contact and when it tries again', async () => {
    stage.connection.open();
    await stage.until(...begins);
    stage.endStream();
    await stage.until('lost');
    const now = Date.parse(NOW);
    expect(stage.contacts.at(-1)).toEqual({ kind: 'lost', since: now, retryAt: now + 500 });
    stage.timers.advance(500);
    await stage.until(...begins);
  });

  it('waits longer from try to try, up to half a minute, and shortly again after a success', async () => {
    stage.answer = (response) => response.destroy();
    stage.connection.open();
    const waits: number[] = [];
    for (let index = 0; index < 8; index++) {
      await stage.until('lost');
      const contact = stage.contacts.at(-1);
      const wait = contact?.kind === 'lost' ? contact.retryAt - stage.timers.now() : 0;
      waits.push(wait);
      if (index < 7) stage.timers.advance(wait);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is lost when nothing comes for 40 s, not even a comment', async () => {
    stage.connection.open();
    await stage.until(...begins);
    stage.timers.advance(39_999);
    stage.send(': still here\n\nevent: change\ndata: {"at":"later"}\n\n');
    await stage.until('change later');
    stage.timers.advance(39_999);
    expect(stage.happened).toEqual([]);
    stage.timers.advance(1);
    await stage.until('lost');
  });

  it('is tried at once when the tab is seen or the network is back, and not twice where it is open', async () => {
    const begin = stage.answer;
    stage.answer = (response) => response.destroy();
    stage.connection.open();
    await stage.until('lost');
    stage.answer = begin;
    stage.connection.open();
    stage.connection.open();
    while (stage.requests.length < 2) await once(stage.server, 'request');
    stage.timers.advance(30_000);
    expect(stage.requests.length).toBe(2);
  });

  it('is closed while nobody looks', async () => {
    stage.connection.open();
    await stage.until(...begins);
    const closed = stage.streamClosed();
    stage.connection.pause();
    await closed;
    stage.timers.advance(600_000);
    await stage.until('paused');
    expect(stage.requests.length).toBe(1);
    stage.connection.open();
    await stage.until(...beginsAgain);
  });

  it('says at once, when it is seen again, of when it is what is shown', async () => {
    stage.connection.open();
    await stage.until(...begins);
    stage.connection.pause();
    stage.timers.advance(600_000);
    stage.connection.open();
    expect(stage.contacts.slice(-2)).toEqual([
      { kind: 'paused', since: Date.parse(NOW) },
      { kind: 'connecting', since: Date.parse(NOW) },
    ]);
    await stage.until('paused', ...beginsAgain);
  });

  it('is opened again when the network is back: nobody says that the old stream is dead', async () => {
    stage.connection.open();
    await stage.until(...begins);
    const closed = stage.streamClosed();
    stage.connection.reopen();
    await closed;
    await stage.until(...beginsAgain);
  });

  it('stays without contact, and says so, until the try after the network is back has gone through', async () => {
    const begin = stage.answer;
    stage.answer = (response) => response.destroy();
    stage.connection.open();
    await stage.until('lost');
    stage.answer = begin;
    stage.connection.reopen();
    await stage.until(...begins);
  });

  it.each([600_000, -600_000])('is opened again when the clock has jumped: %i ms', async (jump) => {
    const clock = Date.parse(NOW);
    stage.connection.open();
    await stage.until(...begins);
    stage.connection.tick(clock);
    stage.connection.tick(clock + 1_000);
    stage.connection.tick(clock + 9_000);
    expect(stage.happened).toEqual([]);
    stage.connection.tick(clock + jump);
    await stage.until(...beginsAgain);
    stage.connection.pause();
    stage.connection.open();
    await stage.until('paused', ...beginsAgain);
    stage.connection.tick(clock);
    expect(stage.happened).toEqual([]);
  });

  it('asks for a token where the server wants one, tries nothing meanwhile, and sends it in a header alone', async () => {
    const open = stage.answer;
    stage.answer = (response) => response.writeHead(401).end('{}');
    stage.connection.open();
    await stage.until('token needed');
    stage.timers.advance(600_000);
    stage.connection.reopen();
    expect(stage.requests.length).toBe(1);
    stage.connection.openWith('wrong');
    await stage.until('token refused');
    stage.answer = open;
    stage.connection.openWith('right');
    await stage.until(...begins);
    expect(stage.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer wrong',
      'Bearer right',
    ]);
    expect(stage.requests.map(({ url }) => url)).toEqual(Array(3).fill('/status/events'));
    expect(stage.connection.headers()).toEqual({ authorization: 'Bearer right' });
  });

  it('says in the words of the server why it is refused, and tries again', async () => {
    const open = stage.answer;
    stage.answer = (response) => response.writeHead(503).end('{"error":"too many pages are open"}');
    stage.connection.open();
    await stage.until('lost: too many pages are open');
    stage.answer = open;
    stage.timers.advance(500);
    await stage.until(...begins);
  });

  it.each([
    ['60', 60_000],
    ['9999', 300_000],
    ['never', 500],
    ['-5', 500],
  ])('leaves a server alone for as long as it asks, within reason: %s', async (retryAfter, pauseMs) => {
    const open = stage.answer;
    stage.answer = (response) => response.writeHead(429, { 'retry-after': retryAfter }).end('{"error":"later"}');
    stage.connection.open();
    await stage.until('lost: later');
    expect(stage.contacts.at(-1)).toMatchObject({ retryAt: stage.timers.now() + pauseMs });
    stage.answer = open;
    stage.timers.advance(pauseMs);
    await stage.until(...begins);
  });

  it.each([
    ['cannot be read', 'event: change\ndata: {\n\n', /^report SyntaxError/],
    ['the page cannot show', 'event: change\ndata: {"at":"never"}\n\n', /^report TypeError: cannot be shown/],
  ])('is opened again after what %s, which is reported', async (_, event, reported) => {
    stage.connection.open();
    await stage.until(...begins);
    const closed = stage.streamClosed();
    stage.send(event);
    await closed;
    await stage.until(expect.stringMatching(reported) as string, 'lost');
    stage.timers.advance(500);
    await stage.until(...begins);
  });
});
