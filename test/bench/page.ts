/**
 * What the status page costs with 2 000 subscriptions: what is transferred, how soon something is seen, how long a search
 * takes, and the daemon's memory without readers and with ten. `node test/bench/page.ts [subscriptions]`
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../browser/stage.ts';
import { Browser, type OpenPage } from '../support/browser.ts';

const SUBSCRIPTIONS = Number(process.argv[2] ?? 2000);
const CLIENTS = 10;
const PASSES = 20;
const REST_MS = 3_000;

const entries = Array.from({ length: SUBSCRIPTIONS }, (_, i) => ({
  title: `Hook ${i}`,
  url: `https://hooks.example.com/${i}`,
  type: ['ORDER'],
}));
await using stage = await Stage.set({
  commits: [{ subject: 'Add them all', author: 'Ada Lovelace', entries }],
  seed: entries.map(({ title, url, type }) => ({ title, url, type, enabled: true })),
  sandbox: { client: { keyType: 'ed25519' }, switches: { rateLimit: 0 } },
});

await memory('page never opened');
await corrections();
await memory(`the same after ${PASSES} passes`);
const readers = Array.from({ length: CLIENTS }, () => new AbortController());
await Promise.all(readers.map(async ({ signal }) => read(`${stage.url}status/events`, signal)));
await memory(`${CLIENTS} readers`);
await corrections();
await memory(`the same after ${PASSES} passes`);
for (const reader of readers) reader.abort();
await memory('readers gone');

await using browser = await Browser.launch();
await using opened = await browser.blank(stage.url);
const sizes = await transferred(opened);
const begun = performance.now();
await opened.page.goto(stage.url);
await opened.page.locator('main button.title').first().waitFor();
report('rows seen', `${(performance.now() - begun).toFixed(0)} ms`);
const paint = `new Promise((done) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') done(startTime);
}).observe({ type: 'paint', buffered: true }))`;
report('first paint', `${(await opened.page.evaluate<number>(paint)).toFixed(0)} ms`);
const files = [...sizes].filter(([path]) => path !== '/status/events');
for (const [path, bytes] of files) report(`transferred ${path}`, kilobytes(bytes));
report('transferred in all', kilobytes(files.reduce((sum, [, bytes]) => sum + bytes, 0)));
for (const [name, text] of [
  ['filter', `hook ${SUBSCRIPTIONS - 1}`],
  ['clear', ''],
] as const) {
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    await search(opened, name === 'filter' ? '' : `hook ${SUBSCRIPTIONS - 1}`);
    times.push(await search(opened, text));
  }
  times.sort((a, b) => a - b);
  report(name, `${times[4]?.toFixed(0)} ms (${times[0]?.toFixed(0)} to ${times.at(-1)?.toFixed(0)})`);
}

/** Passes that each have something to put back. */
async function corrections(): Promise<void> {
  for (let i = 0; i < PASSES; i += 1) {
    stage.tenant.sandbox.edit(`Hook ${i}`, { enabled: false });
    await stage.daemon.reconcile();
  }
}

/** Resolves once the first event has come, and reads on until it is aborted. */
async function read(url: string, signal: AbortSignal): Promise<void> {
  const { body } = await fetch(url, { signal });
  if (!body) throw new Error(`${url} answered nothing`);
  const reader = body.getReader();
  await reader.read();
  void (async () => {
    while (!(await reader.read()).done);
  })().catch(() => undefined);
}

/** Bytes of the bodies as they were sent, by path. */
async function transferred({ page }: OpenPage): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  page.on('requestfinished', (request) => {
    void request.sizes().then(({ responseBodySize }) => sizes.set(new URL(request.url()).pathname, responseBodySize));
  });
  return sizes;
}

/** From the input to the frame that shows what it finds, in ms. */
async function search({ page }: OpenPage, text: string): Promise<number> {
  return page.evaluate<number>(`new Promise((done) => {
    const field = document.querySelector('input[type=search]');
    const begun = performance.now();
    field.value = ${JSON.stringify(text)};
    field.dispatchEvent(new Event('input', { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  })`);
}

async function memory(when: string): Promise<void> {
  await sleep(REST_MS);
  const status = await readFile(`/proc/${stage.daemon.pid}/status`, 'utf8');
  report(`memory, ${when}`, kilobytes(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024));
}

function kilobytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function report(what: string, value: string): void {
  console.log(`${what.padEnd(34)} ${value}`);
}
