/** The guided tour of the demo: lines to paste into another terminal, each with what to look for on the page. */
import { shellWord } from '../shell.ts';
import { PARTNER_URL, STRANGER } from './tenant.ts';

export interface Places {
  /** Origin of the sandbox. */
  readonly api: string;
  readonly checkout: string;
  readonly hasGit: boolean;
}

export interface Step {
  readonly title: string;
  readonly needsGit: boolean;
  readonly lines: readonly Line[];
}

/** `command`: one line for bash or zsh. `look`: what the page shows once it has been run. */
export interface Line {
  readonly look: string;
  readonly command: string;
}

/**
 * Each step changes a file of its own, so that they go in any order, and no line fails where it is pasted a second time or
 * without those above it. The last one makes all others possible again.
 */
export function tourOf({ api, checkout }: Places): readonly Step[] {
  const control = `${api}/-/control/subscriptions`;
  const send = (method: string, url: string, body: object) =>
    `curl -s -X ${method} ${url} -H content-type:application/json -d ${shellWord(JSON.stringify(body))}`;
  const inCheckout = (...commands: readonly string[]) => `(cd ${shellWord(checkout)} && ${commands.join(' && ')})`;
  const commit = (author: string, message: string) =>
    `git -c user.name='${author}' commit -q --allow-empty -am '${message}'`;
  // Not `git revert`: a second one stops in the middle, with a conflict.
  const putBack = (file: string, author: string, message: string) =>
    inCheckout(`git checkout -q start -- ${file}`, commit(author, message));
  const bringPartnerBack = `sed -i.bak 's|state: absent|url: ${PARTNER_URL}|' partner.yaml`;

  return [
    {
      title: 'Drift: another client disables Orders',
      needsGit: false,
      lines: [
        {
          look: 'within 5 s it is put back; the last changes say that somebody on the tenant had changed it',
          command: send('PATCH', `${control}/Orders`, { enabled: false }),
        },
      ],
    },
    {
      title: 'A commit: another delay for Executions (run it again, and it is as before)',
      needsGit: true,
      lines: [
        {
          look: 'the row names Lena Fischer and her commit; opened, its history has config.delay',
          command: inCheckout(
            // Both ways, so that it can be repeated.
            'sed -i.bak -e s/1s/3s/ -e t -e s/3s/1s/ trading.yaml',
            commit('Lena Fischer', 'Change the delay of executions'),
          ),
        },
      ],
    },
    {
      title: 'A typo: exclude_typ for exclude_type',
      needsGit: true,
      lines: [
        {
          look: 'the error, with its place and the right name; nothing is deleted before it is fixed',
          command: inCheckout(
            'sed -i.bak s/exclude_type:/exclude_typ:/ archive.yaml',
            commit('Omar Haddad', 'Tidy the archive'),
          ),
        },
        {
          look: 'taken back: in sync again, and nothing was lost',
          command: putBack('archive.yaml', 'Omar Haddad', 'Take the typo back'),
        },
      ],
    },
    {
      title: 'A mass delete: three leave git at once, and policy.maxDeletes is 1',
      needsGit: true,
      lines: [
        {
          look: 'three rows are withheld by max-deletes; opened, each says how that is lifted',
          command: inCheckout('git rm -q --ignore-unmatch payments.yaml', commit('Sven Lund', 'Retire payments')),
        },
        {
          look: 'if it was an error, taken back: all three in sync, none was touched',
          command: putBack('payments.yaml', 'Priya Nair', 'Keep payments'),
        },
        {
          look: 'or if it was meant, approved by a tombstone each (or policy.maxDeletes: 3): all are deleted',
          command: inCheckout(
            String.raw`printf -- '- { title: %s, state: absent }\n' 'Direct debits' Top-ups Withdrawals > payments.yaml`,
            'git add payments.yaml',
            commit('Priya Nair', 'Approve the deletes'),
          ),
        },
      ],
    },
    {
      title: 'A conflict: we want a subscription at a url where a stranger has one',
      needsGit: true,
      lines: [
        {
          look: 'Partner feed is in conflict: created beside the other, its events would come twice',
          command: inCheckout(bringPartnerBack, commit('Mei Tanaka', 'Bring the partner feed back')),
        },
        {
          look: 'both are meant to be there (reconcile.beside): ours is created, theirs stays unmanaged',
          command: inCheckout(
            bringPartnerBack,
            `(grep -q beside partner.yaml || echo '  reconcile: { beside: [${STRANGER.id}] }' >> partner.yaml)`,
            commit('Mei Tanaka', 'Agree to both'),
          ),
        },
        {
          look: 'or they take theirs to another url: ours is created',
          // Not a DELETE: what was first seen within the minute is not taken for gone yet (docs/pass-rules.md, 3).
          command: send('PATCH', `${control}/${STRANGER.id}`, { url: 'https://crm.example.net/in' }),
        },
      ],
    },
    {
      title: 'A quarantine: what leaves git is disabled first, and deleted 5 minutes later',
      needsGit: true,
      lines: [
        {
          look: 'Portfolio feed is quarantined, and when it will be deleted',
          command: inCheckout(
            'git rm -q --ignore-unmatch portfolios.yaml',
            commit('Sven Lund', 'Stop the portfolio feed'),
          ),
        },
        {
          look: 'taken back within that time: enabled again with the same id, so its deliveries go on',
          command: putBack('portfolios.yaml', 'Jonas Weber', 'Keep the portfolio feed'),
        },
      ],
    },
    {
      title: 'Back to the start, from wherever you are',
      needsGit: true,
      lines: [
        {
          // That a subscription is contested is remembered: what was done to Orders cannot be undone here.
          look: 'in sync, the stranger at its url; Orders, if disabled six times, is contested for 11 minutes',
          command: `${putBack('.', 'Ada Marlow', 'Back to the start')} && ${send('PATCH', `${control}/${STRANGER.id}`, { url: PARTNER_URL })}`,
        },
      ],
    },
  ];
}
