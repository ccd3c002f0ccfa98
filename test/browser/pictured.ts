/** The two situations that README shows, brought about for real: the tenant of a bank, and commits of its teams. */
import type { Browser, OpenPage, Screen } from '../support/browser.ts';
import { COMMITS, DRAWN } from '../support/drawn-subscriptions.ts';
import { NOW } from '../support/status-documents.ts';
import { type Commit, type Entry, Stage } from './stage.ts';

export interface Pictured {
  /** Of the picture, in `docs`. */
  readonly file: string;
  /** How the sentence of the page begins, which is the picture's description too. */
  readonly sentence: string;
  readonly screen: Screen;
  /** What happens after the beginning that both have. */
  readonly happen: (stage: Stage, opened: OpenPage) => Promise<void>;
}

const HOST = 'https://hooks.nordbank.example';

const entries = DRAWN.map(({ title, path, type }) => ({ title, url: HOST + path, type }) satisfies Entry);

/** Oldest first, as long ago as they are drawn; each adds the entries that are as they are for it. */
const names = Object.keys(COMMITS).filter((name) => DRAWN.some(({ commit }) => commit === name));
const commits: readonly Commit[] = names
  .map((name, i): Commit => {
    const { author, subject, time } = COMMITS[name as keyof typeof COMMITS];
    const older = new Set(names.slice(i));
    return { author, subject, at: ago(time), entries: entries.filter((_, n) => older.has(DRAWN[n]?.commit ?? '')) };
  })
  .reverse();

function ago(time: string): Date {
  return new Date(Date.now() - (Date.parse(NOW) - Date.parse(time)));
}

const moved = entries.map((entry) =>
  entry.title === 'Orders' ? { title: entry.title, url: `${HOST}/upvest/v2/orders`, type: entry.type } : entry,
);

export const PICTURED: readonly Pictured[] = [
  {
    file: 'page-light.png',
    sentence: '2 of 41 differ: 1 failed, 1 withheld by max-deletes',
    screen: { width: 1280, height: 800, colorScheme: 'light' },
    happen: async (stage, opened) => {
      const change = { on: 'PATCH *', title: 'Orders', times: 'always' } as const;
      stage.tenant.sandbox.fault({ ...change, effect: { kind: 'answer', status: 422 } });
      await stage.commit({ subject: 'Send orders to the new service', author: 'Payments team', entries: moved });
      await opened.until(/1 failed/);
      const left = moved.filter(({ title }) => title !== 'Legacy orders');
      await stage.commit({ subject: 'Retire the legacy order hook', author: 'Trading team', entries: left });
      await opened.until(/1 withheld/);
      await opened.page.getByRole('button', { name: 'Orders', exact: true }).click();
    },
  },
  {
    file: 'page-dark.png',
    sentence: 'In sync with',
    screen: { width: 1280, height: 800, colorScheme: 'dark' },
    happen: async (stage, opened) => {
      stage.tenant.sandbox.edit('Cash balances', { url: `${HOST}/upvest/old/cash` });
      await stage.daemon.reconcile();
      await opened.until(/Put back Cash balances/);
    },
  },
];

/** `looks`: passes in which nothing happens, which a chart has to show something of. */
export async function openPictured(
  browser: Browser,
  { screen, sentence, happen }: Pictured,
  looks = 0,
): Promise<AsyncDisposable & { readonly opened: OpenPage }> {
  await using rooms = new AsyncDisposableStack();
  const last = commits.at(-1)!;
  const isLast = (title: string) => DRAWN.find((each) => each.title === title)?.commit === names[0];
  const stage = rooms.use(
    await Stage.set({
      commits: commits.slice(0, -1),
      seed: [
        ...entries
          .filter(({ title }) => !isLast(title))
          .map(({ title, url, type }) => ({ title, url, type, enabled: true, updated_at: committedAt(title) })),
        { title: 'Postman test (Tax team)', url: 'https://webhook.site.example/5c1d', type: ['ORDER'] },
      ],
      config: { schedule: { freeze: [freezeInTenDays()] } },
      env: { RECONCILER_MAX_DELETES: '0', RECONCILER_OWNS: `[{"url": "${HOST}/*"}]` },
    }),
  );
  for (let i = 0; i < looks; i += 1) await stage.daemon.reconcile();
  const opened = rooms.use(await browser.open(stage.url, screen));
  await stage.commit({ ...last, at: new Date() });
  await opened.until(new RegExp(`In sync with .*${last.subject}`));
  for (let i = 0; i < looks / 2; i += 1) await stage.daemon.reconcile();
  await happen(stage, opened);
  await opened.until(new RegExp(sentence));
  const all = rooms.move();
  return { opened, [Symbol.asyncDispose]: async () => all.disposeAsync() };
}

function committedAt(title: string): string {
  const { commit } = DRAWN.find((each) => each.title === title) ?? {};
  return new Date(ago(commit ? COMMITS[commit].time : NOW).getTime() + 30_000).toISOString();
}

function freezeInTenDays() {
  const day = new Date(Date.now() + 10 * 86_400_000);
  return { start: `0 18 ${day.getUTCDate()} ${day.getUTCMonth() + 1} *`, duration: '12h' };
}
