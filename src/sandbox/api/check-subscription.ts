/** Checks the bodies of create and update, member by member. Every error names its field and the rule. */
import { isIP } from 'node:net';
import { isLoopback } from '../input-error.ts';
import type { Switches } from '../switches.ts';
import {
  DEFAULT_CONFIG,
  type Subscription,
  type SubscriptionChanges,
  type SubscriptionConfig,
} from './subscription.ts';

/** `warnings` are for the log: values that are accepted here but not by the stricter revision. */
type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] };

export type NewSubscription = Omit<Subscription, 'id' | 'created_at' | 'updated_at'>;

const TITLE_2026 = /^[a-zA-Z0-9 ()[\]{}.-]{1,32}$/;
const DELAY = { 2023: /^[1-9][0-9]?[sm]$/, 2026: /^([1-9]|[12][0-9]|30)s$/ } as const;
const DELAY_RULE = { 2023: '1 to 99 and s or m', 2026: '1s to 30s' } as const;
const PACKAGE_SIZE = { min: 100, max: 1_048_576 } as const;

export function checkCreate(body: unknown, switches: Switches): Checked<NewSubscription> {
  const check = new Check(body, switches, ['title', 'url', 'type', 'config']);
  check.required('title', 'url');
  const given = check.members();
  const { title = '', url = '', type = ['ALL'], exclude_type } = given;
  check.exclusion(type, exclude_type);
  return check.result({
    title,
    url,
    type,
    ...(exclude_type ? { exclude_type } : {}),
    enabled: false,
    config: { ...DEFAULT_CONFIG, ...given.config },
  });
}

export function checkUpdate(body: unknown, current: Subscription, switches: Switches): Checked<SubscriptionChanges> {
  const check = new Check(body, switches, ['title', 'url', 'type', 'config', 'enabled'], current);
  const { config, ...given } = check.members();
  const isEmpty = config === undefined && Object.keys(given).length === 0;
  const reset = switches.patchType === 'reset' && given.type === undefined && !isEmpty;
  const changes: SubscriptionChanges = { ...given, ...(reset ? { type: ['ALL'] } : {}) };
  check.exclusion(changes.type ?? current.type, changes.exclude_type ?? current.exclude_type);
  const rest = switches.patchConfig === 'merge' ? current.config : DEFAULT_CONFIG;
  return check.result(config ? { ...changes, config: { ...rest, ...config } } : changes);
}

interface Members {
  title?: string;
  url?: string;
  type?: readonly string[];
  exclude_type?: readonly string[];
  enabled?: boolean;
  config?: Partial<SubscriptionConfig>;
}

