import { describe, expect, it } from 'vitest';
import { compileOwns } from '../../../src/config/owns.ts';
import { compileHosts } from '../../../src/config/delivery-hosts.ts';
import { compile, complaints, entry } from './compile.ts';

const saying = async (fields: string): Promise<string[]> => complaints(entry(fields));

describe('a field whose type is wrong', () => {
  const fields = ['title', 'url', 'enabled', 'type', 'exclude_type', 'config', 'reconcile', 'state'];
  const values = ['text', '1', '0', 'true', 'false', 'null', '""', '[]', '[id]', '[[1]]', '{}', '{a: 1}', '!!str'];
  const nested = ['config: {delay: ', 'reconcile: {suspend: ', 'reconcile: {ignore: ', 'reconcile: {id: '];
  it.each([...fields.map((name) => [`${name}: `, '']), ...nested.map((name) => [name, '}'])])(
    'is an error at most, in an entry or the defaults: %s',
    async (begin, end) => {
      for (const value of values) {
        const field = `${begin}${value}${end}`;
        for (const text of [
          field,
          `- ${field}`,
          `defaults: {${field}}`,
          `defaults: {${field}}\nsubscriptions: [{${field}}]`,
        ]) {
          expect(await compile({ 'a.yaml': text }), text).toMatchObject({ desired: expect.any(Array) });
        }
      }
    },
  );

  it('is reported with its place', async () => {
    expect(await saying('reconcile: never')).toEqual([
      'a.yaml:3:12 reconcile: "never" is text: write fields ("name: value")',
    ]);
  });
});

