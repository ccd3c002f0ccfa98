import { describe, expect, it } from 'vitest';
import { config, problems } from './load.ts';

/** What the message about a variable says, without the place. */
async function complaint(variable: string, value: string): Promise<string> {
  const [first = '', ...more] = await problems({ env: { [variable]: value } });
  expect(more).toEqual([]);
  expect(first).toMatch(new RegExp(`^${variable} `));
  return first.replace(/^\S+ \S+: /, '');
}

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['0ms', 0],
    [' 1s ', 1000],
  ])('%j is read', async (text, ms) => {
    expect((await config({ env: { RECONCILER_DEBOUNCE: text } })).source.debounceMs).toBe(ms);
  });

  it.each([
    ['10', '"10" has no unit: write 10ms, 10s, 10m or 10h'],
    ['1h30m', '"1h30m" is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h'],
    ['1.5s', '"1.5s" is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h'],
    ['-1s', '"-1s" is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h'],
    ['10 s', '"10 s" is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h'],
    ['11m', '"11m" is out of range: write 10ms to 10m'],
    ['1ms', '"1ms" is out of range: write 10ms to 10m'],
  ])('%j is refused', async (text, message) => {
    expect(await complaint('UPVEST_TIMEOUT', text)).toBe(message);
  });
});

describe('a whole number', () => {
  it.each([
    ['four', '"four" is not a whole number from 1 to 100'],
    ['0', '"0" is not a whole number from 1 to 100'],
    ['101', '"101" is not a whole number from 1 to 100'],
    ['1.5', '"1.5" is not a whole number from 1 to 100'],
    ['1e1', '"1e1" is not a whole number from 1 to 100'],
    ['0x4', '"0x4" is not a whole number from 1 to 100'],
  ])('%j is refused', async (text, message) => {
    expect(await complaint('UPVEST_CONCURRENCY', text)).toBe(message);
  });
});

describe('a choice between yes and no', () => {
  it.each(['yes', '1', 'TRUE', 'off'])('%j is refused: true and false are the only spellings', async (text) => {
    expect(await complaint('UPVEST_SIGN', text)).toBe(
      `${JSON.stringify(text)} is neither true nor false: write one of them`,
    );
  });
});

describe('a word from a list', () => {
  it('is refused with a guess and the whole list', async () => {
    expect(await complaint('LOG_LEVEL', 'INFO')).toBe(
      '"INFO" is not known, did you mean "info"? It is trace, debug, info, warn, error, fatal or silent',
    );
    expect(await complaint('RECONCILER_ADOPT', 'everything')).toBe(
      '"everything" is not known: write exact, title or never',
    );
  });
});

describe('the limit of deletes', () => {
  it.each([
    ['20%', { percent: 20 }],
    ['100%', { percent: 100 }],
    ['3', { count: 3 }],
    ['0', { count: 0 }],
  ])('%j is read', async (text, limit) => {
    expect((await config({ env: { RECONCILER_MAX_DELETES: text } })).policy.maxDeletes).toEqual(limit);
  });

  it.each(['101%', '20 %', '-1', '12.5%', 'all'])('%j is refused', async (text) => {
    expect(await complaint('RECONCILER_MAX_DELETES', text)).toBe(
      `"${text}" is not a limit: write a whole number, such as 3, or a share from 1% to 100%, such as 20%`,
    );
  });

  it('of 0% is refused, because it would still allow one', async () => {
    expect(await complaint('RECONCILER_MAX_DELETES', '0%')).toBe(
      '"0%" would still allow one delete: write 0 to allow none',
    );
  });
});

