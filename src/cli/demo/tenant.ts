/** The demo's tenant: what is on the sandbox at the start, and how the daemon and other commands reach it. */
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { SeedEntry } from '../../sandbox/state/seed.ts';

const HOURS_MS = 3_600_000;

/** Where a stranger has a subscription, and where step 5 of the tour wants one too. */
export const PARTNER_URL = 'https://partner.example.net/upvest';

/** Not ours, and left alone. Its id is fixed, so that the tour can name it. */
export const STRANGER = {
  id: '7d1f0c52-5a0e-4b8e-9c39-2f6d8e1b4a70',
  title: 'CRM import',
  url: PARTNER_URL,
  enabled: true,
} as const satisfies SeedEntry;

/** Was set up by others, and is taken over by a pin: its id stays, its url becomes ours. */
export const CONSULTANTS = {
  id: 'c4a9e7b0-13d5-4f62-8a7e-90b6d2c5f318',
  title: 'tax reports (consultants)',
  url: 'https://tax.example.org/in',
  type: ['TAX_COLLECTION'],
  enabled: true,
} as const satisfies SeedEntry;

/** The first pass has something to do: it updates the user webhook, adopts one, and creates two that are missing. */
export function foundAtStart(now: number): readonly SeedEntry[] {
  const ours = (hoursAgo: number, title: string, path: string, type: string, more: Partial<SeedEntry> = {}) => ({
    title,
    url: `https://hooks.example.com/upvest/${path}`,
    type: [type],
    enabled: true,
    created_at: new Date(now - hoursAgo * HOURS_MS).toISOString(),
    ...more,
  });
  return [
    ours(214, 'User webhook', 'users', 'USER'),
    ours(214, 'Orders', 'orders', 'ORDER', { config: { max_package_size: 10_240 } }),
    ours(214, 'Executions', 'executions', 'EXECUTION', { config: { delay: '1s', max_package_size: 10_240 } }),
    ours(214, 'Everything but reports', 'archive', 'ALL', { exclude_type: ['REPORT'] }),
    { ...CONSULTANTS, created_at: new Date(now - 900 * HOURS_MS).toISOString() },
    ours(117, 'Direct debits', 'direct-debits', 'DIRECT_DEBIT'),
    ours(117, 'Top-ups', 'top-ups', 'TOPUP'),
    ours(117, 'Withdrawals', 'withdrawals', 'WITHDRAWAL'),
    ours(74, 'Savings plans', 'savings', 'SAVINGS_PLAN', { enabled: false }),
    { ...STRANGER, created_at: new Date(now - 30 * HOURS_MS).toISOString() },
  ];
}

/** A receiver of deliveries on this machine: it answers each with 200. */
export async function startReceiver(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200).end('received\n');
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await promise;
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/upvest`, server };
}

/** The variables with which every command works on this tenant and checkout, with the policy of the demo. */
export async function environmentOf(
  sandbox: Sandbox,
  folder: string,
  checkout: string,
): Promise<Readonly<Record<string, string>>> {
  const { clientId, clientSecret, keyId, privateKeyPem } = sandbox.credentials;
  const privateKeyFile = join(folder, 'private-key.pem');
  await writeFile(privateKeyFile, privateKeyPem, { mode: 0o600 });
  return {
    UPVEST_API_URL: sandbox.url,
    UPVEST_CLIENT_ID: clientId,
    UPVEST_CLIENT_SECRET: clientSecret,
    UPVEST_KEY_ID: keyId,
    UPVEST_PRIVATE_KEY_FILE: privateKeyFile,
    RECONCILER_PATH: checkout,
    RECONCILER_OWNS: JSON.stringify([
      { url: 'https://hooks.example.com/*' },
      { title: 'Partner *' },
      { title: 'Local *' },
    ]),
    RECONCILER_MAX_DELETES: '1',
    // Long enough to look at the page and to revert, short enough to wait for the delete.
    RECONCILER_QUARANTINE: '5m',
  };
}
