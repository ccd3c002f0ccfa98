/** What happens to a daemon in a bad year, in random order: edits on both sides, faults, rotations, reloads. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { FaultRule } from '../../src/sandbox/faults/fault.ts';
import type { GitSync } from '../support/git-sync.ts';
import type { Tenant } from '../support/tenant.ts';
import type { MeasuredDaemon } from './measured-daemon.ts';

const PER_FILE = 50;
/** As many from the first pass to the last: listing more and more takes more memory, and rightly so. */
const STRANGERS = 100;

const FAULTS: readonly FaultRule[] = [
  { on: '*', effect: { kind: 'answer', status: 503 } },
  { on: '*', effect: { kind: 'answer', status: 502, body: 'html' } },
  { on: '*', effect: { kind: 'answer', status: 429, retryAfter: 0 } },
  { on: 'GET *', effect: { kind: 'answer', status: 401 } },
  { on: 'GET *', effect: { kind: 'cut', carriedOut: true } },
  { on: 'GET *', effect: { kind: 'truncate', connection: 'cut' } },
  { on: 'GET *', effect: { kind: 'truncate', connection: 'kept' } },
  { on: 'GET *', effect: { kind: 'listing', totalCount: 1 } },
  { on: 'GET *', effect: { kind: 'delay', ms: 'never' } },
  { on: 'GET *', times: 2, effect: { kind: 'answer', status: 500 } },
  { on: 'PATCH *', effect: { kind: 'answer', status: 500, carriedOut: true } },
  { on: 'POST /webhooks', effect: { kind: 'cut', carriedOut: true } },
  { on: 'DELETE *', effect: { kind: 'answer', status: 409 } },
  { on: '*', effect: { kind: 'expire-tokens' } },
];

export class Turmoil {
  readonly #tenant: Tenant;
  readonly #sync: GitSync;
  readonly #random: () => number;
  readonly #count: number;
  /** Per entry of the checkout; a commit raises some. */
  readonly #versions: number[];
  #commits = 0;

  constructor(tenant: Tenant, sync: GitSync, count: number, random: () => number) {
    this.#tenant = tenant;
    this.#sync = sync;
    this.#count = count;
    this.#random = random;
    this.#versions = Array.from({ length: count }, () => 0);
  }

  /** Publishes all files of the checkout. */
  async begin(): Promise<void> {
    await this.#sync.publish('First', Object.fromEntries(this.#files(() => true)));
    for (let n = 0; n < STRANGERS; n += 1) this.#strangerComes();
  }

  /** What comes between two passes; of most things, mostly nothing. */
  async strike(daemon: MeasuredDaemon): Promise<void> {
    if (this.#chance(1 / 2)) this.#edit();
    if (this.#chance(1 / 10)) this.#tenant.sandbox.fault(this.#pick(FAULTS));
    if (this.#chance(1 / 20)) await this.#commit();
    if (this.#chance(1 / 10)) await daemon.get(this.#pick(['/status', '/metrics', '/healthz', '/nowhere']));
    if (this.#chance(1 / 50)) await this.#rotate();
    if (this.#chance(1 / 100)) this.#tenant.sandbox.clearFaults();
    if (this.#chance(1 / 200)) daemon.reload();
    this.#tenant.sandbox.forget();
  }

  /** Somebody else changes, deletes or adds a subscription on the tenant. */
  #edit(): void {
    const { sandbox } = this.#tenant;
    const id = this.#pick(sandbox.subscriptions())?.id;
    const kind = this.#random();
    if (kind < 0.2) this.#strangerComes();
    else if (id === undefined) return;
    else if (kind < 0.4) sandbox.remove(id);
    else sandbox.edit(id, { url: `https://elsewhere.example.com/${this.#random()}` });
  }

  /** And one goes, where there are as many as there should be. */
  #strangerComes(): void {
    const { sandbox } = this.#tenant;
    const strangers = sandbox.subscriptions().filter(({ title }) => title.startsWith('Stranger'));
    if (strangers.length >= STRANGERS) sandbox.remove(this.#pick(strangers).id);
    sandbox.seed({ title: `Stranger ${this.#random()}`, url: 'https://elsewhere.example.com/' });
  }

  async #commit(): Promise<void> {
    const file = Math.floor((this.#random() * this.#count) / PER_FILE);
    for (let n = 0; n < 5; n += 1) {
      const entry = file * PER_FILE + Math.floor(this.#random() * PER_FILE);
      if (entry < this.#count) this.#versions[entry] = (this.#versions[entry] ?? 0) + 1;
    }
    this.#commits += 1;
    await this.#sync.publish(`Change ${this.#commits}`, Object.fromEntries(this.#files((n) => n === file)));
  }

  /** The same key under another file, as a rotated Secret looks to the program. */
  async #rotate(): Promise<void> {
    const path = this.#tenant.env['UPVEST_PRIVATE_KEY_FILE'] ?? '';
    await writeFile(`${path}.new`, await readFile(path));
    await rename(`${path}.new`, path);
  }

  *#files(isWanted: (n: number) => boolean): Generator<readonly [string, string]> {
    for (let n = 0; n * PER_FILE < this.#count; n += 1) {
      if (!isWanted(n)) continue;
      const entries = this.#versions.slice(n * PER_FILE, (n + 1) * PER_FILE).map((version, index) => {
        const entry = n * PER_FILE + index;
        return `- { title: "Hook ${entry}", url: "https://hooks.example.com/${entry}/${version}", type: [USER, ORDER] }`;
      });
      yield [`part-${n}.yaml`, `${entries.join('\n')}\n# ${this.#commits}\n`];
    }
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }
}
