import { describe, expect, it } from 'vitest';
import { complaints } from './compile.ts';

const ENTRY = 'title: A\n    url: https://t.tld/a\n';

describe('a list of subscriptions under another name', () => {
  it.each([
    ['subscription', `subscription:\n  - ${ENTRY}`],
    ['Subscriptions', `Subscriptions:\n  - ${ENTRY}`],
    ['webhooks', `webhooks:\n  - ${ENTRY}`],
    ['subscription', 'subscription:\n  title: A\n  url: https://t.tld/a\n'],
    ['subscription', 'subscription:\n'],
  ])('is asked about, once: %s', async (name, text) => {
    expect(await complaints(text)).toEqual([`a.yaml:1:1 ${name}: unknown field, did you mean "subscriptions"?`]);
  });

  it('beside defaults too, however those are called', async () => {
    const asked = 'a.yaml:2:1 subscription: unknown field, did you mean "subscriptions"?';
    expect(await complaints(`defaults: { enabled: true }\nsubscription:\n  - ${ENTRY}`)).toEqual([asked]);
    expect(await complaints(`default: { enabled: true }\nsubscription:\n  - ${ENTRY}`)).toEqual([asked]);
  });

  it('is not what a field with a slip in it is taken for', async () => {
    expect(await complaints('tittle: A\nuri: https://t.tld/a\ndescription: what it is for\n')).toEqual([
      'a.yaml:1:1 tittle: unknown field, did you mean "title"?',
      'a.yaml:2:1 uri: unknown field, did you mean "url"?',
      expect.stringContaining('a.yaml:3:1 description: unknown field: known here are'),
    ]);
  });
});

describe('a field that stands at the wrong depth is told where it belongs:', () => {
  it.each([
    [
      'subscriptions:\n  - title: A\n    state: absent\nenabled: true\n',
      'a.yaml:4:1 enabled: wrong indentation: "enabled" is a field of a subscription, indent it into its entry below "subscriptions:"',
    ],
    [
      'title: A\nurl: https://t.tld/a\ndelay: 5s\n',
      'a.yaml:3:1 delay: wrong indentation: "delay" is a field of config, indent it deeper than "config:"',
    ],
    [
      'title: A\nurl: https://t.tld/a\nreconcile:\n  test: never\nsuspend: true\n',
      'a.yaml:5:1 suspend: wrong indentation: "suspend" is a field of reconcile, indent it deeper than "reconcile:"',
    ],
    [
      '- title: A\n  url: https://t.tld/a\n  config:\n    delay: 5s\n    enabled: true\n',
      'a.yaml:5:5 config.enabled: wrong indentation: "enabled" is no field of config, begin it in the column of "config:"',
    ],
    [
      'title: A\nurl: https://t.tld/a\ntype:\n  - USER\n   - ORDER\n',
      'a.yaml:4:5 type: wrong indentation: "USER - ORDER" is one text, begin each "- " of the list in the same column',
    ],
  ])('%j', async (text, complaint) => {
    expect(await complaints(text)).toEqual([complaint]);
  });
});

describe('text where a list belongs', () => {
  it.each([
    ['USER', ': [USER]'],
    ['USER, ORDER', ': [USER, ORDER]'],
    ['USER ORDER', ''],
  ])('is shown as the list that is meant, where that is clear: %s', async (text, shown) => {
    expect(await complaints(`title: A\nurl: https://t.tld/a\ntype: ${text}\n`)).toEqual([
      `a.yaml:3:7 type: "${text}" is text: write a list${shown}`,
    ]);
  });
});