describe('a broken rule of a field is reported with place, value and fix:', () => {
  it.each([
    ['type: []', '3:7 type: [] is empty: write at least one, or leave the field out'],
    ['type: [ORDER.FILLED]', '3:8 type: "ORDER.FILLED" is a single event, not a category: write ORDER'],
    ['type: [order]', '3:8 type: "order" is not an event category: did you mean ORDER?'],
    ['type: ["a b"]', '3:8 type: "a b" is not an event category: write a name in capitals, such as ORDER'],
    ['type: [ORDRE]', '3:8 type: warning: "ORDRE" is not a known event category: did you mean ORDER?'],
    ['type: [SOMETHING_NEW]', '3:8 type: warning: "SOMETHING_NEW" is not a known event category: check the spelling'],
    ['type: [USER, USER]', '3:14 type: warning: USER is written twice: remove one'],
    ['type: [ALL, USER]', '3:7 type: ALL stands beside others: write [ALL] alone, or leave ALL out'],
    ['type: USER', '3:7 type: "USER" is text: write a list: [USER]'],
    ['type: [ALL]\nexclude_type: [ALL]', '4:16 exclude_type: ALL cannot be excluded: nothing would be left'],
    ['exclude_type: [USER]', '3:15 exclude_type: exclude_type needs type: [ALL] beside it: write that too'],
    [
      'type: [USER]\nexclude_type: [ORDER]',
      '4:15 exclude_type: exclude_type goes with type: [ALL] only: remove it, or write type: [ALL]',
    ],
    ['config: {delay: 1 minute}', '3:17 config.delay: "1 minute" is not a duration: write a number and s, 1s to 30s'],
    ['config: {delay: 0s}', '3:17 config.delay: "0s" is not a duration: write a number and s, 1s to 30s'],
    ['config: {delay: 5}', '3:17 config.delay: 5 is not a duration: write a number and s, 1s to 30s'],
    [
      'config: {delay: 1m}',
      '3:17 config.delay: warning: "1m" is in minutes, which newer versions of the API refuse: write seconds, 1s to 30s',
    ],
    [
      'config: {delay: 45s}',
      '3:17 config.delay: warning: "45s" is more than newer versions of the API take: write 1s to 30s',
    ],
    [
      'config: {max_package_size: 99}',
      '3:28 config.max_package_size: 99 is not a size: write a whole number of bytes, 100 to 1048576',
    ],
    [
      'config: {max_package_size: 10kB}',
      '3:28 config.max_package_size: "10kB" is not a size: write a whole number of bytes, 100 to 1048576',
    ],
    ['config: {dealy: 5s}', '3:10 config.dealy: unknown field, did you mean "delay"?'],
    ['enabled: yes', '3:10 enabled: "yes" is text: write true or false, without quotes'],
    ['state: gone', '3:8 state: "gone" is not known: write present, absent'],
    [
      'reconcile: {suspend: 2026-12-24}',
      '3:22 reconcile.suspend: "2026-12-24" is not an instant: write true, or a date with time and zone such as 2026-12-24T08:00:00Z',
    ],
    [
      'reconcile: {suspend: 2026-02-30T08:00:00Z}',
      '3:22 reconcile.suspend: "2026-02-30T08:00:00Z" is not an instant: write true, or a date with time and zone such as 2026-12-24T08:00:00Z',
    ],
    [
      'reconcile: {ignore: [delay]}',
      '3:22 reconcile.ignore: "delay" is not known: write title, url, enabled, type, exclude_type, config.delay, config.max_package_size',
    ],
    [
      'reconcile: {ignore: [config.dealy]}',
      '3:22 reconcile.ignore: "config.dealy" is not known, did you mean "config.delay"?',
    ],
    ['reconcile: {test: on_change}', '3:19 reconcile.test: "on_change" is not known, did you mean "on-change"?'],
    ['reconcile: {id: 17}', '3:17 reconcile.id: 17 is not the id of a subscription: write a UUID, as the API shows it'],
    [
      'reconcile: {beside: [17]}',
      '3:22 reconcile.beside: 17 is not the id of a subscription: write a UUID, as the API shows it',
    ],
    [
      'reconcile: {beside: a8eb3540-5a84-40f9-b2bb-7f99f282fc5a}',
      '3:21 reconcile.beside: "a8eb3540-5a84-40f9-b2bb-7f99f282fc5a" is text: write a list: [a8eb3540-5a84-40f9-b2bb-7f99f282fc5a]',
    ],
    [
      'reconcile: {beside: [a8eb3540-5a84-40f9-b2bb-7f99f282fc5a, A8EB3540-5a84-40f9-b2bb-7f99f282fc5a]}',
      '3:60 reconcile.beside: "A8EB3540-5a84-40f9-b2bb-7f99f282fc5a" is written twice: remove one',
    ],
    [
      'reconcile: {id: a8eb3540-5a84-40f9-b2bb-7f99f282fc5a, beside: [A8EB3540-5a84-40f9-b2bb-7f99f282fc5a]}',
      '3:64 reconcile.beside: "A8EB3540-5a84-40f9-b2bb-7f99f282fc5a" is the reconcile.id of this very entry: beside names other subscriptions of the url, remove it there',
    ],
    [
      'state: absent\nreconcile: {beside: [a8eb3540-5a84-40f9-b2bb-7f99f282fc5a]}',
      '4:21 reconcile.beside: beside goes with a subscription that is wanted: remove it beside state: absent',
    ],
    ['tpye: [USER]', '3:1 tpye: unknown field, did you mean "type"?'],
  ])('%s', async (fields, complaint) => {
    expect(await saying(fields)).toEqual([`a.yaml:${complaint}`]);
  });

  it('a past end of a suspension is nothing to say anything about', async () => {
    expect(await saying('reconcile: {suspend: 2001-01-01T00:00:00.5+0100}')).toEqual([]);
  });

  it('all of an entry at once', async () => {
    expect(await saying('enabled: 1\ntype: [order]\nconfig: {delay: x}\ncolour: red')).toHaveLength(4);
  });
});

