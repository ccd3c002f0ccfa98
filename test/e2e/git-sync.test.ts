/** The daemon behind git-sync, with the links and worktrees git-sync makes, swap after swap. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GitSync } from '../support/git-sync.ts';
import { RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

describe('a checkout that git-sync keeps', () => {
  it.each([
    ['deletes the old worktree at once', false],
    ['keeps the old worktree for a while', true],
  ])(
    'is followed through every swap where it %s, and each pass says which commit it went by',
    async (_name, keepsOld) => {
      await using tenant = await Tenant.with();
      const sync = await GitSync.in(tenant.folder, keepsOld);
      const revisions = [await publish(sync, 0)];
      const env = { ...tenant.env, RECONCILER_PATH: join(sync.link, 'webhooks') };
      await using daemon = await RunningDaemon.start(['--resync', '1h'], env);
      await daemon.until(({ msg }) => msg === 'pass ended');

      for (let n = 1; n <= 10; n += 1) {
        revisions.push(await publish(sync, n));
        const revision = revisions.at(-1);
        await daemon.until((line) => line['result'] === 'converged' && line['revision'] === revision);
        expect(tenant.sandbox.subscriptions()).toMatchObject([
          { title: 'Orders', url: `https://hooks.example.com/${n}` },
        ]);
      }
      const { body } = await daemon.get('/status');
      expect(body.revision).toMatchObject({
        id: revisions.at(-1),
        subject: 'Version 10',
        author: 'Test',
        dirty: false,
      });
      expect(tenant.history()).toHaveLength(12);
    },
  );
});

async function publish(sync: GitSync, n: number): Promise<string> {
  const text = `- { title: Orders, url: "https://hooks.example.com/${n}" }\n`;
  return sync.publish(`Version ${n}`, { 'orders.yaml': text });
}
