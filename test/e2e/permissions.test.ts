/** The built daemon under Node's permission model, with the very flags of the image and the manifests. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { GitSync } from '../support/git-sync.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const repository = join(import.meta.dirname, '../..');

const ofImage = /NODE_OPTIONS="([^"]+)"/.exec(readFileSync(join(repository, 'Dockerfile'), 'utf8'))?.[1] ?? '';

describe('under the permissions of the manifests', () => {
  it('the daemon follows git-sync, a rotated key and a new configuration, and all its endpoints answer', async () => {
    await using pod = await Pod.of('components/sidecar');
    const sync = await GitSync.in(await pod.folder('/checkout'), true);
    const revisions = [await publish(sync, 0)];
    await pod.configure({ source: { path: join(sync.link, 'webhooks') } });
    await using daemon = await pod.start();
    await daemon.until(({ msg }) => msg === 'pass ended');
    // Without permissions this opens a debugger.
    daemon.kill('SIGUSR1');

    for (let n = 1; n <= 3; n += 1) {
      revisions.push(await publish(sync, n));
      await daemon.until((line) => line['result'] === 'converged' && line['revision'] === revisions.at(-1));
    }
    expect(pod.tenant.one('Orders').url).toBe('https://hooks.example.com/3');
    expect(daemon.lines.map(({ trigger }) => trigger)).toContain('watch');

    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const keyId = pod.tenant.sandbox.addKey(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    await pod.mount('/var/run/upvest', {
      'client-secret': pod.tenant.sandbox.credentials.clientSecret,
      'private-key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    await pod.configure({ source: { path: join(sync.link, 'webhooks') }, api: { keyId } });
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg === 'configuration read again');
    expect(await daemon.reconcile()).toMatchObject({ status: 200, body: { result: 'converged' } });

    for (const path of ['/', '/page.js', '/page.css', '/healthz', '/livez', '/readyz', '/status'])
      expect((await daemon.get(path)).status).toBe(200);
    const { body: metrics } = await daemon.get('/metrics');
    expect(metrics).toMatch(/^process_resident_memory_bytes \d/m);
    expect(metrics).toMatch(/^process_open_fds \d/m);
    expect(daemon.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.raw.join('\n')).not.toContain('Debugger');
  });

  it('the daemon follows a ConfigMap mounted in a folder that it may not see', async () => {
    await using pod = await Pod.of('base');
    await pod.mount('/checkout', { 'orders.yaml': '- { title: Orders, url: "https://hooks.example.com/0" }' });
    await pod.configure({ source: { path: pod.path('/checkout') } });
    await using daemon = await pod.start();
    await daemon.until(({ msg }) => msg === 'pass ended');

    for (let n = 1; n <= 3; n += 1) {
      const changed = daemon.nextPass('converged');
      await pod.mount('/checkout', { 'orders.yaml': `- { title: Orders, url: "https://hooks.example.com/${n}" }` });
      await changed;
      expect(pod.tenant.one('Orders').url).toBe(`https://hooks.example.com/${n}`);
    }
    expect(daemon.lines.map(({ trigger }) => trigger)).toContain('watch');
    expect(daemon.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('a link to a credential in the place of the folder is not followed, and nothing of it shown', async () => {
    await using pod = await Pod.of('components/sidecar');
    const sync = await GitSync.in(await pod.folder('/checkout'), true);
    await publish(sync, 0);
    const webhooks = join(sync.link, 'webhooks');
    await pod.configure({ source: { path: webhooks } });
    await using daemon = await pod.start();
    await daemon.until(({ msg }) => msg === 'pass ended');

    await rm(webhooks, { recursive: true });
    await symlink(pod.path('/var/run/upvest/client-secret'), webhooks);
    await daemon.reconcile();
    const { body } = await daemon.get('/status');
    const said = JSON.stringify([body, daemon.raw]);
    expect(said).toContain('is a link that leads out of');
    expect(said).not.toContain(pod.tenant.sandbox.credentials.clientSecret.slice(0, 8));
    expect(pod.tenant.one('Orders').url).toBe('https://hooks.example.com/0');
  });

  it.each(['base', 'components/sidecar'])('nothing outside of what %s mounts can be read', async (manifest) => {
    await using pod = await Pod.of(manifest);
    const { code, stdout } = await program(['validate', pod.tenant.folder], { NODE_OPTIONS: pod.nodeOptions });
    expect(code).toBe(1);
    expect(stdout).toContain(`add --allow-fs-read=${pod.tenant.folder} to NODE_OPTIONS`);
  });
});

it('a credential that the permissions leave out is named, with what is to be added', async () => {
  await using tenant = await Tenant.with();
  const NODE_OPTIONS = `--permission --allow-fs-read=${join(repository, 'dist')}/*`;
  const { code, stderr } = await program(['plan'], { ...tenant.env, NODE_OPTIONS });
  expect(code).toBe(1);
  expect(stderr).toContain(
    `${tenant.env['UPVEST_PRIVATE_KEY_FILE']} may not be read: Node's permission model is on and does not allow it; add --allow-fs-read for its folder to NODE_OPTIONS`,
  );
});

describe('under the permissions of the image', () => {
  it('a plan is made as without them', async () => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
    const plain = await program(['plan'], tenant.env);
    expect(await program(['plan'], { ...tenant.env, NODE_OPTIONS: ofImage })).toEqual(plain);
  });

  it('no file is written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'webhook-reconciler-test-'));
    const stateFile = join(folder, 'state.json');
    const { code } = await program(['sandbox', '--port', '0', '--state', stateFile], { NODE_OPTIONS: ofImage });
    expect(code).not.toBe(0);
    await expect(readFile(stateFile)).rejects.toThrow('ENOENT');
    await rm(folder, { recursive: true });
  });
});

/** What a container of a manifest finds: its mounts below a temporary folder, its NODE_OPTIONS with their paths. */
class Pod implements AsyncDisposable {
  readonly tenant: Tenant;
  readonly nodeOptions: string;
  #mounts = 0;

