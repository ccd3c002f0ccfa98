/** What a reviewer of a plan and an operator of `apply` are told before anything is changed. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Environment, program, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com/orders';
const ORDERS = `- { title: Orders, url: ${HOOK} }`;
const NEW = '- { title: New, url: https://hooks.example.com/new }';
const OLD = { title: 'Old', url: 'https://hooks.example.com/old', enabled: true };

describe('apply without a terminal', () => {
  const removals: readonly (readonly [string, string, Environment])[] = [
    ['a delete', ORDERS, {}],
    ['a quarantine', ORDERS, { RECONCILER_QUARANTINE: '24h' }],
    ['a tombstone', `${ORDERS}\n- { title: Old, state: absent }`, {}],
  ];

  it.each(removals)('changes nothing at all where the plan has %s, and names the way out', async (_, files, env) => {
    await using tenant = await Tenant.with([OLD]);
    await tenant.files(`${files}\n${NEW}`);
    const refused = await program(['apply'], { ...tenant.env, ...env });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('create "New"');
    expect(refused.stderr).toContain('error: this plan removes 1 subscription');
    expect(refused.stderr).toMatch(/nothing of it was carried out.*--yes/);
    expect(tenant.history()).toEqual([]);

    expect(await program(['apply', '--yes'], { ...tenant.env, ...env })).toMatchObject({ code: 0 });
    expect(tenant.titles()).toContain('New');
  });

  it('carries out creates and updates, and what holds all changes back needs no --yes', async () => {
    await using tenant = await Tenant.with([OLD]);
    await tenant.files(ORDERS);
    const observed = await program(['apply', '--mode', 'observe'], tenant.env);
    expect(observed.stderr).not.toContain('--yes');
    expect(await program(['apply', '--mode', 'upsert'], tenant.env)).toMatchObject({ code: 0 });
    expect(await program(['apply'], { ...tenant.env, RECONCILER_MAX_DELETES: '0' })).toMatchObject({
      code: 1,
      stderr: '',
      stdout: expect.stringContaining('withheld by max-deletes'),
    });
    expect(tenant.titles()).toEqual(['Old', 'Orders']);
  });
});

describe('the tenant', () => {
  it('is named by its url and client in every form of the plan, and in the question of apply', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(ORDERS);
    const { UPVEST_API_URL: url, UPVEST_CLIENT_ID: clientId } = tenant.env;
    const [text, markdown, json] = await Promise.all(
      ['text', 'markdown', 'json'].map(async (form) => program(['plan', '-o', form], tenant.env)),
    );
    expect(text?.stdout).toContain(`Tenant ${url} (client ${clientId})\n`);
    expect(markdown?.stdout).toContain(`Tenant \`${url}\`, client \`${clientId}\`, mode \`sync\`.`);
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ formatVersion: 1, tenant: { url, clientId }, mode: 'sync' });

    const terminal = startProgram(['apply'], tenant.env, { onTerminal: true });
    const asked = await terminal.until(/Only "yes"/);
    expect(asked).toContain(`Apply these changes to the tenant ${url} (client ${clientId})?`);
    terminal.type('no\n');
    expect(await terminal.ended).toBe(1);
  });
});

describe('an error in a file', () => {
  const broken = { 'orders.yaml': `${ORDERS}\n- title: Broken\n  url: nowhere\n` };

  it('stands at the top of the comment, in the JSON and in the headline, since its entry is not in the plan', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true }]);
    await tenant.files(broken);
    const markdown = await program(['plan', '-o', 'markdown'], tenant.env);
    expect(markdown.code).toBe(1);
    expect(markdown.stdout).toMatch(/^### .*\n\n\*\*.*The files have 1 error/);
    expect(markdown.stdout).toMatch(/\n- ❌ `[^`]*orders\.yaml:3:8` `url` /);
    const json = await program(['plan', '-o', 'json'], tenant.env);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      inSync: false,
      actions: [],
      problems: [
        {
          severity: 'error',
          file: expect.stringMatching(/orders\.yaml$/),
          line: 3,
          column: 8,
          field: 'url',
          message: expect.stringContaining('nowhere'),
          rule: expect.any(String),
        },
      ],
    });
    expect((await program(['plan'], tenant.env)).stdout).toMatch(/The files have 1 error: .*left out\.\n$/);
  });

  it.each([
    ['a path below the current folder', 'webhooks', 'webhooks/orders.yaml:3:8'],
    ['the current folder', '.', 'webhooks/orders.yaml:3:8'],
    ['a file', 'webhooks/orders.yaml', 'webhooks/orders.yaml:3:8'],
  ])('is at the same place in validate, plan and apply for %s, as are the entries', async (_, path, place) => {
    await using tenant = await Tenant.with();
    await tenant.files({ ...broken, 'twice.yaml': `${ORDERS}\n` });
    const env = { ...tenant.env, RECONCILER_PATH: '' };
    const validated = await program(['validate', '--path', path], env, tenant.folder);
    const planned = await program(['plan', '--path', path], env, tenant.folder);
    const applied = await program(['apply', '--path', path], env, tenant.folder);
    expect(validated.stdout).toContain(`${place}  `);
    const [, problems = ''] = /^([^]*?)\n\n/.exec(validated.stdout) ?? [];
    for (const { stdout, stderr } of [planned, applied]) {
      for (const line of problems.split('\n')) expect(unaligned(stdout)).toContain(`\n${unaligned(line)}\n`);
      expect(stderr).not.toContain(place);
    }
    if (path.endsWith('.yaml')) expect(planned.stdout).toContain('create "Orders"  webhooks/orders.yaml:1:3');
  });

  it('is at the same place in validate and plan where the path is elsewhere', async () => {
    await using tenant = await Tenant.with();
    await tenant.files(broken);
    for (const path of [tenant.checkout, join(tenant.checkout, 'orders.yaml')]) {
      const env = { ...tenant.env, RECONCILER_PATH: path };
      const [validated, planned] = await Promise.all([program(['validate'], env), program(['plan'], env)]);
      expect(planned.stdout.split('\n')).toContain(validated.stdout.split('\n')[0]);
      expect(planned.stdout).toMatch(new RegExp(`^${join(tenant.checkout, 'orders.yaml')}:3:8 `, 'm'));
    }
  });
});

describe('a subscription whose entry has an error', () => {
  it('is not called unwanted by any form of the plan: the error and the guard that keeps it are named', async () => {
    await using tenant = await Tenant.with([OLD]);
    await tenant.files('- title: Old\n  url: nowhere\n');
    const env = { ...tenant.env, RECONCILER_PATH: '' };
    const plan = async (form: string) =>
      program(['plan', '--path', 'webhooks', '-o', form], env, tenant.folder).then(({ stdout }) => stdout);
    const [text, markdown, json] = await Promise.all(['text', 'markdown', 'json'].map(plan));
    const place = 'webhooks/webhooks.yaml:2:8';
    for (const shown of [text, markdown]) {
      expect(unaligned(shown ?? '')).toMatch(
        new RegExp(`its entry has an error: ${place}\\. The guard\\s+invalid-checkout keeps it`),
      );
    }
    expect(JSON.parse(json ?? '')).toMatchObject({
      heldBack: [
        { title: 'Old', because: 'entry-error', source: place, guards: ['invalid-checkout', 'empty-checkout'] },
      ],
    });
  });
});

/** Columns are as wide as the list needs. */
const unaligned = (text: string): string => text.replaceAll(/ +/g, ' ');