describe('the address of the API', () => {
  it.each([
    ['https://api.upvest.co', 'https://api.upvest.co'],
    ['https://API.upvest.co:443/', 'https://api.upvest.co'],
    ['https://gateway.tenant.tld/upvest/', 'https://gateway.tenant.tld/upvest'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s is read', async (text, url) => {
    expect((await config({ env: { UPVEST_API_URL: text } })).api.url).toBe(url);
  });

  it.each([
    ['http://api.upvest.co', 'would send tokens unencrypted: write https:// (http:// is for localhost only)'],
    ['http://127.0.0.1.evil.tld', 'would send tokens unencrypted: write https:// (http:// is for localhost only)'],
    ['http://localhost.evil.tld', 'would send tokens unencrypted: write https:// (http:// is for localhost only)'],
    ['api.upvest.co', 'is not an address: write one such as https://api.upvest.co'],
    ['ftp://api.upvest.co', 'is not an address: write one such as https://api.upvest.co'],
  ])('%s is refused', async (text, message) => {
    expect(await complaint('UPVEST_API_URL', text)).toBe(`"${text}" ${message}`);
  });

  it.each(['https://api.upvest.co/?token=canary', 'https://api.upvest.co/#canary'])(
    'with a query or a fragment is refused without showing it (%#)',
    async (text) => {
      const message = 'has a query or a fragment: write the address without them';
      expect(await complaint('UPVEST_API_URL', text)).toBe(message);
    },
  );

  it.each(['https://me:canary@api.upvest.co', 'htps://me:canary@api.upvest.co', 'me:canary@api.upvest.co'])(
    'with a password is refused without showing it (%#)',
    async (text) => {
      expect(await complaint('UPVEST_API_URL', text)).toBe(
        'holds a user name or a password: write the address without them',
      );
    },
  );
});

describe('the schedule of resyncs', () => {
  it.each([
    ['*/5 * * * *', { cron: '*/5 * * * *' }],
    ['*/10 * * * * *', { cron: '*/10 * * * * *' }],
    ['0 3 * * MON-FRI', { cron: '0 3 * * MON-FRI' }],
    ['0 22-2 1-10/3 january monday', { cron: '0 22-2 1-10/3 january monday' }],
    ['0 3 1,L * *', { cron: '0 3 1,L * *' }],
    ['30s', { everyMs: 30_000 }],
    ['100ms', { everyMs: 100 }],
  ])('%j is read', async (text, resync) => {
    expect((await config({ env: { RECONCILER_RESYNC: text } })).schedule.resync).toEqual(resync);
  });

  it.each([
    [
      '61 * * * *',
      '"61 * * * *" is not a schedule: "61" cannot be its minute; write five or six cron fields, such as */5 * * * *',
    ],
    [
      '* * * x y',
      '"* * * x y" is not a schedule: "x" cannot be its month, "y" cannot be its day of week; write five or six cron fields, such as */5 * * * *',
    ],
    ['* * *', '"* * *" is not a schedule: it has 3 fields; write five or six cron fields, such as */5 * * * *'],
    [
      '* * * * * * *',
      '"* * * * * * *" is not a schedule: it has 7 fields; write five or six cron fields, such as */5 * * * *',
    ],
    [
      'hourly',
      '"hourly" is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h, or five or six cron fields, such as */5 * * * *',
    ],
    [
      '0 3 L-3 * *',
      '"0 3 L-3 * *" is more than a schedule may use: L has to be a value of its own in day-of-month (\'L-3\').',
    ],
    ['10ms', '"10ms" is out of range: write 100ms to 576h'],
    ['600h', '"600h" is out of range: write 100ms to 576h'],
  ])('%j is refused', async (text, message) => {
    expect(await complaint('RECONCILER_RESYNC', text)).toBe(message);
  });
});

describe('a time zone', () => {
  it('is a name this Node knows', async () => {
    expect((await config({ env: { RECONCILER_TIMEZONE: 'Europe/Berlin' } })).schedule.timezone).toBe('Europe/Berlin');
  });

  it.each(['Europe/Berln', '+02:00', 'Mars'])('%j is refused', async (text) => {
    expect(await complaint('RECONCILER_TIMEZONE', text)).toBe(
      `"${text}" is not a time zone: write UTC or a name such as Europe/Berlin`,
    );
  });
});

describe('policy.owns', () => {
  const url = { url: 'https://hooks.tenant.tld/*' };
  const title = { title: 'payments *' };

  it.each([
    ['all', 'all'],
    ['"all"', 'all'],
    [JSON.stringify([url, title]), [url, title]],
    ['url:https://hooks.tenant.tld/*', [url]],
    ['[]', []],
  ])('%s is read from the environment', async (text, owns) => {
    expect((await config({ env: { RECONCILER_OWNS: text } })).policy.owns).toEqual(owns);
  });

  it('is one rule per flag on the command line', async () => {
    const owns = async (...rules: string[]) => (await config({ flags: { 'policy.owns': rules } })).policy.owns;
    expect(await owns('url:https://hooks.tenant.tld/*', 'title:payments *')).toEqual([url, title]);
    expect(await owns('all')).toBe('all');
  });

  it('is a word or a list in the file', async () => {
    expect((await config({ file: 'policy: { owns: all }' })).policy.owns).toBe('all');
    const file = 'policy:\n  owns:\n    - url: https://hooks.tenant.tld/*\n    - title: payments *\n';
    expect((await config({ file })).policy.owns).toEqual([url, title]);
  });

  it('is refused with the place of the rule that is wrong', async () => {
    const env = { RECONCILER_OWNS: '[{"title": "a"}, {"url": "hooks"}, {"titel": "b"}, 3]' };
    const rule = 'all or [{"url": "https://hooks.tenant.tld/*"}, {"title": "payments *"}]';
    expect(await problems({ env })).toEqual([
      'RECONCILER_OWNS policy.owns[1].url: "hooks" is not a URL pattern: write a whole URL, e.g. https://hooks.tenant.tld/*',
      `RECONCILER_OWNS policy.owns[2]: "{\\"titel\\":\\"b\\"}" is not a rule: write ${rule}`,
      `RECONCILER_OWNS policy.owns[3]: "3" is not a rule: write ${rule}`,
    ]);
  });

  it.each([
    ['[{', 'is not JSON'],
    ['everything', 'is not JSON'],
    ['{"url": "https://x.tld/*"}', 'is neither "all" nor a list'],
  ])('%s is refused', async (text, what) => {
    expect(await complaint('RECONCILER_OWNS', text)).toContain(`${JSON.stringify(text)} ${what}: write all or [{"url"`);
  });

  it('cannot be all and a rule at once, nor a rule without its kind', async () => {
    expect(await problems({ flags: { 'policy.owns': ['all', 'title:a'] } })).toEqual([
      '--owns policy.owns: "all" stands beside rules, which it makes pointless: keep one of them',
    ]);
    expect(await problems({ flags: { 'policy.owns': ['title:a', 'payments *'] } })).toEqual([
      '--owns policy.owns[1]: "payments *" is not a rule: write url:https://hooks.tenant.tld/*, "title:payments *" or all',
    ]);
  });
});

describe('--set', () => {
  it.each(['HOST', '=x', '1HOST=x', 'HO-ST=x', ' HOST=x'])('%j is refused', async (text) => {
    expect(await problems({ flags: { 'source.substitute': [text] } })).toEqual([
      `--set source.substitute: "${text}" is not NAME=VALUE: the name is letters, digits and _, such as HOOK_HOST=hooks.tenant.tld`,
    ]);
  });
});

describe('what goes into headers and sockets', () => {
  it('is refused with a space or a line break', async () => {
    expect(await complaint('UPVEST_CLIENT_ID', 'a b')).toContain('"a b" cannot be right');
    expect(await complaint('UPVEST_KEY_ID', 'a\r\nx: y')).toContain('cannot be right');
  });

  it('is a host without scheme and port', async () => {
    expect(await complaint('RECONCILER_HOST', 'http://0.0.0.0')).toContain('is not a host');
    expect(await complaint('RECONCILER_HOST', 'localhost:8080')).toContain('is not a host');
    expect((await config({ env: { RECONCILER_HOST: '::1' } })).server.host).toBe('::1');
  });
});