  private constructor(tenant: Tenant, nodeOptions: string) {
    this.tenant = tenant;
    this.nodeOptions = nodeOptions;
  }

  static async of(manifest: string): Promise<Pod> {
    const tenant = await Tenant.with();
    const text = readFileSync(join(repository, 'deploy/kubernetes', manifest, 'deployment.yaml'), 'utf8');
    const { containers = [], initContainers = [] } = (parse(text) as Deployment).spec.template.spec;
    const options =
      [...initContainers, ...containers].flatMap(({ env = [] }) => env).find(({ name }) => name === 'NODE_OPTIONS')
        ?.value ?? '';
    // The program lies in the repository as it does in the image; `/proc` is what it is.
    const moved = options
      .replaceAll('=/app/', `=${repository}/`)
      .replaceAll(/=(?=\/(?:etc|var|checkout)\/)/g, `=${tenant.folder}`);
    return new Pod(tenant, moved);
  }

  path(inside: string): string {
    return join(this.tenant.folder, inside);
  }

  async folder(inside: string): Promise<string> {
    await mkdir(this.path(inside), { recursive: true });
    return this.path(inside);
  }

  /** As the kubelet does: the files are links by way of `..data`, a link that is replaced by rename. */
  async mount(inside: string, files: Readonly<Record<string, string>>): Promise<void> {
    const folder = await this.folder(inside);
    this.#mounts += 1;
    const version = `..version-${this.#mounts}`;
    await mkdir(join(folder, version));
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, version, name), text);
      await symlink(join('..data', name), join(folder, name)).catch(() => undefined);
    }
    await symlink(version, join(folder, '..data.new'));
    await rename(join(folder, '..data.new'), join(folder, '..data'));
  }

  async configure(config: { readonly source: object; readonly api?: object }): Promise<void> {
    const { url, credentials } = this.tenant.sandbox;
    const { clientId, keyId } = credentials;
    const api = {
      url,
      clientId,
      clientSecretFile: this.path('/var/run/upvest/client-secret'),
      keyId,
      privateKeyFile: this.path('/var/run/upvest/private-key.pem'),
      ...config.api,
    };
    const schedule = { resync: '1h' };
    await this.mount('/etc/webhook-reconciler', {
      'config.yaml': stringify({ ...config, api, schedule, policy: { owns: 'all' } }),
    });
  }

  async start(): Promise<RunningDaemon> {
    const { clientSecret, privateKeyPem } = this.tenant.sandbox.credentials;
    await this.mount('/var/run/upvest', { 'client-secret': clientSecret, 'private-key.pem': privateKeyPem });
    const args = ['--config', this.path('/etc/webhook-reconciler/config.yaml')];
    return RunningDaemon.start(args, { NODE_OPTIONS: this.nodeOptions });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tenant[Symbol.asyncDispose]();
  }
}

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: Readonly<Partial<Record<'containers' | 'initContainers', readonly Container[]>>>;
    };
  };
}

async function publish(sync: GitSync, n: number): Promise<string> {
  const text = `- { title: Orders, url: "https://hooks.example.com/${n}" }\n`;
  return sync.publish(`Version ${n}`, { 'orders.yaml': text });
}
