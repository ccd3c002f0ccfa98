/** The built daemon with the very Lease, Role, variables and Node options of the base: they suffice, and all are needed. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { kubeconfig } from '../support/kubernetes/kubeconfig.ts';
import { LEASES } from '../support/kubernetes/rules.ts';
import type { Manifest, Rule } from '../support/manifests/kubernetes.ts';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const repository = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, 'deploy/kubernetes/base', file), 'utf8');

const lease = parse(read('lease.yaml')) as Manifest;
const { rules = [] } = parseAllDocuments(read('role.yaml'))[0]!.toJS() as Manifest;
const { spec } = parse(read('deployment.yaml')) as Manifest;
const variables = new Map(spec.template.spec.containers[0]!.env?.map(({ name, value }) => [name, value]));

const NAMESPACE = 'upvest-sandbox';
const POD = { POD_NAME: 'webhook-reconciler-0', POD_NAMESPACE: NAMESPACE, POD_UID: '7d7e', NODE_NAME: 'node-1' };

/** As RBAC judges it. */
const allows = (rule: Rule, verb: string, resource: string, name: string): boolean =>
  rule.verbs.includes(verb) &&
  rule.resources.includes(resource) &&
  (rule.resourceNames === undefined || rule.resourceNames.includes(name));

/** Kubernetes puts in what stands before: `$(NAME)`. */
const expanded = (value = ''): string =>
  value.replace(
    /\$\((\w+)\)/g,
    (_all, name: string) => (POD as Record<string, string>)[name] ?? variables.get(name) ?? '',
  );

it('the daemon leads, acts and posts Events with the rights of the base, and asks for no others', async () => {
  await using server = await ApiServer.start();
  server.admit('token', 'webhook-reconciler');
  server.objects.create(LEASES, NAMESPACE, { ...lease, metadata: { ...lease.metadata, namespace: NAMESPACE } });
  const asked: string[] = [];
  const refused: string[] = [];
  server.mayDo = (_user, verb, resource, name) => {
    asked.push(`${verb} ${resource}`);
    const isAllowed = rules.some((rule) => allows(rule, verb, resource, name));
    if (!isAllowed) refused.push(`${verb} ${resource} ${name}`);
    return isAllowed;
  };
  await using tenant = await Tenant.with();
  await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
  const config = join(tenant.folder, 'config.yaml');
  const KUBECONFIG = join(tenant.folder, 'kubeconfig');
  await writeFile(config, 'kubernetes: { events: true }\n');
  await writeFile(KUBECONFIG, kubeconfig(server, 'token', NAMESPACE));

  const RECONCILER_LEASE = expanded(variables.get('RECONCILER_LEASE'));
  // The program lies in the repository as it does in the image; all that a pod mounts is in one folder here.
  const NODE_OPTIONS = `${expanded(variables.get('NODE_OPTIONS'))} --allow-fs-read=${tenant.folder}/*`.replace(
    '=/app/',
    `=${repository}/`,
  );
  await using daemon = await RunningDaemon.start(['--config', config], {
    ...tenant.env,
    ...POD,
    KUBECONFIG,
    RECONCILER_LEASE,
    NODE_OPTIONS,
  });
  await daemon.until(({ msg }) => msg === 'leadership gained');
  await daemon.until(({ msg, result }) => msg === 'pass ended' && result === 'converged');
  expect(tenant.one('Orders').enabled).toBe(true);
  await server.until(({ writes }) => writes.some(({ after }) => after?.['reason'] === 'BecameLeader'));
  expect(await daemon.stop()).toBe(0);

  expect(refused).toEqual([]);
  expect(new Set(asked)).toEqual(new Set(['get leases', 'update leases', 'create events']));
  expect(server.events(NAMESPACE)[0]).toMatchObject({
    involvedObject: { kind: 'Pod', name: POD.POD_NAME, namespace: NAMESPACE, uid: POD.POD_UID },
  });
  expect(server.lease(NAMESPACE, lease.metadata.name)?.spec).toMatchObject({ holderIdentity: '' });
});
