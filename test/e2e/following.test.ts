/** The built daemon with clients that follow its status, as the page does. */
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { EventReader } from '../support/event-reader.ts';
import { RunningDaemon } from '../support/program.ts';
import { type Copy, inOrder } from '../support/status-copy.ts';
import { Tenant } from '../support/tenant.ts';

const ORDERS = '- { title: Orders, url: https://hooks.example.com/orders }';
const portOf = ({ url }: { readonly url: string }): number => Number(new URL(url).port);

it('a client that follows the status learns what a pass changed, and has what /status has', async () => {
  await using tenant = await Tenant.with();
  await tenant.files(ORDERS);
  await using daemon = await RunningDaemon.start([], tenant.env);
  await daemon.until(({ msg }) => msg === 'pass ended');
  using reader = await EventReader.connect(portOf(daemon));
  await reader.until(({ events }) => events.length > 0);
  expect(reader.copy.subscriptions).toMatchObject([{ title: 'Orders' }]);

  await tenant.files(`${ORDERS}\n- { title: Users, url: https://hooks.example.com/users }`);
  await reader.until(({ copy }) => copy.subscriptions.length === 2);
  expect(reader.events.map(({ name }) => name).slice(0, 2)).toEqual(['snapshot', 'change']);
  const page = { origin: daemon.url, 'sec-fetch-site': 'same-origin' };
  const pressed = await fetch(`${daemon.url}/-/reconcile?wait=true`, { method: 'POST', headers: page });
  expect(pressed.status).toBe(200);
  const { startedAt } = (await pressed.json()) as { readonly startedAt: string };
  await reader.until(({ copy }) => (copy['lastPass'] as { readonly startedAt: string }).startedAt === startedAt);
  const isSame = async () => isDeepStrictEqual(inOrder((await daemon.get('/status')).body as Copy), reader.copy);
  await expect.poll(isSame, { timeout: 20_000 }).toBe(true);
});

it('SIGTERM ends a daemon that is followed, and the stream with it', async () => {
  await using tenant = await Tenant.with();
  await using daemon = await RunningDaemon.start([], tenant.env);
  using reader = await EventReader.connect(portOf(daemon));
  await reader.until(({ events }) => events.length > 0);
  expect(await daemon.stop()).toBe(0);
  await reader.ended;
});
