/** A real browser for tests of pages, and what a page did in it that nobody asked for. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser as Driven, type BrowserContext, chromium, type Page } from 'playwright-core';
import { unpackedChromium } from './chromium.ts';

export interface Screen {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly timezone?: string;
  readonly locale?: string;
  /** The time that the page takes it to be, ISO 8601, and that stands still. Default: that of this machine. */
  readonly now?: string;
}

interface AxeLimits {
  readonly rules?: readonly string[];
  readonly except?: string;
}

/** One browser; each page has a context of its own: no cache, storage or connection is shared. `await using` ends it. */
export class Browser implements AsyncDisposable {
  readonly #browser: Driven;

  private constructor(browser: Driven) {
    this.#browser = browser;
  }

  static async launch(): Promise<Browser> {
    const { executablePath, env } = await unpackedChromium();
    const browser = await chromium.launch({
      executablePath,
      env: { ...process.env, ...env },
      args: [
        // The browser's own errands too: nothing but this machine can be reached.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]',
        '--font-render-hinting=none',
      ],
    });
    return new Browser(browser);
  }

  /** Opens the address in a context of its own, and waits until it is loaded. */
  async open(url: string, screen: Screen = {}): Promise<OpenPage> {
    const opened = await this.blank(url, screen);
    try {
      await opened.page.goto(url);
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    return opened;
  }

  /** A page that has not been anywhere. `url` tells which origin is its own. */
  async blank(url: string, screen: Screen = {}): Promise<OpenPage> {
    const { width = 1280, height = 800, colorScheme = 'light', reducedMotion = 'reduce' } = screen;
    const context = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion,
      timezoneId: screen.timezone ?? 'Europe/Berlin',
      locale: screen.locale ?? 'en-GB',
    });
    const opened = new OpenPage(context, await context.newPage(), new URL(url).origin);
    context.setDefaultTimeout(LIMIT_MS);
    if (screen.now !== undefined) await opened.page.clock.setFixedTime(screen.now);
    await opened.page.addInitScript({ content: REPORT_VIOLATIONS });
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** How long anything that is awaited may take: well below the limit of a test, whose message would not say what was awaited. */
const LIMIT_MS = 20_000;

/** Runs in the page, whose types are not those of Node: what its policy forbids is written to the console. */
const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
  console.debug('content security policy: ' + effectiveDirective + ' forbids ' + blockedURI + ' ' + sample);
})`;
const POLICY = 'content security policy: ';

export class OpenPage implements AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly consoleErrors: readonly string[];
  /** What the content security policy forbade. */
  readonly policyViolations: readonly string[];
  /** Every address that was asked for, in order. */
  readonly requests: readonly string[];
  readonly #context: BrowserContext;
  readonly #origin: string;

  constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.#origin = origin;
    this.page = page;
    const consoleErrors: string[] = [];
    const policyViolations: string[] = [];
    const requests: string[] = [];
    this.consoleErrors = consoleErrors;
    this.policyViolations = policyViolations;
    this.requests = requests;
    page.on('console', (message) => {
      if (message.text().startsWith(POLICY)) policyViolations.push(message.text().slice(POLICY.length).trim());
      else if (/error|warning/.test(message.type())) consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => consoleErrors.push(String(error)));
    context.on('request', (request) => requests.push(request.url()));
  }

  /** Requests to anywhere but the origin of the page. */
  get requestsElsewhere(): readonly string[] {
    return this.requests.filter((url) => new URL(url).origin !== this.#origin);
  }

  /** All of what must never be: a page that does nothing wrong has none. */
  async complaints(): Promise<readonly string[]> {
    // What is reported comes in tasks of their own, those that wait already before this one.
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    return [
      ...this.consoleErrors.map((text) => `console: ${text}`),
      ...this.policyViolations.map((text) => `${POLICY}${text}`),
      ...this.requestsElsewhere.map((url) => `request elsewhere: ${url}`),
    ];
  }

  /** What can be read on the page: no hidden text, blanks and line breaks as one blank. */
  async text(): Promise<string> {
    return this.page.evaluate<string>(TEXT);
  }

  /** Resolves with the text once it matches. */
  async until(pattern: RegExp): Promise<string> {
    // One evaluation that looks at every change: the policy of the page forbids what Playwright repeats on a timer.
    const isThere = await this.page.evaluate<boolean>(`new Promise((done) => {
      const look = () => new RegExp(${JSON.stringify(pattern.source)}, ${JSON.stringify(pattern.flags)}).test(${TEXT});
      const end = (isThere) => { observer.disconnect(); clearTimeout(timer); done(isThere); };
      const observer = new MutationObserver(() => { if (look()) end(true); });
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      const timer = setTimeout(() => end(false), ${LIMIT_MS});
      if (look()) end(true);
    })`);
    const text = await this.text();
    if (!isThere) throw new Error(`${String(pattern)} was awaited, and this is there:\n${text}`);
    return text;
  }

  /** How many pixels the page is wider than the screen. */
  async overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  /** What axe-core objects to: the rule, and where. By all of its rules unless given, and but for what `except` selects. */
  async accessibilityViolations({ rules, except }: AxeLimits = {}): Promise<readonly string[]> {
    if (!(await this.page.evaluate<boolean>('"axe" in window'))) await this.page.evaluate(AXE);
    const context = except === undefined ? {} : { exclude: [[except]] };
    // Its default reporter describes every element that passes, which takes most of the time.
    const options = { resultTypes: ['violations'], reporter: 'no-passes', ...(rules && { runOnly: rules }) };
    const call = `axe.run(${JSON.stringify({ include: [['html']], ...context })}, ${JSON.stringify(options)})`;
    const { violations } = await this.page.evaluate<AxeResults>(call);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

const TEXT = String.raw`document.body.innerText.replace(/[\s\u00a0\u202f]+/g, ' ').trim()`;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
