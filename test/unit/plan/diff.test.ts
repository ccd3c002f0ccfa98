import { describe, expect, it } from 'vitest';
import { createBody, differs, enableBody, quarantineBody, updateBody } from '../../../src/subscription/diff.ts';
import { desired, observed } from '../../support/subscriptions.ts';

it('an update writes a delay in a form that the API accepts, though it may show another', () => {
  const sent = (delay: string, wanted?: string) =>
    updateBody(desired({ config: wanted === undefined ? {} : { delay: wanted } }), observed({ config: { delay } }))
      .config;
  expect(sent('1m0s', '60s')).toEqual({ delay: '60s' });
  expect(sent('1m30s')).toEqual({ delay: '90s' });
  expect(sent('2m0s')).toEqual({ delay: '2m' });
  expect(sent('5000ms')).toEqual({ delay: '5s' });
  for (const delay of ['1m', '60s', 'soon', '1.5s', '0s', '100m0s']) expect(sent(delay)).toEqual({ delay });
});

describe('a difference', () => {
  it('is one of meaning: durations, sets and urls may be spelled otherwise', () => {
    const wanted = desired({ url: 'https://a.tld', type: ['A', 'B', 'A'], config: { delay: '60s' } });
    for (const delay of ['1m', '60s', '1m0s', '60000ms']) {
      expect(differs(wanted, observed({ url: 'HTTPS://A.TLD:443/', type: ['B', 'A'], config: { delay } }))).toEqual([]);
    }
  });

  it('exists where clients may read the observed url in two ways, even if one is the wanted url', () => {
    const wanted = desired({ url: 'https://a.tld/@evil.tld/x' });
    for (const url of ['https://a.tld\\@evil.tld/x', 'https://a.t\nld/@evil.tld/x'])
      expect(differs(wanted, observed({ ...wanted, type: ['ALL'], url }))).toMatchObject([{ field: 'url', from: url }]);
  });

  it('is shown field by field, before and after', () => {
    const wanted = desired({
      title: 'New',
      url: 'https://a.tld/new',
      enabled: false,
      type: ['A'],
      config: { delay: '5s', max_package_size: 200 },
    });
    const found = observed({ title: 'Old', url: 'https://a.tld/old', type: ['B'], config: { delay: 'soon' } });
    expect(differs(wanted, found)).toEqual([
      { field: 'title', from: 'Old', to: 'New' },
      { field: 'url', from: 'https://a.tld/old', to: 'https://a.tld/new' },
      { field: 'enabled', from: true, to: false },
      { field: 'type', from: ['B'], to: ['A'] },
      { field: 'config.delay', from: 'soon', to: '5s' },
      { field: 'config.max_package_size', from: undefined, to: 200 },
    ]);
  });

  it('does not exist in fields that are not managed or are ignored', () => {
    expect(differs(desired(), observed({ type: ['A'], exclude_type: ['B'], config: {} }))).toEqual([]);
    const wanted = desired({
      url: 'https://else.tld/',
      enabled: false,
      config: { delay: '9s' },
      ignore: ['url', 'enabled', 'config.delay'],
    });
    expect(differs(wanted, observed())).toEqual([]);
  });

  it('in exclude_type counts beside ALL only, and no list means the same as an empty one', () => {
    expect(differs(desired({ type: ['ALL'], exclude_type: [] }), observed())).toEqual([]);
    expect(differs(desired({ type: ['ALL'], exclude_type: ['A'] }), observed())).toMatchObject([
      { field: 'exclude_type' },
    ]);
    expect(differs(desired({ type: ['A'] }), observed({ type: ['A'], exclude_type: ['B'] }))).toEqual([]);
  });
});

describe('the body of a create', () => {
  it('holds the managed fields without enabled, which a create does not accept', () => {
    expect(createBody(desired({ title: 'T', url: 'https://a.tld/' }))).toEqual({ title: 'T', url: 'https://a.tld/' });
    expect(
      createBody(desired({ type: ['ALL'], exclude_type: ['A'], config: { delay: '5s' }, ignore: ['config.delay'] })),
    ).toEqual({
      title: 'Orders',
      url: 'https://hooks.example.com/orders',
      type: ['ALL'],
      exclude_type: ['A'],
      config: { delay: '5s' },
    });
  });
});

describe('the body of an update', () => {
  it('is the whole object, unmanaged and ignored fields as observed', () => {
    const found = observed({ type: ['A'], config: { delay: '5s', max_package_size: 300 }, enabled: false });
    const wanted = desired({
      title: 'New',
      config: { delay: '9s', max_package_size: 100 },
      ignore: ['config.max_package_size'],
    });
    expect(updateBody(wanted, found)).toEqual({
      title: 'New',
      url: found.url,
      enabled: true,
      type: ['A'],
      config: { delay: '9s', max_package_size: 300 },
    });
  });

  it('keeps the observed spelling where the meaning is the same', () => {
    const found = observed({ url: 'https://a.tld/', type: ['B', 'A'], config: { delay: '1m' } });
    const wanted = desired({ url: 'https://A.tld', type: ['A', 'B'], config: { delay: '60s' } });
    expect(updateBody(wanted, found)).toMatchObject({
      url: 'https://a.tld/',
      type: ['B', 'A'],
      config: { delay: '1m' },
    });
  });

  it('carries exclude_type where present, and takes it back when type leaves ALL', () => {
    const found = observed({ exclude_type: ['A'] });
    expect(updateBody(desired({ enabled: false }), found)).toMatchObject({ type: ['ALL'], exclude_type: ['A'] });
    expect(updateBody(desired({ type: ['B'] }), found)).toMatchObject({ type: ['B'], exclude_type: [] });
    expect(differs(desired({ type: ['B'] }), found)).toMatchObject([
      { field: 'type' },
      { field: 'exclude_type', to: [] },
    ]);
    expect(updateBody(desired({ type: ['B'] }), observed())).not.toHaveProperty('exclude_type');
  });
});

describe('the body of the enable that follows a create', () => {
  it('enables also where enabled is ignored from then on', () => {
    const wanted = desired({ ignore: ['enabled'] });
    expect(enableBody(wanted, observed({ enabled: false }))).toMatchObject({ enabled: true });
    expect(differs(wanted, observed({ enabled: false }))).toEqual([]);
  });
});

describe('the body of a quarantine', () => {
  it('changes nothing but enabled', () => {
    const { id: _, created_at: __, updated_at: ___, ...rest } = observed({ exclude_type: ['A'] });
    expect(quarantineBody({ ...rest, id: 'id', created_at: '', updated_at: '' })).toEqual({ ...rest, enabled: false });
  });
});
