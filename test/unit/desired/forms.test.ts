import { describe, expect, it } from 'vitest';
import { compile, complaints } from './compile.ts';

const DESIGN = `# yaml-language-server: $schema=../schemas/subscriptions.schema.json
defaults:
  config: { delay: 5s, max_package_size: 10240 }
subscriptions:
  - title: User webhook
    url: https://\${HOOK_HOST}/webhooks/users
    type: [USER, USER_CHECK]
  - title: Old orders hook
    state: absent            # a tombstone: delete it, owned or not
  - title: Reports
    url: https://tenant.tld/webhooks/reports
    type: [ALL]
    exclude_type: [REPORT]   # only together with ALL
    enabled: false
    reconcile:
      suspend: 2026-12-24T09:00:00+01:00
      ignore: [config.delay]
      test: on-change
      id: A8EB3540-5a84-40f9-b2bb-7f99f282fc5a
`;

describe('a document', () => {
  it('may be one with defaults: the example of the documentation says what it means', async () => {
    const compiled = await compile({ 'w.yaml': DESIGN }, { substitute: { HOOK_HOST: 'hooks.tenant.tld' } });
    const config = { delay: '5s', max_package_size: 10240 };
    expect(compiled).toEqual({
      desired: [
        {
          title: 'User webhook',
          url: 'https://hooks.tenant.tld/webhooks/users',
          enabled: true,
          type: ['USER', 'USER_CHECK'],
          config,
          ignore: [],
          testOnChange: false,
          source: { file: 'w.yaml', line: 5, column: 5 },
        },
        {
          title: 'Reports',
          url: 'https://tenant.tld/webhooks/reports',
          enabled: false,
          type: ['ALL'],
          exclude_type: ['REPORT'],
          config,
          id: 'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a',
          suspend: '2026-12-24T08:00:00.000Z',
          ignore: ['config.delay'],
          testOnChange: true,
          source: { file: 'w.yaml', line: 10, column: 5 },
        },
      ],
      tombstones: [{ title: 'Old orders hook', source: { file: 'w.yaml', line: 8, column: 5 } }],
      problems: [],
      errors: 0,
      withoutEntries: [],
    });
  });

  it('may be a subscription or a list of them, several documents to a file', async () => {
    const { desired } = await compile({
      'a.yaml': 'title: A\nurl: https://t.tld/a\n---\n- title: B\n  url: https://t.tld/b\n---\n',
      'b.yml': '[]',
      'c.yaml': '# nothing yet\n',
    });
    expect(desired.map(({ title, source }) => [title, source.line, source.column])).toEqual([
      ['A', 1, 1],
      ['B', 4, 3],
    ]);
  });

  it('leaves what it does not say unmanaged', async () => {
    const { desired } = await compile({ 'a.yaml': 'title: A\nurl: https://t.tld/a' });
    expect(desired).toEqual([
      {
        title: 'A',
        url: 'https://t.tld/a',
        enabled: true,
        config: {},
        ignore: [],
        testOnChange: false,
        source: { file: 'a.yaml', line: 1, column: 1 },
      },
    ]);
  });

  it.each([
    ['hello', '1:1 : this is text: write fields ("name: value")'],
    ['4711', '1:1 : this is a number: write fields ("name: value")'],
    ['[hello]', '1:2 : this is text: write fields ("name: value")'],
    ['null', '1:1 : null is not a value here: write fields ("name: value"), or leave the field out'],
    ['defaults: {}', '1:1 subscriptions: missing: write "subscriptions" here'],
    ['subscriptions:', '1:15 subscriptions: null is not a value here: write a list, or leave the field out'],
    ['subscriptions: []\ndefault: {}', '2:1 default: unknown field, did you mean "defaults"?'],
    ['[[1]]', '1:2 : a list is not allowed here: write fields ("name: value")'],
  ])('%j is not a document of subscriptions, which is reported once', async (text, complaint) => {
    expect(await complaints(text)).toEqual([`a.yaml:${complaint}`]);
  });
});

