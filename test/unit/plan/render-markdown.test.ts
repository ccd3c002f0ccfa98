import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/plan/render/markdown.ts';
import { desired, observed } from '../../support/subscriptions.ts';
import { contextOf, planOf, PROBLEMS } from './plan-of.ts';

const CONTEXT = contextOf();

describe('the comment on a pull request', () => {
  it('has a headline, a row for each change and every field folded away', () => {
    const plan = planOf({
      desired: [desired({ title: 'People', config: { delay: '9s' } })],
      observed: [
        observed({ id: 'id-1', title: 'Users' }),
        observed({ id: 'id-2', title: 'Old', url: 'https://a.tld/old' }),
      ],
    });
    const text = renderMarkdown(plan, CONTEXT);
    expect(text).toContain('**Plan: 1 to update, 1 to delete.**');
    expect(text).toContain('| ✏️ update | `People` | renamed in place');
    expect(text).toContain('title: `"Users" → "People"`<br>config.delay: `5s → 9s` | `webhooks.yaml:1:1` |');
    expect(text).toContain('| ❌ delete | `Old` | nothing in the checkout wants it<br>`https://a.tld/old` |');
    expect(text).toContain(
      '<details><summary>Field by field</summary>\n\n```diff\n@@ update "People"  id-1  webhooks.yaml:1:1 @@\n- title: "Users"\n+ title: "People"',
    );
  });

  it('names the tenant, and at the top what is wrong with the files, since their entries are not in the plan', () => {
    const plan = planOf({ desired: [desired()], checkoutValid: false });
    const text = renderMarkdown(plan, contextOf({ mode: 'upsert', problems: PROBLEMS, errors: 2 }));
    expect(text.split('\n\n').slice(1, 5)).toEqual([
      '**Plan: 1 to create. The files have 2 errors and 1 warning: entries with errors are left out.**',
      'Tenant `https://sandbox.upvest.co`, client `client-1`, mode `upsert`.',
      '> [!CAUTION]\n> **2 errors in the files.** Entries with errors are left out of this plan, and removals are withheld until they are fixed.',
      '- ❌ `webhooks/orders.yaml:3:5` `config.delay` "1 minute" is not a duration\n- ⚠️ `webhooks/users.yaml:1:3` unknown category @&#8203;team',
    ]);
  });

  it('says of a removal that the entry of its title has an error, and that it is kept', () => {
    const plan = planOf({ observed: [observed({ title: 'Orders' })], checkoutValid: false });
    expect(renderMarkdown(plan, contextOf({ problems: PROBLEMS, errors: 1 }))).toContain(
      '`Orders` | its entry has an error: webhooks/orders.yaml:3:5. The guard invalid-checkout keeps it until that is fixed<br>',
    );
  });

  it('says what is withheld, in conflict and warned of', () => {
    const plan = planOf({
      desired: [desired({ id: 'gone' }), desired({ title: 'Resting', suspend: true, url: 'https://a.tld/r' })],
      observed: [observed({ title: 'Old', url: 'https://a.tld/old' }), observed()],
      policy: { maxDeletes: { count: 0 } },
    });
    const text = renderMarkdown(plan, CONTEXT);
    expect(text).toContain('> [!WARNING]\n> **Withheld by max-deletes** (1).');
    expect(text).toContain('> **Withheld by unfinished** (1).');
    expect(text).toContain('> [!CAUTION]\n> **Conflict** `Orders` at `webhooks.yaml:1:1`.');
    expect(text).toContain('- `Resting` is suspended: not on the tenant.');
    expect(text).toContain('- ⚠️ ');
  });

  it('does not let a title or url break the table, add markup, link or mention an account', () => {
    const title = '`|<b>@team</b> #12';
    const plan = planOf({
      desired: [desired({ title, url: 'https://a.tld/@team', id: 'gone' }), desired({ title: 'Orders', id: '@team' })],
      tombstones: [{ title: 'Old\\|```', source: { file: 'old.yaml', line: 1, column: 1 } }],
      observed: [observed({ title }), observed({ title: 'Old\\|```', url: 'https://a.tld/`x`|<i>' })],
    });
    const text = renderMarkdown(plan, CONTEXT);
    const [shown = '', folded = ''] = text.split('<details>');
    const outsideCode = shown.replace(/`[^`]+`|<code>[\w&#; ]+<\/code>/g, 'code');
    expect(outsideCode).not.toMatch(/@team|<b>|<i>|#12|https:\/\/|(?<!\\)`/);
    expect(outsideCode).toContain('| ❌ delete | code | a tombstone wants it deleted<br>code | code |');
    expect(folded.match(/`{3,}/g)).toEqual(['````', '```', '```', '````']);
  });

  it('fits into a comment however long the plan is', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      desired({ title: `Title ${index}`, url: `https://a.tld/${'x'.repeat(900)}/${index}` }),
    );
    const text = renderMarkdown(planOf({ desired: many }), CONTEXT);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('**Plan: 2000 to create.**');
    expect(text).toContain('webhook-reconciler plan --diff');
  });
});