describe('a title', () => {
  const saying = async (title: string) => complaints(`title: ${title}\nurl: https://t.tld/a`);

  it('outside the rule of 2026 is warned of, since old ones live on', async () => {
    expect(await saying('User_hook')).toEqual([
      `a.yaml:1:8 title: warning: "User_hook" does not fit the API's newer rule and may be refused: letters a to z, digits, spaces and ()[]{}.- only, at most 32 characters`,
    ]);
    expect(await saying('x'.repeat(33))).toHaveLength(1);
    expect(await saying(`"User (EU) [x] {y} 1.0-a"`)).toEqual([]);
  });

  it('of more than 100 characters is an error', async () => {
    const [complaint] = await saying('x'.repeat(101));
    expect(complaint).toContain('is too long (101 characters): at most 100 are allowed');
  });

  it.each(['" "', '"a\\u0007"', '12', '""', 'null'])('%s is an error', async (title) => {
    expect((await compile({ 'a.yaml': `title: ${title}\nurl: https://t.tld/a` })).desired).toEqual([]);
  });
});

describe('an address', () => {
  const saying = async (url: string) => complaints(`title: A\nurl: "${url}"`);

  it.each([
    'https://tenant.tld/webhooks',
    'https://tenant.tld:8443/a?b=c',
    'https://xn--ber-goa.tld/x',
    'https://tenant.tld?a=b@c',
    'https://tenant.tld/%C3%BC/a..b/.well-known/x',
    'https://Tenant.TLD:443/x',
    'https://hooks.svc.cluster.local./x',
    'http://localhost:8080/x',
    'http://127.0.0.1:1/x',
    'https://[::1]/x',
  ])('%s is in order', async (url) => {
    expect(await saying(url)).toEqual([]);
  });

  it.each([
    ['http://tenant.tld/x', 'is not encrypted: write https (http is for this machine only)'],
    ['https://10.0.0.1/x', 'names an IP address, which the API refuses: write a DNS name'],
    ['https://0x0a.1/x', 'names an IP address, which the API refuses: write a DNS name'],
    ['https://[2001:db8::1]/x', 'names an IP address, which the API refuses: write a DNS name'],
    ['https://tenant.tld/x#y', 'holds a fragment, which is never sent: remove # and what follows'],
    ['https://tenant.tld/a b', 'holds a space or a control character: remove it, or write %20'],
    ['https://tenant.tld\\u2028/a', 'holds a space or a control character: remove it, or write %20'],
    [
      'https://hooks.tenant.tld\\\\@evil.tld/x',
      'holds a backslash, which some clients read as / and others do not: write / or %5C',
    ],
    ['https://hooks.tenant.tld/a\\\\..\\\\b', 'holds a backslash'],
    ['https://@tenant.tld/x', 'holds user info'],
    ['https://a@b@tenant.tld/x', 'holds user info'],
    ['https://über.tld/x', 'is not plain ASCII: write "xn--ber-goa.tld"'],
    ['https://straße.tld/x', 'is not plain ASCII: write "xn--strae-oqa.tld"'],
    ['https://tenant。tld/x', 'is not plain ASCII: write "tenant.tld"'],
    ['https://tenant%2etld/x', 'is not read the same by all clients: write "tenant.tld"'],
    ['https://tenant.tld:/x', 'is not read the same by all clients: write "tenant.tld"'],
    ['https://tenant.tld:08443/x', 'is not read the same by all clients: write "tenant.tld:8443"'],
    ['http://127.1/x', 'is not read the same by all clients: write "127.0.0.1"'],
    ['http://[::1%25lo]/x', 'is not a URL'],
    ['https://tenant.tld/ü', 'holds "ü", which a URL may not: write %C3%BC'],
    ['https://tenant.tld/a|b', 'holds "|", which a URL may not: write %7C'],
    ['https://tenant.tld/?a[]=b', 'holds "[", which a URL may not: write %5B'],
    ['https://tenant.tld/100%', 'holds a % without two hexadecimal digits behind it: write %25'],
    ['https://tenant.tld/a/../b', 'holds . or .. as a step, which some clients resolve and others do not: write "/b"'],
    [
      'https://tenant.tld/a/%2E%2e/b?c',
      'holds . or .. as a step, which some clients resolve and others do not: write "/b"',
    ],
    [
      'https://tenant.tld/a/..;/b',
      'holds . or .. as a step, which some clients resolve and others do not: leave it out',
    ],
    [
      'https://tenant.tld/a/..%2Fb',
      'holds . or .. as a step, which some clients resolve and others do not: leave it out',
    ],
    [
      'https://tenant.tld/%252e/b',
      'holds . or .. as a step, which some clients resolve and others do not: leave it out',
    ],
    ['https://-x.tld/', 'has no valid host: "-x.tld" is not a DNS name'],
    ['https:///x', 'is not a URL: write https://<host>/<path>'],
    ['ftp://tenant.tld', 'is not a URL of at most 1000 characters: write https://<host>/<path>'],
    ['tenant.tld/x', 'is not a URL of at most 1000 characters: write https://<host>/<path>'],
    [`https://tenant.tld/${'x'.repeat(1000)}`, 'is not a URL of at most 1000 characters: write https://<host>/<path>'],
  ])('%s is refused', async (url, rule) => {
    const [complaint, ...others] = await saying(url);
    expect(complaint).toContain(rule);
    expect(others).toEqual([]);
  });

  it('with text in the place of ${NAME} is judged as it comes out', async () => {
    const text = `title: A\nurl: "https://\${HOST}/x"`;
    const [complaint] = await complaints(text, { substitute: { HOST: 'hooks.tenant.tld\\@evil.tld' } });
    expect(complaint).toContain('holds a backslash');
  });

  it('with user info is refused without repeating the password', async () => {
    expect(await saying('https://me:hunter2@tenant.tld/x')).toEqual([
      'a.yaml:2:6 url: "https://***@tenant.tld/x" holds user info, which the API refuses: remove what stands before the @',
    ]);
    expect(String(await saying('https://me:hun@ter2@tenant.tld/x'))).not.toMatch(/hun|ter2/);
  });
});

