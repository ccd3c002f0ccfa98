/** The demo's checkout: a real git repository whose commits are of several people, in the days before the demo. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { oneLine } from '../../base/text.ts';
import { CONSULTANTS, PARTNER_URL } from './tenant.ts';

const run = promisify(execFile);

interface Commit {
  readonly hoursAgo: number;
  readonly author: string;
  readonly subject: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The steps of the tour (tour.ts) change one file each, so that they do not get in each other's way. */
function commits(receiverUrl: string): readonly Commit[] {
  return [
    {
      hoursAgo: 215,
      author: 'Ada Marlow',
      subject: 'Manage the webhooks from git',
      files: { 'users.yaml': USERS.replace(', USER_CHECK', ''), 'trading.yaml': TRADING, 'archive.yaml': ARCHIVE },
    },
    {
      hoursAgo: 147,
      author: 'Jonas Weber',
      subject: 'Take the tax reports over from the consultants',
      files: { 'taxes.yaml': TAXES },
    },
    {
      hoursAgo: 118,
      author: 'Priya Nair',
      subject: 'Add the webhooks of payments',
      files: { 'payments.yaml': PAYMENTS },
    },
    {
      hoursAgo: 75,
      author: 'Tom Okafor',
      subject: 'Keep savings plans disabled until the launch',
      files: { 'savings.yaml': SAVINGS },
    },
    {
      hoursAgo: 27,
      author: 'Ada Marlow',
      subject: 'Send user checks to the user service',
      files: { 'users.yaml': USERS },
    },
    {
      hoursAgo: 5,
      author: 'Priya Nair',
      subject: 'Give up the partner feed',
      files: { 'partner.yaml': PARTNER },
    },
    {
      hoursAgo: 0.7,
      author: 'Jonas Weber',
      subject: 'Feed portfolios, and try a receiver',
      files: { 'portfolios.yaml': PORTFOLIOS, 'receiver.yaml': receiver(receiverUrl) },
    },
  ];
}

const USERS = `- title: User webhook
  url: https://hooks.example.com/upvest/users
  type: [USER, USER_CHECK]
`;

const TRADING = `defaults:
  config: { max_package_size: 10240 }
subscriptions:
  - title: Orders
    url: https://hooks.example.com/upvest/orders
    type: [ORDER]
  - title: Executions
    url: https://hooks.example.com/upvest/executions
    type: [EXECUTION]
    config: { delay: 1s }
`;

const ARCHIVE = `- title: Everything but reports
  url: https://hooks.example.com/upvest/archive
  type: [ALL]
  exclude_type: [REPORT]
`;

const TAXES = `# Was set up by the consultants. The pin takes it over with its deliveries: it is not created again.
- title: Tax reports
  url: https://hooks.example.com/upvest/taxes
  type: [TAX_EXEMPTION, TAX_COLLECTION]
  reconcile: { id: ${CONSULTANTS.id} }
`;

const PAYMENTS = `- title: Direct debits
  url: https://hooks.example.com/upvest/direct-debits
  type: [DIRECT_DEBIT]
- title: Top-ups
  url: https://hooks.example.com/upvest/top-ups
  type: [TOPUP]
- title: Withdrawals
  url: https://hooks.example.com/upvest/withdrawals
  type: [WITHDRAWAL]
`;

const SAVINGS = `- title: Savings plans
  url: https://hooks.example.com/upvest/savings
  type: [SAVINGS_PLAN]
  enabled: false
`;

/** Step 5 of the tour replaces the line with the state by one with the url. */
const PARTNER = `# Was at ${PARTNER_URL}
- title: Partner feed
  type: [ORDER]
  state: absent
`;

const PORTFOLIOS = `- title: Portfolio feed
  url: https://hooks.example.com/upvest/portfolios
  type: [PORTFOLIO]
`;

const receiver = (url: string) => `# Listens on this machine as long as the demo runs, and takes every delivery.
- title: Local receiver
  url: ${url}
  type: [ACCOUNT]
  reconcile: { test: on-change }
`;

/** Makes the checkout in `folder`. Resolves with whether it is a git repository: git may be missing or too old. */
export async function makeCheckout(folder: string, receiverUrl: string): Promise<boolean> {
  const history = commits(receiverUrl);
  await mkdir(folder, { recursive: true });
  try {
    await makeHistory(folder, history);
    return true;
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const what = code === 'ENOENT' ? 'is not installed' : `did not work (${oneLine(stderr)})`;
    process.stderr.write(`git ${what}: the demo goes on with a plain folder, whose revision is a content hash.\n`);
    await rm(join(folder, '.git'), { recursive: true, force: true });
    for (const { files } of history) await write(folder, files);
    return false;
  }
}

async function makeHistory(folder: string, history: readonly Commit[]): Promise<void> {
  const env = gitEnvironment(folder);
  const git = async (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    run('git', ['-C', folder, ...args], { env: { ...env, ...more } });
  await git(['init', '--quiet', '--initial-branch=main']);
  // The lines of the tour are run with the configuration of whoever pastes them: what could stop them is set here.
  for (const [name, value] of Object.entries(LOCAL)) await git(['config', name, value]);
  for (const { hoursAgo, author, subject, files } of history) {
    await write(folder, files);
    const date = new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
    await git(['add', '.']);
    await git(['-c', `user.name=${author}`, 'commit', '--quiet', `--message=${subject}`], {
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    });
  }
  await git(['tag', 'start']);
  // What `sed -i.bak` leaves behind, which GNU and BSD sed both know.
  await writeFile(join(folder, '.git', 'info', 'exclude'), '*.bak\n');
}

const LOCAL = {
  'user.name': 'Demo',
  'user.email': 'demo@example.com',
  'commit.gpgSign': 'false',
  'core.hooksPath': '/dev/null',
};

async function write(folder: string, files: Commit['files']): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/** GIT_DIR, hooks and configuration of the operator are for their own repositories. */
function gitEnvironment(home: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(GIT_|XDG_)/.test(name));
  return { ...Object.fromEntries(others), HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
}
