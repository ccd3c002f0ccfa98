/** Kubernetes Events of the built daemon, at a double of the API server. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { kubeconfig } from '../support/kubernetes/kubeconfig.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const TOKEN = 'canary-service-account-token';
const ORDERS = '- { title: Orders, url: https://hooks.example.com/orders }';
const POD = { POD_NAME: 'reconciler-0', POD_NAMESPACE: 'payments', POD_UID: '0d7f…' };

async function withEvents(tenant: Tenant, server: Pick<ApiServer, 'url'>): Promise<[string[], Record<string, string>]> {
  const config = join(tenant.folder, 'config.yaml');
  const KUBECONFIG = join(tenant.folder, 'kubeconfig');
  await writeFile(config, 'kubernetes: { events: true }\n');
  await writeFile(KUBECONFIG, kubeconfig(server, TOKEN));
  return [['--config', config], { ...tenant.env, ...POD, KUBECONFIG }];
}

describe('the daemon with kubernetes.events', () => {
  it('posts drift, failure, recovery and withheld deletes on its pod, and no title, url or secret', async () => {
    await using server = await ApiServer.start();
    server.admit(TOKEN, 'reconciler');
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const [args, env] = await withEvents(tenant, server);
    await using daemon = await RunningDaemon.start([...args, '--max-deletes', '1'], env);
    const posted = async (reason: string) =>
      server.until(({ writes }) => writes.some(({ after }) => after?.['reason'] === reason));
    await daemon.until(({ msg }) => msg === 'pass ended');

    tenant.sandbox.edit('Orders', { url: 'https://evil.example.com/' });
    await daemon.reconcile();
    await posted('Drift');
    tenant.sandbox.fault({ on: 'GET /webhooks', effect: { kind: 'answer', status: 400 } });
    await daemon.reconcile();
    await posted('PassFailed');
    await tenant.files('[]');
    await daemon.reconcile();
    await posted('Recovered');
    await posted('DeletesWithheld');
    expect(await daemon.stop()).toBe(0);

    const events = server.events('payments');
    expect(events.map(({ type, reason, message }) => `${String(type)} ${String(reason)}: ${String(message)}`)).toEqual([
      expect.stringMatching(
        /^Warning Drift: 1 subscription differed from the checkout at revision sha256:[0-9a-f]{12}: /,
      ),
      'Warning PassFailed: The pass failed: GET /webhooks answered 400',
      'Normal Recovered: Passes succeed again, after 1 pass that failed',
      expect.stringMatching(
        /^Warning DeletesWithheld: Withheld at revision sha256:[0-9a-f]{12}: 1 delete by empty-checkout/,
      ),
    ]);
    expect(events[0]).toMatchObject({
      involvedObject: { kind: 'Pod', name: 'reconciler-0', namespace: 'payments', uid: POD.POD_UID },
    });
    expect(JSON.stringify(events)).not.toMatch(/Orders|example\.com/);
    expect(daemon.raw.join('\n')).not.toContain(TOKEN);
    expect(daemon.lines.filter(({ msg }) => msg === 'event not posted')).toEqual([]);
  });

  it('reconciles as ever where Events are refused, and says so once', async () => {
    await using server = await ApiServer.start();
    server.admit(TOKEN, 'reconciler');
    server.mayDo = () => false;
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const [args, env] = await withEvents(tenant, server);
    await using daemon = await RunningDaemon.start(args, env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    for (const url of ['https://one.example.com/', 'https://two.example.com/']) {
      const refused = server.arrivals.length + 1;
      tenant.sandbox.edit('Orders', { url });
      expect(await daemon.reconcile()).toMatchObject({ body: { result: 'converged' } });
      await server.until(({ arrivals }) => arrivals.length >= refused);
    }
    expect(await daemon.stop()).toBe(0);
    const told = daemon.lines.filter(({ msg }) => msg === 'event not posted');
    expect(told.map(({ level }) => level)).toEqual(['warn', 'debug']);
    expect(told[0]?.['detail']).toMatch(/403 Forbidden.*Grant create and patch on events in namespace payments/);
    expect(daemon.raw.join('\n')).not.toContain(TOKEN);
  });

  it('reconciles and ends in time where the API server does not answer', async () => {
    await using server = await ApiServer.start();
    server.admit(TOKEN, 'reconciler');
    server.partition('reconciler');
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const [args, env] = await withEvents(tenant, server);
    await using daemon = await RunningDaemon.start(args, env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    tenant.sandbox.edit('Orders', { url: 'https://one.example.com/' });
    expect(await daemon.reconcile()).toMatchObject({ body: { result: 'converged' } });
    await server.until(({ arrivals }) => arrivals.length === 1);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.lines.at(-1)?.msg).toBe('stopped');
  });

  it('can be switched on by SIGHUP; what is wrong with the access then changes nothing', async () => {
    await using server = await ApiServer.start();
    server.admit(TOKEN, 'reconciler');
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const [args, env] = await withEvents(tenant, server);
    const [config, access] = [join(tenant.folder, 'config.yaml'), join(tenant.folder, 'kubeconfig')];
    const wanted = [await readFile(config, 'utf8'), await readFile(access, 'utf8')] as const;
    await writeFile(config, '{}\n');
    await writeFile(access, '{}\n');
    await using daemon = await RunningDaemon.start(args, env);
    await daemon.until(({ msg }) => msg === 'pass ended');

    await writeFile(config, wanted[0]);
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg.startsWith('the configuration has errors'));
    expect(daemon.raw.join('\n')).toContain(
      `"place":"kubernetes.events","detail":"${access}: no current context is set`,
    );
    await writeFile(access, wanted[1]);
    daemon.kill('SIGHUP');
    await daemon.until(({ msg }) => msg === 'configuration read again');
    tenant.sandbox.edit('Orders', { url: 'https://one.example.com/' });
    await daemon.reconcile();
    await server.until(({ writes }) => writes.some(({ after }) => after?.['reason'] === 'Drift'));
    expect(await daemon.stop()).toBe(0);
  });

  it('does not start without access to a cluster, and says what to mend', async () => {
    await using tenant = await Tenant.with();
    const config = join(tenant.folder, 'config.yaml');
    await writeFile(config, 'kubernetes: { events: true }\n');
    const ended = await program(['run', '--config', config], { ...tenant.env, HOME: tenant.folder });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toBe(
      `kubernetes.events  no access to a Kubernetes API: KUBERNETES_SERVICE_HOST is not set, as it is in every pod, and there is no kubeconfig at ${join(tenant.folder, '.kube/config')}\n1 error in the configuration. Nothing was sent.\n`,
    );
    expect(tenant.requests()).toEqual([]);
  });
});
