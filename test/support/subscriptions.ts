/** Small factories: a test names what matters to it, the rest is sensible. */
import type { Desired, Observed } from '../../src/subscription/subscription.ts';

let made = 0;

export function desired(over: Partial<Desired> = {}): Desired {
  return {
    title: 'Orders',
    url: 'https://hooks.example.com/orders',
    enabled: true,
    config: {},
    ignore: [],
    testOnChange: false,
    source: { file: 'webhooks.yaml', line: 1, column: 1 },
    ...over,
  };
}

export function observed(over: Partial<Observed> = {}): Observed {
  made += 1;
  return {
    id: `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    title: 'Orders',
    url: 'https://hooks.example.com/orders',
    type: ['ALL'],
    enabled: true,
    config: { delay: '5s', max_package_size: 10240 },
    ...over,
  };
}