describe('a file that is all one text, as a secret is,', () => {
  it.each([
    'S3CR3T',
    '"S3CR3T',
    "'S3CR3T' S3CR3T",
    '-----BEGIN PRIVATE KEY-----\nS3CR3T/+=\n-----END PRIVATE KEY-----',
    '//registry/:_authToken=S3CR3T',
    '- S3CR3T',
    '${S3CR3T}',
    '$S3CR3T ${',
    '!S3CR3T',
    '!pw!S3CR3T',
    '!S3CR3T!x',
    '&a !S3CR3T',
    '%YAML S3CR3T',
    '--- !S3CR3T x',
    '*S3CR3T',
    '&S3CR3T *S3CR3T',
    '|S3CR3T',
    '>S3CR3T\nx',
    '%S3CR3T',
    '@S3CR3T',
    '`S3CR3T`',
    'x\n---\n]S3CR3T',
    '{S3CR3T',
    '[S3CR3T',
    '\tS3CR3T',
    'S3CR3T\n...\nS3CR3T',
  ])('%j is shown in no message', async (text) => {
    const found = await complaints(text);
    expect(found).not.toEqual([]);
    expect(found.join()).not.toContain('S3CR3T');
  });
});

describe('defaults', () => {
  const compileOne = async (defaults: string, fields: string) => {
    const text = `defaults: ${defaults}\nsubscriptions:\n- {title: A, url: "https://t.tld/a", ${fields}}`;
    const { desired, problems } = await compile({ 'a.yaml': text });
    expect(problems).toEqual([]);
    return desired[0];
  };

  it('are merged member by member into config and reconcile', async () => {
    const merged = await compileOne(
      '{config: {delay: 5s, max_package_size: 10240}, reconcile: {test: on-change, ignore: [url]}}',
      'config: {delay: 7s}, reconcile: {ignore: [type]}',
    );
    expect(merged).toMatchObject({
      config: { delay: '7s', max_package_size: 10240 },
      ignore: ['type'],
      testOnChange: true,
    });
  });

  it('give way as a whole in everything else', async () => {
    expect(await compileOne('{enabled: false, type: [USER]}', 'type: [ORDER]')).toMatchObject({
      enabled: false,
      type: ['ORDER'],
    });
  });

  it('lend exclude_type only together with type', async () => {
    expect(await compileOne('{type: [ALL], exclude_type: [REPORT]}', 'enabled: true')).toMatchObject({
      type: ['ALL'],
      exclude_type: ['REPORT'],
    });
    expect(await compileOne('{type: [ALL], exclude_type: [REPORT]}', 'type: [USER]')).not.toHaveProperty(
      'exclude_type',
    );
  });

  it('of an entry can be taken back: suspend false is not suspended', async () => {
    expect(await compileOne('{reconcile: {suspend: true}}', 'reconcile: {suspend: false}')).not.toHaveProperty(
      'suspend',
    );
    expect(await compileOne('{reconcile: {suspend: true}}', 'enabled: true')).toHaveProperty('suspend', true);
  });

  it('with an error in them leave out every entry, which would mean something else without them', async () => {
    const text = 'defaults: {config: {delay: soon}}\nsubscriptions: [{title: A, url: "https://t.tld/a"}]';
    expect(await complaints(text)).toEqual([
      'a.yaml:1:28 defaults.config.delay: "soon" is not a duration: write a number and s, 1s to 30s',
    ]);
    expect((await compile({ 'a.yaml': text })).desired).toEqual([]);
  });
});

describe('a tombstone', () => {
  it('may keep the fields it had as a subscription, and a pinned id', async () => {
    const id = 'a8eb3540-5a84-40f9-b2bb-7f99f282fc5a';
    const text = `title: A\nurl: https://t.tld/a\ntype: [USER]\nstate: absent\nreconcile: {id: ${id}}`;
    expect((await compile({ 'a.yaml': text })).tombstones).toEqual([
      { title: 'A', id, source: { file: 'a.yaml', line: 1, column: 1 } },
    ]);
  });

  it('needs a title', async () => {
    expect(await complaints('state: absent')).toEqual(['a.yaml:1:1 title: missing: write "title" here']);
  });
});

describe('what is used of files with errors', () => {
  it('is every other entry of the file', async () => {
    const { desired } = await compile({
      'a.yaml': '- {title: A, url: "https://t.tld/a"}\n- {title: B}\n- {title: C, url: "https://t.tld/c", tittle: x}',
    });
    expect(desired.map(({ title }) => title)).toEqual(['A']);
  });

  it('is nothing of a file that is not YAML, and all of the others', async () => {
    const { desired, problems } = await compile({
      'a.yaml': 'title: A\nurl: https://t.tld/a\n---\n"',
      'b.yaml': 'title: B\nurl: https://t.tld/b',
    });
    expect(desired.map(({ title }) => title)).toEqual(['B']);
    expect(problems).toMatchObject([{ file: 'a.yaml', line: 4, rule: 'yaml' }]);
  });
});