/** Checks one body and collects all its errors. */
class Check {
  readonly #body: Readonly<Record<string, unknown>>;
  readonly #switches: Switches;
  readonly #current: Subscription | undefined;
  /** Whether the rules of 2026 count, whatever revision the sandbox follows. */
  readonly #isStrict: boolean;
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];

  /** `current` is the subscription that an update changes. */
  constructor(body: unknown, switches: Switches, allowed: readonly string[], current?: Subscription) {
    this.#switches = switches;
    this.#isStrict = current !== undefined && switches.repeatedValues === 'refuse';
    this.#current = current;
    if (!isObject(body)) {
      this.#errors.push('(root): must be an object');
      this.#body = {};
      return;
    }
    this.#body = this.#known(body, '', switches.revision === 2026 ? [...allowed, 'exclude_type'] : allowed);
  }

  result<T>(value: T): Checked<T> {
    if (this.#errors.length > 0) return { ok: false, errors: this.#errors };
    return { ok: true, value, warnings: this.#warnings };
  }

  required(...names: readonly string[]): void {
    for (const name of names) {
      if (this.#body[name] === undefined) this.#errors.push(`(root): field '${name}' was not filled`);
    }
  }

  members(): Members {
    const { title, url, type, exclude_type, enabled, config } = this.#body;
    return {
      ...(title === undefined ? {} : { title: this.#title(title) }),
      ...(url === undefined ? {} : { url: this.#url(url) }),
      ...(type === undefined ? {} : { type: this.#type(type) }),
      ...(exclude_type === undefined ? {} : { exclude_type: this.#categories('exclude_type', exclude_type) }),
      ...(enabled === undefined ? {} : { enabled: this.#enabled(enabled) }),
      ...(config === undefined ? {} : { config: this.#config(config) }),
    };
  }

  exclusion(type: readonly string[], excluded: readonly string[] | undefined): void {
    if (!excluded || excluded.length === 0) return;
    if (!type.includes('ALL')) {
      this.#errors.push("exclude_type: only together with type ALL; send 'exclude_type': [] along with another type");
    }
    if (excluded.includes('ALL')) this.#errors.push('exclude_type: must not contain ALL');
  }

  #known(object: Record<string, unknown>, path: string, allowed: readonly string[]): Record<string, unknown> {
    for (const name of Object.keys(object)) {
      if (allowed.includes(name)) continue;
      if (this.#switches.unknownMembers === 'refuse') this.#errors.push(`${path}${name}: field is not allowed here`);
    }
    return Object.fromEntries(Object.entries(object).filter(([name]) => allowed.includes(name)));
  }

  #title(title: unknown): string {
    const { strictTitles, revision } = this.#switches;
    if (typeof title !== 'string') this.#errors.push('title: must be a string');
    else if (title === '') this.#errors.push('title: must not be empty');
    else if (Array.from(title).length > 100) this.#errors.push('title: must be at most 100 characters');
    else if (!TITLE_2026.test(title) && !this.#isRepeated(title, this.#current?.title)) {
      const rule = `title: must match ${TITLE_2026.source}`;
      if (strictTitles || this.#isStrict) this.#errors.push(rule);
      else if (revision === 2026) this.#warnings.push(`${rule}; accepted nevertheless (${JSON.stringify(title)})`);
    }
    return textOf(title);
  }

  #url(url: unknown): string {
    const wrong = typeof url === 'string' ? checkUrl(url, this.#switches) : 'must be a string';
    if (wrong) this.#errors.push(`url: ${wrong}`);
    return textOf(url);
  }

  #type(type: unknown): readonly string[] {
    const names = this.#categories('type', type);
    if (Array.isArray(type) && type.length === 0) this.#errors.push('type: must not be empty');
    return names.includes('ALL') ? ['ALL'] : names;
  }

  #categories(field: string, value: unknown): readonly string[] {
    if (!Array.isArray(value)) {
      this.#errors.push(`${field}: must be an array of event categories`);
      return [];
    }
    const known = categories(this.#switches.revision);
    for (const [i, name] of value.entries()) {
      if (typeof name === 'string' && known.has(name)) continue;
      this.#errors.push(`${field}.${i}: ${JSON.stringify(name)} is not an event category`);
    }
    return value.map(textOf);
  }

  #enabled(enabled: unknown): boolean {
    if (typeof enabled !== 'boolean') this.#errors.push('enabled: must be true or false');
    return enabled === true;
  }

  /** A PATCH may repeat a value that breaks today's rules, unless the switch `repeatedValues` refuses that. */
  #isRepeated(value: unknown, current: unknown): boolean {
    return !this.#isStrict && value === current;
  }

  #config(config: unknown): Partial<SubscriptionConfig> {
    if (!isObject(config)) {
      this.#errors.push('config: must be an object');
      return {};
    }
    const revision = this.#isStrict ? 2026 : this.#switches.revision;
    const current = this.#current?.config;
    const { delay, max_package_size: size } = this.#known(config, 'config.', ['delay', 'max_package_size']);
    const isDelay = typeof delay === 'string' && DELAY[revision].test(delay);
    if (delay !== undefined && !isDelay && !this.#isRepeated(delay, current?.delay)) {
      this.#errors.push(`config.delay: must be a duration of ${DELAY_RULE[revision]}`);
    }
    const isSize = Number.isInteger(size) && Number(size) >= PACKAGE_SIZE.min && Number(size) <= PACKAGE_SIZE.max;
    if (size !== undefined && !isSize && !this.#isRepeated(size, current?.max_package_size)) {
      this.#errors.push(`config.max_package_size: must be an integer from ${PACKAGE_SIZE.min} to ${PACKAGE_SIZE.max}`);
    }
    return {
      ...(delay === undefined ? {} : { delay: delay as string }),
      ...(size === undefined ? {} : { max_package_size: size as number }),
    };
  }
}

/** A value that is not text becomes empty: its error is reported already. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_LENGTH = 1000;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * The rule that a delivery url breaks, or undefined: https, a DNS name, no user info, no fragment. Loopback hosts are
 * accepted for local work.
 */
function checkUrl(text: string, { strictUrls }: Pick<Switches, 'strictUrls'>): string | undefined {
  if (text.length > MAX_LENGTH) return `must be at most ${MAX_LENGTH} characters`;
  // A URL parser drops, encodes or repairs what is wrong, but the rules are about the text as sent.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return 'must be a url';
  const url = new URL(text);
  if (!/^https?:\/\/[^/\\]/i.test(text)) return 'must begin with https://';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLocal = !strictUrls && isLoopback(host);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) return 'must begin with https://';
  if (!isLocal && isIP(host) !== 0) return 'must name a host, not an IP address';
  if (isIP(host) === 0 && !isDnsName(host)) return 'must name a host of the DNS';
  if (url.username !== '' || url.password !== '') return 'must not contain user info';
  if (text.includes('#')) return 'must not contain a fragment';
  return undefined;
}

function isDnsName(host: string): boolean {
  return host.length <= 253 && host.split('.').every((label) => LABEL.test(label));
}

/** The event categories that a subscription may name, by revision of the API reference. */
const CATEGORIES_2026: ReadonlySet<string> = new Set(
  `ALL BUSINESS ROLE USER USER_CHECK ORDER ORDER_CANCELLATION EXECUTION POSITION CASH_BALANCE ACCOUNT ACCOUNT_GROUP
  INSTRUMENT REPORT TREASURY_REPORT DIRECT_DEBIT WITHDRAWAL PORTFOLIO PORTFOLIO_ALLOCATION PORTFOLIO_ORDER CORPORATE_ACTION
  ACCOUNT_VALUATION INTRADAY_ACCOUNT_VALUATION CASH_TRANSACTION SECURITY_TRANSACTION ACCOUNT_LIQUIDATION ACCOUNT_RETURNS
  VIRTUAL_CASH_INCREASE VIRTUAL_CASH_DECREASE FEE_COLLECTION SAVINGS_PLAN SAVINGS_PLAN_EXECUTION REBALANCING_EXECUTION_ORDER
  TAX_EXEMPTION TAX_COLLECTION ISA_WRAPPER ISA_WRAPPER_ALLOWANCE CREDIT_FUNDING VIRTUAL_BANK_ACCOUNT SECURITIES_TRANSFER
  ACCOUNT_TRANSFER TOPUP ISA_TRANSFER`.split(/\s+/),
);

/** The list of 2023 ends with FEE_COLLECTION and lacks three categories. */
const CATEGORIES_2023: ReadonlySet<string> = new Set(
  [...CATEGORIES_2026]
    .slice(0, [...CATEGORIES_2026].indexOf('FEE_COLLECTION') + 1)
    .filter((name) => !['BUSINESS', 'ROLE', 'INSTRUMENT'].includes(name)),
);

function categories(revision: 2023 | 2026): ReadonlySet<string> {
  return revision === 2026 ? CATEGORIES_2026 : CATEGORIES_2023;
}
