/** Several instances of the built program on one tenant and one lease, with files that keep changing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiServer, type Write } from '../support/kubernetes/api-server.ts';
import { kubeconfig } from '../support/kubernetes/kubeconfig.ts';
import { type Environment, RunningDaemon } from '../support/program.ts';
import { environment, Tenant } from '../support/tenant.ts';
import { holderOf, type Witness } from './witness.ts';

export const LEASE = { namespace: 'payments', name: 'webhook-reconciler' };

export interface FleetTimes {
  readonly leaseDuration: string;
  readonly renewDeadline: string;
  readonly retryPeriod: string;
  /** `api.timeout` */
  readonly timeout: string;
}

export interface Member {
  /** Of this process alone: its user at the API server, and who changes the tenant by its client. */
  readonly name: string;
  readonly clientId: string;
  readonly daemon: RunningDaemon;
}

const TITLES = ['Users', 'Orders', 'Reports', 'Accounts'];

/** One clock for both logs, that nobody sets. */
const now = () => Math.floor(performance.timeOrigin + performance.now());

export class Fleet implements AsyncDisposable {
  readonly server: ApiServer;
  readonly tenant: Tenant;
  readonly witness: Witness;
  readonly #members: (Member | undefined)[] = [];
  readonly #times: FleetTimes;
  readonly #env: Environment;
  readonly #clients: Map<string, string>;
  readonly #afflicted = new Map<Member, Promise<void>>();
  #born = 0;
  #edits = 0;
  #churning: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  private constructor(server: ApiServer, tenant: Tenant, times: FleetTimes, env: Environment) {
    this.#env = env;
    this.server = server;
    this.tenant = tenant;
    this.#times = times;
    this.#clients = new Map();
    this.witness = { sandbox: tenant.sandbox, server, clients: this.#clients };
  }

  static async of(size: number, times: FleetTimes, env: Environment = {}): Promise<Fleet> {
    const seed = TITLES.map((title) => ({ title, url: urlOf(title), type: ['USER'], enabled: true }));
    const [server, tenant] = await Promise.all([ApiServer.start(), Tenant.with(seed, { now })]);
    const fleet = new Fleet(server, tenant, times, env);
    await fleet.configure(`${LEASE.namespace}/${LEASE.name}`);
    await fleet.edit();
    await Promise.all(Array.from({ length: size }, async (_, place) => fleet.begin(place)));
    return fleet;
  }

  /** The configuration file of all of them. */
  get config(): string {
    return this.#file('config.yaml');
  }

  get members(): readonly Member[] {
    return this.#members.filter((member) => member !== undefined);
  }

  /** Writes the configuration file; whoever runs already has to be told. */
  async configure(lease: string): Promise<void> {
    const { leaseDuration, renewDeadline, retryPeriod } = this.#times;
    const kubernetes = { leaseDuration, renewDeadline, retryPeriod };
    await writeFile(this.config, JSON.stringify({ lease, kubernetes, source: { debounce: '20ms' } }));
  }

  /** Starts a process where there is none. */
  async begin(place: number): Promise<Member> {
    this.#born += 1;
    const name = `instance-${this.#born}`;
    const env = await this.credentials(name);
    const daemon = await RunningDaemon.start(['--config', this.config], { ...env, LOG_LEVEL: 'info' });
    const member = { name, clientId: env['UPVEST_CLIENT_ID'] ?? '', daemon };
    this.#members[place] = member;
    return member;
  }

  /** Starts processes in the places of those that have ended. */
  async restore(): Promise<void> {
    for (const [place, member] of this.#members.entries()) if (!member) await this.begin(place);
  }

  /** What a process of this name needs, known to both APIs by credentials of its own. */
  async credentials(name: string): Promise<Environment> {
    this.server.admit(`token of ${name}`, name);
    const credentials = await this.tenant.sandbox.addClient({ keyType: 'ed25519' });
    this.#clients.set(credentials.clientId, name);
    const KUBECONFIG = this.#file(`${name}.kubeconfig`);
    await writeFile(KUBECONFIG, kubeconfig(this.server, `token of ${name}`));
    const env = await environment(this.tenant.sandbox.url, credentials, this.tenant.folder);
    return { ...env, KUBECONFIG, UPVEST_TIMEOUT: this.#times.timeout, ...this.#env };
  }

  /** Takes it out of the fleet; what becomes of its process is the caller's affair. */
  remove(member: Member): void {
    const place = this.#members.indexOf(member);
    if (place >= 0) this.#members[place] = undefined;
  }

  /** Does something to one of them for a while. */
  afflict(
    member: Member,
    forMs: number,
    { begin, end }: { readonly begin: () => void; readonly end: () => void },
  ): void {
    if (this.#afflicted.has(member)) return;
    begin();
    const over = sleep(forMs).then(() => {
      end();
      this.#afflicted.delete(member);
    });
    this.#afflicted.set(member, over);
  }

  /** Resolves with the holder, once nothing is being done to it. */
  async holderAtEase(): Promise<Member> {
    for (;;) {
      const { member } = await this.holder();
      if (!this.#afflicted.has(member)) return member;
      await this.#afflicted.get(member);
    }
  }

  /** Resolves with whoever holds the lease, once somebody other than `before` does, and the write that gave it to him. */
  async holder(before?: Member): Promise<{ readonly member: Member; readonly write: Write }> {
    let found: { member: Member; write: Write } | undefined;
    await this.server.until(({ writes }) => {
      const write = writes.findLast(({ after, before }) => holderOf(after) !== holderOf(before));
      const member = this.members.find(({ name }) => name === write?.user);
      found = write && member && member !== before && holderOf(write.after) !== '' ? { member, write } : undefined;
      return found !== undefined;
    });
    return found!;
  }

  /** Changes every subscription in the checkout, so that whoever leads has something to do. */
  async edit(): Promise<void> {
    this.#edits += 1;
    const delay = `${1 + (this.#edits % 29)}s`;
    await this.tenant.files(
      JSON.stringify(TITLES.map((title) => ({ title, url: urlOf(title), type: ['USER'], config: { delay } }))),
    );
  }

  /** Edits the checkout again and again. */
  churn(everyMs: number): void {
    const stop = new AbortController();
    const ended = (async () => {
      while (!stop.signal.aborted) {
        await this.edit();
        await sleep(everyMs, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    })();
    this.#churning = { stop, ended };
  }

  async calm(): Promise<void> {
    this.#churning?.stop.abort();
    await this.#churning?.ended;
  }

  /** Whether the tenant has what the checkout wants. */
  isConverged(): boolean {
    const delay = `${1 + (this.#edits % 29)}s`;
    const found = this.tenant.sandbox.subscriptions();
    return found.length === TITLES.length && found.every(({ config }) => config.delay === delay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.calm();
    await Promise.all(this.#afflicted.values());
    await Promise.all(this.members.map(async ({ daemon }) => daemon[Symbol.asyncDispose]()));
    await this.server[Symbol.asyncDispose]();
    await this.tenant[Symbol.asyncDispose]();
  }

  #file(name: string): string {
    return join(this.tenant.folder, name);
  }
}

function urlOf(title: string): string {
  return `https://hooks.example.com/${title.toLowerCase()}`;
}
