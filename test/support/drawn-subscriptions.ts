/** The tenant of the status page's tests: 41 subscriptions of a bank, and the commits that they are as they are for. */
import type { EntryCommit } from '../../src/daemon/status-document.ts';

/** The commits by their short id, newest first. */
export const COMMITS = {
  d90a1f4: commit('d90a1f4', 'Payments team', '2026-11-28T08:40:12.000Z', 'Hurry executions'),
  '9c4e1fa': commit('9c4e1fa', 'Trading team', '2026-11-26T13:25:20.000Z', 'Retire the legacy order hook'),
  '8f3c1e9': commit('8f3c1e9', 'Payments team', '2026-11-26T13:01:30.000Z', 'Send executions to the order service'),
  '41d07be': commit('41d07be', 'Tax team', '2026-11-24T15:40:30.000Z', 'Split tax events off reports'),
  c27a9d3: commit('c27a9d3', 'Payments team', '2026-11-19T09:11:30.000Z', 'Halve the delay of payments'),
  '5be8810': commit('5be8810', 'Tomás Rey', '2026-11-12T10:31:30.000Z', 'Add ISA transfers'),
  e1f4a06: commit('e1f4a06', 'Trading team', '2026-11-04T15:39:30.000Z', 'Import what the tenant had'),
} as const;

export type CommitName = keyof typeof COMMITS;

function commit(short: string, author: string, time: string, subject: string) {
  return { id: short.padEnd(40, '0'), author, time, subject } satisfies EntryCommit;
}

interface Drawn {
  readonly title: string;
  readonly path: string;
  readonly type: readonly string[];
  readonly commit: CommitName;
}

/** Title, path of the url, categories, commit. */
export const DRAWN: readonly Drawn[] = `
Executions|/upvest/orders/executions|EXECUTION|8f3c1e9
Order cancellations|/upvest/orders/cancellations|ORDER_CANCELLATION|8f3c1e9
Orders|/upvest/orders|ORDER,EXECUTION,ORDER_CANCELLATION|8f3c1e9
Account returns|/upvest/reporting/returns|ACCOUNT_RETURNS|41d07be
Archive|/archive/upvest|ALL|41d07be
Reports|/upvest/reporting/reports|REPORT|41d07be
Tax collection|/upvest/tax/collection|TAX_COLLECTION|41d07be
Tax exemptions|/upvest/tax/exemptions|TAX_EXEMPTION|41d07be
Treasury reports|/upvest/reporting/treasury|TREASURY_REPORT|41d07be
Cash balances|/upvest/cash/balances|CASH_BALANCE|c27a9d3
Cash transactions|/upvest/cash/transactions|CASH_TRANSACTION|c27a9d3
Credit funding|/upvest/payments/credit|CREDIT_FUNDING|c27a9d3
Direct debits|/upvest/payments/direct-debits|DIRECT_DEBIT|c27a9d3
Payments topup|/upvest/payments/topup|TOPUP|c27a9d3
Payments withdrawal|/upvest/payments/withdrawals|WITHDRAWAL|c27a9d3
Virtual bank accounts|/upvest/payments/vban|VIRTUAL_BANK_ACCOUNT|c27a9d3
Virtual cash|/upvest/cash/virtual|VIRTUAL_CASH_INCREASE,VIRTUAL_CASH_DECREASE|c27a9d3
Account transfers|/upvest/transfers/accounts|ACCOUNT_TRANSFER|5be8810
Businesses|/upvest/onboarding/businesses|BUSINESS,ROLE|5be8810
ISA allowances|/upvest/isa/allowances|ISA_WRAPPER_ALLOWANCE|5be8810
ISA transfers|/upvest/isa/transfers|ISA_TRANSFER|5be8810
ISA wrappers|/upvest/isa/wrappers|ISA_WRAPPER|5be8810
Savings plan executions|/upvest/savings/executions|SAVINGS_PLAN_EXECUTION|5be8810
Savings plans|/upvest/savings/plans|SAVINGS_PLAN|5be8810
Securities transfers|/upvest/transfers/securities|SECURITIES_TRANSFER|5be8810
Account groups|/upvest/accounts/groups|ACCOUNT_GROUP|e1f4a06
Account liquidations|/upvest/accounts/liquidation|ACCOUNT_LIQUIDATION|e1f4a06
Account valuations|/upvest/reporting/valuations|ACCOUNT_VALUATION,INTRADAY_ACCOUNT_VALUATION|e1f4a06
Accounts|/upvest/accounts|ACCOUNT|e1f4a06
Corporate actions|/upvest/corporate-actions|CORPORATE_ACTION|e1f4a06
Fee collection|/upvest/fees|FEE_COLLECTION|e1f4a06
Instruments|/upvest/instruments|INSTRUMENT|e1f4a06
Legacy orders|/v1/orders|ORDER|e1f4a06
Portfolio allocations|/upvest/portfolios/allocations|PORTFOLIO_ALLOCATION|e1f4a06
Portfolio orders|/upvest/portfolios/orders|PORTFOLIO_ORDER|e1f4a06
Portfolios|/upvest/portfolios|PORTFOLIO|e1f4a06
Positions|/upvest/positions|POSITION|e1f4a06
Rebalancing|/upvest/portfolios/rebalancing|REBALANCING_EXECUTION_ORDER|e1f4a06
Security transactions|/upvest/positions/transactions|SECURITY_TRANSACTION|e1f4a06
User checks|/upvest/onboarding/checks|USER_CHECK|e1f4a06
Users|/upvest/onboarding/users|USER|e1f4a06
`
  .trim()
  .split('\n')
  .map((line) => {
    const [title = '', path = '', type = '', commit = ''] = line.split('|');
    return { title, path, type: type.split(','), commit: commit as CommitName };
  });