describe('over all files', () => {
  const one = (title: string, more = ''): string => `title: ${title}\nurl: https://t.tld/${title}\n${more}`;

  it('a title written twice is an error at both places, and neither is used', async () => {
    const files = { 'a.yaml': one('A'), 'b.yaml': `# again\n${one('A')}`, 'c.yaml': one('C') };
    expect(await complaints(files)).toEqual([
      'a.yaml:1:8 title: "A" is also the title at b.yaml:2:1: titles are unique over all files, rename or remove one',
      'b.yaml:2:8 title: "A" is also the title at a.yaml:1:1: titles are unique over all files, rename or remove one',
    ]);
    expect((await compile(files)).desired.map(({ title }) => title)).toEqual(['C']);
  });

  it.each([
    ['a blank at the end', '"A "', '"A"'],
    ['blanks in a row', '"A  B"', '"A B"'],
    ['an accent of its own', '"Caf\u00e9"', '"Cafe\u0301"'],
  ])('a title that differs by %s alone is the same one, and both spellings are shown', async (_, first, second) => {
    const files = {
      'a.yaml': `title: ${first}\nurl: https://t.tld/a`,
      'b.yaml': `title: ${second}\nurl: https://t.tld/b`,
    };
    const rule = 'titles are unique over all files, however blanks and accents are written: rename or remove one';
    expect((await complaints(files)).filter((complaint) => !complaint.includes('warning'))).toEqual([
      `a.yaml:1:8 title: ${first} is also the title at b.yaml:1:1, as ${second}: ${rule}`,
      `b.yaml:1:8 title: ${second} is also the title at a.yaml:1:1, as ${first}: ${rule}`,
    ]);
    expect((await compile(files)).desired).toEqual([]);
    const tombstoned = { ...files, 'b.yaml': `title: ${second}\nstate: absent` };
    expect(await compile(tombstoned)).toMatchObject({ desired: [{}], tombstones: [{}], errors: 0 });
    expect((await complaints(tombstoned)).at(-1)).toContain('so this tombstone deletes nothing: remove one of the two');
  });

  it('counts entries with other errors too', async () => {
    const { desired } = await compile({ 'c.yaml': one('C'), 'd.yaml': 'title: C' });
    expect(desired).toEqual([]);
  });

  it('lets a tombstone that names an id have the title of an entry: of two observed, it deletes the one with that id', async () => {
    const [first, second] = ['a8eb3540-5a84-40f9-b2bb-7f99f282fc5a', 'b8eb3540-5a84-40f9-b2bb-7f99f282fc5a'];
    const tombstone = (id = '') => `title: A\nstate: absent\nreconcile: { id: ${id} }`;
    const files = { 'a.yaml': one('A'), 'b.yaml': tombstone(first), 'c.yaml': tombstone(second) };
    expect(await complaints(files)).toEqual([]);
    const { desired, tombstones } = await compile(files);
    expect(desired).toMatchObject([{ title: 'A' }]);
    expect(tombstones).toMatchObject([{ id: first }, { id: second }]);
    expect(await complaints({ 'a.yaml': tombstone(first), 'b.yaml': tombstone(first) })).toHaveLength(2);
  });

  it('names a few places of many', async () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`${n}.yaml`, one('A')]));
    expect((await complaints(files))[8]).toContain('at 0.yaml:1:1, 1.yaml:1:1, 2.yaml:1:1 and 5 more:');
  });

  it('an id pinned twice is an error at both places', async () => {
    const pin = 'reconcile: {id: a8eb3540-5a84-40f9-b2bb-7f99f282fc5a}';
    const files = {
      'a.yaml': one('A', pin),
      'b.yaml': one('B', pin.toUpperCase().replace('RECONCILE: {ID', 'reconcile: {id')),
    };
    expect(await complaints(files)).toEqual([
      'a.yaml:3:17 reconcile.id: "a8eb3540-5a84-40f9-b2bb-7f99f282fc5a" is also pinned at b.yaml:1:1: one subscription takes one entry, remove one',
      'b.yaml:3:17 reconcile.id: "a8eb3540-5a84-40f9-b2bb-7f99f282fc5a" is also pinned at a.yaml:1:1: one subscription takes one entry, remove one',
    ]);
  });

  it('an id of a substitution is compared as it comes out, without case', async () => {
    const substitute = { ID: 'A8EB3540-5A84-40F9-B2BB-7F99F282FC5A' };
    const text = one('A', 'reconcile: {id: "${ID}"}');
    const { desired } = await compile({ 'a.yaml': text }, { substitute });
    expect(desired).toMatchObject([{ id: 'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a' }]);
    const beside = one('B', 'reconcile: {beside: ["${ID}", "b8eb3540-5a84-40f9-b2bb-7f99f282fc5A"]}');
    expect((await compile({ 'a.yaml': beside }, { substitute })).desired).toMatchObject([
      { beside: ['a8eb3540-5a84-40f9-b2bb-7f99f282fc5a', 'b8eb3540-5a84-40f9-b2bb-7f99f282fc5a'] },
    ]);
    const both = { 'a.yaml': text, 'b.yaml': one('B', `reconcile: {id: ${substitute.ID.toLowerCase()}}`) };
    expect(await complaints(both, { substitute })).toHaveLength(2);
  });

  it("beside is an entry's own, and names a hundred at most", async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `a8eb3540-5a84-40f9-b2bb-7f99f282f${String(n).padStart(3, '0')}`);
    expect(await complaints({ 'a.yaml': one('A', `reconcile: {beside: [${ids.slice(1).join(', ')}]}`) })).toEqual([]);
    expect(await complaints({ 'a.yaml': one('A', `reconcile: {beside: [${ids.join(', ')}]}`) })).toHaveLength(1);
    const [complaint] = await complaints(`defaults: {reconcile: {beside: [${ids[0]}]}}\nsubscriptions: []`);
    expect(complaint).toContain('beside: unknown field');
  });

  it('an entry outside policy.owns is an error, a tombstone is not', async () => {
    const isOwned = compileOwns([{ title: 'payments *' }]);
    const files = {
      'a.yaml': one('Users'),
      'b.yaml': 'title: Old\nstate: absent',
      'c.yaml': 'title: payments EU\nurl: https://t.tld/p',
    };
    expect(await complaints(files, { isOwned })).toEqual([
      'a.yaml:2:6 url: is outside policy.owns, so it could never be deleted again: add a rule to policy.owns that covers its url or title',
    ]);
    expect((await compile(files, { isOwned })).desired.map(({ title }) => title)).toEqual(['payments EU']);
  });

  it('an entry on a host outside policy.hosts is an error, whatever is owned', async () => {
    const files = {
      'a.yaml': 'title: Users\nurl: https://${HOST}/users',
      'b.yaml': 'title: Orders\nurl: https://hooks.tenant.tld/orders',
      'c.yaml': 'title: Old\nstate: absent',
    };
    const isWithinHosts = compileHosts(['hooks.tenant.tld']);
    const options = { isWithinHosts, isOwned: () => true, substitute: { HOST: 'hooks.tenant.tld.evil.tld' } };
    expect(await complaints(files, options)).toEqual([
      'a.yaml:2:6 url: is on a host outside policy.hosts: write a url on one of those, or have the host added to the configuration (RECONCILER_HOSTS, --hosts)',
    ]);
    const { desired, tombstones } = await compile(files, options);
    expect([desired, tombstones].map((each) => each.map(({ title }) => title))).toEqual([['Orders'], ['Old']]);
    expect(await complaints(files, { ...options, isOwned: () => false })).toHaveLength(3);
  });

  it('of many errors the first thousand are reported, and how many more there are', async () => {
    const unknown = Array.from({ length: 499 }, (_, n) => `k${n}: 1\n`).join('');
    const { problems, errors } = await compile({ 'a.yaml': `[${'1,'.repeat(15_000)}]`, 'b.yaml': unknown });
    expect(problems).toHaveLength(1_001);
    expect(errors).toBe(15_501);
    expect(problems.at(-1)).toMatchObject({
      file: 'a.yaml',
      severity: 'error',
      message: expect.stringMatching(/^14501 more/),
    });
  });

  it('a checkout of more than 20 000 subscriptions is read so far and no further', async () => {
    const file = (from: number) =>
      Array.from({ length: 10_000 }, (_, n) => `- {title: t${from + n}, state: absent}\n`).join('');
    const { tombstones, problems, errors } = await compile({
      'a.yaml': file(0),
      'b.yaml': file(10_000),
      'c.yaml': '\n- {title: Users, url: "https://t.tld/x"}\n- 1',
    });
    expect(tombstones).toHaveLength(20_000);
    expect(errors).toBe(1);
    expect(problems).toMatchObject([
      {
        file: 'c.yaml',
        line: 2,
        column: 3,
        message: 'more than 20000 subscriptions in all: what comes from here on is not read',
      },
    ]);
  });

  it('a checkout with more than 20 000 ids in reconcile.beside is read so far and no further', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    const entry = (n: number) =>
      `- {title: T${n}, url: "https://t.tld/${n}", reconcile: {beside: ${n === 0 ? `&ids [${ids.join()}]` : '*ids'}}}\n`;
    const { desired, problems } = await compile({ 'a.yaml': Array.from({ length: 201 }, (_, n) => entry(n)).join('') });
    expect(desired).toHaveLength(200);
    expect(problems).toMatchObject([
      {
        line: 201,
        column: 3,
        message: 'more than 20000 ids in reconcile.beside in all: what comes from here on is not read',
      },
    ]);
  });

  it('a message that names another file stays on one line, whatever the file is called', async () => {
    const { problems } = await compile({ 'a\n\u001b[31m.yaml': one('Users'), 'b\n.yaml': one('Users') });
    expect(problems).toHaveLength(2);
    for (const { message } of problems) expect(message).not.toMatch(/\p{Cc}/u);
  });

  it('problems know the title they are about', async () => {
    const { problems } = await compile({
      'a.yaml': '- {title: A, url: x}\n- {title: B, url: "https://t.tld", typ: [USER]}',
    });
    expect(problems.map(({ title, rule }) => [title, rule])).toEqual([
      ['A', 'not-valid'],
      ['B', 'unknown-field'],
    ]);
  });
});
