/** The commands around the main job, as the built program runs them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { program, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('plan', () => {
  it.each([
    ['0 in sync', [{ title: 'Orders', url: HOOK, enabled: true }], 0],
    ['2 with changes pending', [], 2],
    ['3 with changes that include deletes', [OLD], 3],
  ])('ends with %s, and changes nothing', async (_name, seed, code) => {
    await using tenant = await Tenant.with(seed);
    await tenant.files(ORDERS);
    expect(await program(['plan'], tenant.env)).toMatchObject({ code, stderr: '' });
    expect(tenant.requests()).toEqual(['POST /auth/token', 'GET /webhooks']);
  });

  it('ends with 2 where what goes is quarantined first', async () => {
    await using tenant = await Tenant.with([OLD]);
    await tenant.files(ORDERS);
    const { code, stdout } = await program(['plan'], { ...tenant.env, RECONCILER_QUARANTINE: '24h' });
    expect(code).toBe(2);
    expect(stdout).toContain('1 to quarantine');
  });

  it('ends with 1 where files have errors, because the plan is not complete', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(`${ORDERS}\n- { title: Broken }`);
    const { code, stdout, stderr } = await program(['plan'], tenant.env);
    expect(code).toBe(1);
    expect(stdout).toContain('Orders');
    expect(stdout).toMatch(/^\S*webhooks\.yaml:2:\d+ .*url/m);
    expect(stderr).toBe('1 error in 1 of 1 file. Deletes are withheld until they are fixed.\n');
  });

  it('shows as text what would change, with places, and no colours where nobody can see them', async () => {
    await using tenant = await Tenant.with([
      { title: 'Orders', url: 'https://hooks.example.com/before', enabled: true },
    ]);
    await tenant.files(ORDERS);
    const { stdout } = await program(['plan'], tenant.env);
    expect(stdout).toContain('~ update "Orders"');
    expect(stdout).toContain('webhooks.yaml:1:3');
    expect(stdout).toContain(`https://hooks.example.com/before → ${HOOK}`);
    expect(stdout).toContain('Plan: 1 to update.');
    expect(stdout).not.toContain('\u001b');
  });

  it('is one document as JSON', async () => {
    await using tenant = await Tenant.with([
      { title: 'Orders', url: 'https://hooks.example.com/before', enabled: true },
    ]);
    await tenant.files(ORDERS);
    const { stdout } = await program(['plan', '-o', 'json'], tenant.env);
    expect(JSON.parse(stdout)).toMatchObject({
      revision: expect.stringMatching(/^sha256:/),
      inSync: false,
      actions: [
        {
          kind: 'update',
          title: 'Orders',
          id: tenant.one('Orders').id,
          changes: [{ field: 'url', from: 'https://hooks.example.com/before', to: HOOK }],
          source: 'webhooks.yaml:1:3',
        },
      ],
      withheld: [],
      conflicts: [],
      unmanaged: 0,
      warnings: [],
    });
  });

  it('is a comment for a pull request as markdown', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { stdout } = await program(['plan', '-o', 'markdown'], tenant.env);
    expect(stdout).toMatch(/^### /);
    expect(stdout).toContain('`Orders`');
  });
});

describe('apply', () => {
  it.each([
    ['"yes"', 'yes\n', 'Converged', 0, ['Orders']],
    ['"no"', 'no\n', 'Nothing was changed.', 1, []],
    ['Ctrl-C', '\u0003', 'Nothing was changed.', 1, []],
    ['Ctrl-D', '\u0004', 'Nothing was changed.', 1, []],
  ])('asks first, and takes %s for what it is', async (_, answer, end, code, titles) => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { stdout, status } = await onTerminal(['apply'], tenant.env, /Only "yes"/, answer);
    expect(status).toBe(code);
    expect(stdout).toContain('\u001b[32m+ create');
    expect(stdout).toContain(end);
    expect(stdout).not.toContain('node:internal');
    expect(tenant.titles()).toEqual(titles);
  });

  it('asks again where checkout or tenant have changed before the answer came', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const terminal = startProgram(['apply'], tenant.env, { onTerminal: true });
    await terminal.until(/Only "yes"/);
    tenant.sandbox.seed({ title: 'Orders', url: HOOK });
    await tenant.files(`${ORDERS}\n- { title: Users, url: https://hooks.example.com/users }`);
    terminal.type('yes\n');
    await terminal.until(/changed meanwhile[^]*create[^]*"Users"[^]*Only "yes"/);
    expect(tenant.history()).toEqual([]);
    terminal.type('yes\n');
    expect(await terminal.ended).toBe(0);
    expect(tenant.titles()).toEqual(['Orders', 'Users']);
  });

  it('asks too where its output goes through a pipe', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { stdout } = await onTerminal(['apply', '|', 'cat'], tenant.env, /Only "yes"/, 'no\n');
    expect(stdout).toContain('Nothing was changed.');
    expect(tenant.titles()).toEqual([]);
  });

  it('calls disabled what is on the tenant and is, not what is yet to be created', async () => {
    await using tenant = await Tenant.with([{ title: 'Old', url: 'https://hooks.example.com/old' }]);
    await tenant.files(ORDERS);
    const { stdout } = await program(['apply', '--mode', 'observe'], tenant.env);
    expect(stdout).toMatch(/^ {2}Pending +Old +disabled /m);
    expect(stdout).toMatch(/^ {2}Pending +Orders +webhooks.yaml:1:3$/m);
  });
});

describe('test', () => {
  it('has a delivery sent to the subscription of this title, and shows what its receiver answered', async () => {
    const receiver = createServer((request, response) => {
      request.resume();
      response.writeHead(200).end('thank you');
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    try {
      await using tenant = await Tenant.with([{ title: 'Orders', url, enabled: true }]);
      const { code, stdout } = await program(['test', 'Orders'], tenant.env);
      expect(code).toBe(0);
      expect(stdout).toContain('Delivered: the receiver answered 200 OK');
      expect(stdout).toContain('thank you');
    } finally {
      receiver.closeAllConnections();
      receiver.close();
    }
  });

  it('says which ids there are where a title is not unique, and that there is none where it is unknown', async () => {
    await using tenant = await Tenant.with([
      { title: 'Orders', url: HOOK },
      { title: 'Orders', url: HOOK },
    ]);
    const twice = await program(['test', 'Orders'], tenant.env);
    expect(twice.code).toBe(1);
    for (const { id } of tenant.sandbox.subscriptions()) expect(twice.stderr).toContain(id);
    expect(await program(['test', 'Nothing'], tenant.env)).toMatchObject({
      code: 1,
      stderr: 'error: no subscription on the tenant has the title or id "Nothing": there are "Orders"\n',
    });
    expect(await program(['test', 'orders'], tenant.env)).toMatchObject({
      code: 1,
      stderr: 'error: no subscription on the tenant has the title or id "orders", did you mean "Orders"?\n',
    });
    const [{ id } = { id: '' }] = tenant.sandbox.subscriptions();
    expect(await program(['test', id], tenant.env)).toMatchObject({ code: 2, stderr: '' });
  });
});

it('keys prints the key set with which deliveries are signed', async () => {
  await using tenant = await Tenant.with();
  const { code, stdout } = await program(['keys'], tenant.env);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ keys: [{ kty: 'EC', crv: 'P-521', kid: expect.any(String) }] });
});

/** Runs a command on a terminal of its own, and types `answer` once it shows `prompt`. */
async function onTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  prompt: RegExp,
  answer: string,
) {
  const terminal = startProgram(args, env, { onTerminal: true });
  await terminal.until(prompt);
  terminal.type(answer);
  return { status: await terminal.ended, stdout: terminal.shown };
}
