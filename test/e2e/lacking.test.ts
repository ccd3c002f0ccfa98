/** What git has and the checkout lacks: the built program deletes none of it, and says what to do. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HOOK = 'https://hooks.example.com';
const USERS = `- { title: Users, url: ${HOOK}/users }\n`;
const ORDERS = `- { title: Orders, url: ${HOOK}/orders }\n`;

describe('a checkout that lacks what git has', () => {
  it.each<[string, (checkout: string, tenant: Tenant) => unknown, RegExp]>([
    [
      'since a file was emptied',
      async (_checkout, tenant) => tenant.files({ 'orders.yaml': '# soon\n' }),
      /orders\.yaml:1:1.*check it out.*or point source\.path elsewhere/,
    ],
    [
      'since a sparse checkout leaves a file out',
      (checkout) => git(checkout, 'sparse-checkout', 'set', '--no-cone', '/users.yaml'),
      /orders\.yaml:1:1.*check it out.*or point source\.path elsewhere/,
    ],
  ])('%s, deletes nothing', async (_, change, message) => {
    await using tenant = await Tenant.with(
      ['Users', 'Orders'].map((title) => ({ title, url: `${HOOK}/${title.toLowerCase()}`, enabled: true })),
    );
    await tenant.files({ 'users.yaml': USERS, 'orders.yaml': ORDERS });
    git(tenant.checkout, 'init', '--quiet');
    git(tenant.checkout, 'add', '.');
    git(tenant.checkout, 'commit', '--quiet', '--message', 'Add');
    expect(await program(['plan'], tenant.env)).toMatchObject({ code: 0 });
    await change(tenant.checkout, tenant);

    expect(await program(['validate', tenant.checkout])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(message),
    });
    const { code, stdout } = await program(['plan'], tenant.env);
    expect(code).toBe(1);
    expect(stdout).toContain('invalid-checkout');
    expect(stdout).toMatch(message);
    expect(await program(['apply', '--yes'], tenant.env)).toMatchObject({ code: 1 });
    expect(tenant.titles()).toEqual(['Orders', 'Users']);
    expect(tenant.history()).toEqual([]);
  });
});

function git(folder: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=CI', '-c', 'user.email=ci@tenant.tld', ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
}
