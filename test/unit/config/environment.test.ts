import { describe, expect, it } from 'vitest';
import { config, problems } from './load.ts';

describe('an unknown variable', () => {
  it('of this program is an error, with a guess where there is one', async () => {
    expect(await problems({ env: { RECONCILER_MAXDELETES: '3', RECONCILER_COLOUR: 'red' } })).toEqual([
      'RECONCILER_MAXDELETES: unknown variable, did you mean RECONCILER_MAX_DELETES?',
      'RECONCILER_COLOUR: unknown variable: remove it',
    ]);
  });

  it.each(['RECONCILER_QUEUE', 'RECONCILER_NOTIFY', 'RECONCILER_CONFIG'])('%s is one', async (name) => {
    expect(await problems({ env: { [name]: 'x' } })).toEqual([`${name}: unknown variable: remove it`]);
  });

  it('of Upvest is only a warning: it may belong to the application beside us', async () => {
    expect(await problems({ env: { UPVEST_CLIENTID: 'x', UPVEST_WEBHOOK_SECRET: 'canary' } })).toEqual([
      'warning: UPVEST_CLIENTID: unknown variable, ignored, did you mean UPVEST_CLIENT_ID?',
      'warning: UPVEST_WEBHOOK_SECRET: unknown variable, ignored',
    ]);
  });

  it('of another program is ignored', async () => {
    expect(await problems({ env: { HOME: '/root', LOG_COLOUR: 'x', PATH: '' } })).toEqual([]);
  });
});

describe('in a namespace with a Service called "reconciler"', () => {
  it('the variables Kubernetes makes of it are not taken for settings', async () => {
    const env = {
      RECONCILER_SERVICE_HOST: '10.0.0.1',
      RECONCILER_SERVICE_PORT: '8080',
      RECONCILER_SERVICE_PORT_HTTP: '8080',
      RECONCILER_PORT: 'tcp://10.0.0.1:8080',
      RECONCILER_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
      RECONCILER_PORT_8080_TCP_PROTO: 'tcp',
      RECONCILER_PORT_8080_TCP_PORT: '8080',
      RECONCILER_PORT_8080_TCP_ADDR: '10.0.0.1',
    };
    expect((await config({ env })).server.port).toBe(8080);
    expect(await problems({ env })).toEqual([
      'warning: RECONCILER_PORT: ignored: Kubernetes set it for a Service of that name ("enableServiceLinks: false" in the pod turns that off)',
    ]);
  });
});
