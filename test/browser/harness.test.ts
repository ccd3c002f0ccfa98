/** The checks that every page is put to: each finds what it is for, and none objects to a page that does nothing wrong. */
import { expect, it } from 'vitest';
import type { OpenPage, Screen } from '../support/browser.ts';
import { PAGE_POLICY } from '../support/fed-page.ts';
import { type Served, serve } from '../support/static-server.ts';
import { describeInBrowser } from './in-browser.ts';

/** A page under the policy of the status page. */
const html = (body: string): Served => ({
  type: 'text/html; charset=utf-8',
  text: `<!doctype html><html lang="en"><title>A page</title><script src="page.js"></script><link rel="stylesheet" href="page.css"><main><h1>A page</h1>${body}</main>`,
  headers: { 'content-security-policy': PAGE_POLICY },
});
const js = (text: string): Served => ({ type: 'text/javascript', text });

/** Without those in the browser's own many words. */
const complaintsOf = async (opened: OpenPage) =>
  (await opened.complaints()).filter((complaint) => !/Content Security Policy|This document requires/.test(complaint));

describeInBrowser('the checks of a page in a browser', (browser) => {
  async function open(
    body: string,
    check: (opened: OpenPage) => Promise<void>,
    { script = '', style = '', ...screen }: Screen & { readonly script?: string; readonly style?: string } = {},
  ): Promise<void> {
    await using server = await serve({
      '/': html(body),
      '/page.js': js(script),
      '/page.css': { type: 'text/css', text: style },
    });
    await using opened = await browser().open(server.url, screen);
    await check(opened);
  }

  it('object to nothing on a page that does nothing wrong, and see its text', async () => {
    await open('<p>It is <b>well</b>.</p>', async (opened) => {
      expect(await opened.text()).toBe('A page It is well.');
      expect(await opened.accessibilityViolations()).toEqual([]);
      expect(await opened.overflow()).toBe(0);
      expect(await opened.complaints()).toEqual([]);
    });
  });

  it('find a text of too little contrast, in the colour scheme where it has', async () => {
    const style =
      '@media (prefers-color-scheme: dark) { body { background: #111 } p { color: #333 } h1 { color: #eee } }';
    const violations = async (colorScheme: 'light' | 'dark') => {
      let found: readonly string[] = [];
      await open(
        '<p>Who can read this?</p>',
        async (opened) => {
          found = await opened.accessibilityViolations();
        },
        { style, colorScheme },
      );
      return found;
    };
    expect(await violations('light')).toEqual([]);
    expect(await violations('dark')).toEqual(['color-contrast: p']);
  });

  it('find a field without a name', async () => {
    await open('<input id="search">', async (opened) => {
      expect(await opened.accessibilityViolations()).toEqual(['label: #search']);
    });
  });

  it('find what the policy forbids: a style attribute, an inline script, markup from a text', async () => {
    const script = "addEventListener('load', () => { try { document.body.innerHTML = '<i>x</i>' } catch {} })";
    await open(
      '<p style="color: red">Red?</p><script>document.title = "changed"</script>',
      async (opened) => {
        expect(await complaintsOf(opened)).toEqual([
          'content security policy: style-src-attr forbids inline',
          'content security policy: script-src-elem forbids inline',
          'content security policy: require-trusted-types-for forbids trusted-types-sink Element innerHTML|<i>x</i>',
        ]);
        expect(await opened.page.title()).toBe('A page');
      },
      { script },
    );
  });

  it('find a request that leaves the origin, and an exception', async () => {
    const script =
      "addEventListener('load', () => { fetch('http://elsewhere.example/').catch(() => {}); throw new Error('oh') })";
    await open(
      '',
      async (opened) => {
        expect(await complaintsOf(opened)).toEqual([
          'console: Error: oh',
          'content security policy: connect-src forbids http://elsewhere.example/',
        ]);
      },
      { script },
    );
    await using other = await serve({ '/': { type: 'text/plain', text: '' } });
    await using server = await serve({
      '/': { type: 'text/html', text: `<title>A page</title><img src="${other.url}">` },
    });
    await using opened = await browser().open(server.url);
    expect(await opened.complaints()).toEqual([`request elsewhere: ${other.url}`]);
  });

  it('find a page that is wider than the screen', async () => {
    await open('<p>wide</p>', async (opened) => expect(await opened.overflow()).toBe(100), {
      width: 320,
      style: '* { margin: 0 } p { width: 420px }',
    });
  });

  it('are of a browser that keeps the time of Berlin, unless told otherwise', async () => {
    await open('', async (opened) => {
      const hours = async () => opened.page.evaluate<number>('new Date("2026-11-28T12:00:00Z").getHours()');
      expect(await hours()).toBe(13);
    });
  });
});
