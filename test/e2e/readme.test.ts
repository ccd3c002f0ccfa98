/** Somebody who has never seen it goes by the documents, word for word. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { program, programIn } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const document = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');

it("the README's example is valid, is planned and applied by its own commands, and is in sync then", async () => {
  const readme = document('README.md');
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  const command = (name: string) =>
    new RegExp(`^npx webhook-reconciler (${name} --set .*)$`, 'm').exec(readme)?.[1] ?? 'not in the README';
  await using tenant = await Tenant.with([{ title: 'Old orders hook', url: 'https://hooks.example.com/old' }]);
  await tenant.files(example);
  for (const [name, status] of [
    ['validate', 0],
    ['plan', 3],
    ['apply', 0],
    ['plan', 0],
  ] as const) {
    const { code, stdout, stderr } = await programIn(`"$@" ${command(name)}`, [], tenant.env);
    expect(code, `${name}:\n${stdout}${stderr}`).toBe(status);
  }
  expect(tenant.titles()).toEqual(['Reports', 'User webhook']);
});

it("the sandbox's examples of its control interface do what they say", async () => {
  await using tenant = await Tenant.with([], { control: true });
  const answers: unknown[] = [];
  for (const [, words = '', path = '', json] of document('docs/sandbox.md').matchAll(
    /^curl -s (.*?)\$C(\S+)(?: --json '(.*)')?$/gm,
  )) {
    const method = /-X (\w+)/.exec(words)?.[1] ?? (json === undefined ? 'GET' : 'POST');
    const response = await fetch(`${tenant.sandbox.url}/-/control${path}`, {
      method,
      ...(json !== undefined && { body: json, headers: { 'content-type': 'application/json' } }),
    });
    expect(response.ok, `${method} ${path} ${json}`).toBe(true);
    answers.push(response.status === 204 ? undefined : await response.json());
  }
  expect(answers).toMatchObject([
    [],
    [{ title: 'Orders', enabled: true }],
    [{ title: 'Orders', event: { type: 'ORDER.FILLED' } }],
    { title: 'Orders', enabled: false },
    { id: expect.any(String) },
    { id: expect.any(String) },
    undefined,
    { id: expect.any(String) },
    { id: expect.any(String) },
    { id: expect.any(String) },
    { listingLagSeconds: 10 },
    { readLagSeconds: 0.5, storedTitles: 'lower' },
  ]);
});

it('the advice about a second one of a title, which is not ours, can be followed', async () => {
  const orders = { title: 'Orders', url: 'https://hooks.example.com/orders' };
  await using tenant = await Tenant.with([orders, { ...orders, url: 'https://foreign.example.com/' }]);
  await tenant.files(`- ${JSON.stringify(orders)}`);
  const owned = ['--owns', 'url:https://hooks.example.com/*'];
  const { stdout } = await program(['apply', ...owned], tenant.env);
  // Wrapped, for people to read.
  const said = stdout.replace(/\s+/g, ' ');
  const [, id = ''] = /(\S+) is not owned[^.]*\. If it is not needed, delete it with a tombstone/.exec(said) ?? [];
  await tenant.files({ 'tombstone.yaml': JSON.stringify({ title: 'Orders', state: 'absent', reconcile: { id } }) });
  expect(await program(['apply', '--yes', ...owned], tenant.env)).toMatchObject({ code: 0 });
  expect(tenant.one('Orders')).toMatchObject({ url: orders.url, enabled: true });
});
