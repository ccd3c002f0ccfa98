/** What strangers write, in everything the built program prints: it never acts on a terminal, nor breaks a line. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const EVIL = 'a\n::error::b\r\u001b[2J\u009b31m\u2028\u202e\u0000';
const ID = '00000000-0000-4000-8000-000000000001';

/** Line ends aside, of which `lines` are to be expected. */
function expectHarmless(output: string, lines?: number): void {
  expect(output).not.toBe('');
  expect(output.replaceAll('\n', '')).not.toMatch(HARMFUL);
  if (lines !== undefined) expect(output.split('\n')).toHaveLength(lines + 1);
}

describe('titles and urls of a stranger', () => {
  const seed = [
    { id: ID, title: `T${EVIL}`, url: `https://t.tld/${EVIL}`, type: ['USER'] },
    { title: 'Orders', url: `https://t.tld/${EVIL}`, type: ['ORDER'] },
  ];

  it.each([
    ['plan', []],
    ['plan', ['--diff']],
    ['plan', ['-o', 'json']],
    ['plan', ['-o', 'markdown']],
    ['apply', ['--yes']],
    ['test', [ID]],
    ['test', [EVIL.replaceAll('\u0000', '')]],
    ['config', ['--path', '/nowhere\n\u001b[2J\u009b31m']],
    ['plan', ['--path', '/nowhere\n\u001b[2J\u009b31m']],
  ] as const)('do no harm in what `%s` prints', async (command, args) => {
    await using tenant = await Tenant.with(seed);
    await tenant.files('- { title: Orders, url: https://hooks.example.com/orders, type: [ORDER] }');
    const { stdout, stderr } = await program([command, ...args], { ...tenant.env, RECONCILER_MAX_DELETES: '10' });
    expectHarmless(stdout + stderr);
    for (const line of stderr.split('\n').filter((text) => text.startsWith('{'))) JSON.parse(line);
  });
});

describe('names of files', () => {
  it('do no harm in what `validate` prints, and break no line', async () => {
    await using tenant = await Tenant.with();
    const [name] = EVIL.split('\u0000');
    await tenant.files({
      [`${name?.replaceAll('/', '')}.yaml`]: `- { title: "${JSON.stringify(EVIL).slice(1, -1)}" }`,
    });
    const folder = join(tenant.folder, 'webhooks');
    const outputs = await Promise.all(
      ['text', 'json', 'github', 'sarif'].map(async (format) => program(['validate', folder, '-o', format])),
    );
    for (const { code, stdout } of outputs) {
      expect(code).toBe(1);
      expectHarmless(stdout);
    }
    // Two errors, an empty line and the sum; two errors.
    expectHarmless(outputs[0]?.stdout ?? '', 4);
    expectHarmless(outputs[2]?.stdout ?? '', 2);
  });
});

describe('a hostile page in the browser of somebody at the pod', () => {
  it('triggers nothing, and is told of in one line of the log', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await RunningDaemon.start([], tenant.env);
    await daemon.until(({ msg }) => msg === 'pass ended');
    for (let n = 0; n < 5; n++) {
      const headers = { origin: `https://evil.example.com/\u009b31m${n}` };
      expect((await fetch(`${daemon.url}/-/reconcile`, { method: 'POST', headers })).status).toBe(403);
    }
    expect(await daemon.stop()).toBe(0);
    expect(daemon.lines.filter(({ msg }) => msg.startsWith('a request for a pass was refused'))).toHaveLength(1);
    expect(daemon.lines.filter(({ trigger }) => trigger === 'request')).toEqual([]);
    for (const line of daemon.raw) expectHarmless(line);
  });
});