describe('a mode that leaves a difference', () => {
  it('is not said to have converged where an entry differs and is left as it is', async () => {
    await using tenant = await Tenant.with([{ title: 'Orders', url: HOOK, enabled: true, type: ['USER'] }]);
    await tenant.files(`- { title: Orders, url: ${HOOK}, type: [ORDER] }`);
    const { code, stdout } = await program(['apply', '--mode', 'create'], tenant.env);
    expect(code).toBe(0);
    expect(stdout).not.toContain('Converged');
    expect(stdout).toMatch(
      /\nDone as far as mode create goes, and not equal to the checkout: nothing changed .*\n {2}(?:Pending|Drifted) +Orders/,
    );
    const planned = await program(['plan', '--mode', 'create', '-o', 'json'], tenant.env);
    expect(planned.code).toBe(0);
    expect(JSON.parse(planned.stdout)).toMatchObject({ mode: 'create', inSync: false, actions: [] });
  });

  it('is not in sync where what nothing wants is kept', async () => {
    await using tenant = await Tenant.with([OLD]);
    await tenant.files('[]');
    const planned = await program(['plan', '--mode', 'upsert', '-o', 'json'], tenant.env);
    expect(JSON.parse(planned.stdout)).toMatchObject({ mode: 'upsert', inSync: false, actions: [] });
  });
});
