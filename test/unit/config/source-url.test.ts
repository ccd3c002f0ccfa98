import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { config, problems } from './load.ts';

const LINKS = 'https://git.example.com/payments/webhooks/-/blob/{revision}/webhooks/{path}#L{line}';

/** What the message about the flag says, without the place. */
async function complaint(template: string): Promise<string> {
  const [first = '', ...more] = await problems({ flags: { 'source.url': template } });
  expect(more).toEqual([]);
  return first.replace(/^--source-url source\.url: /, '');
}

describe('the template of links to the repository', () => {
  it.each([
    LINKS,
    'https://git.example.com/?f={path}&c={revision}',
    'http://git.internal/{path}',
    'https://a.tld/files',
  ])('is taken as it is written: %s', async (template) => {
    expect((await config({ flags: { 'source.url': template } })).source.url).toBe(template);
    expect((await config({ file: `source: { url: '${template}' }` })).source.url).toBe(template);
  });

  it('is shown by README for GitHub and for GitLab, as it can be written', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const templates = [...readme.matchAll(/`(https:[^`]*\{revision\}[^`]*)`/g)].map(([, template = '']) => template);
    expect(templates).toEqual([expect.stringContaining('//github.com/'), expect.stringContaining('//gitlab.com/')]);
    for (const template of templates) expect(await problems({ flags: { 'source.url': template } })).toEqual([]);
  });

  it('is absent where none is given', async () => {
    expect((await config()).source).not.toHaveProperty('url');
  });

  it.each([
    ['https://a.tld/{commit}/{path}', '"{commit}" is not a placeholder: write {revision}, {path} or {line}'],
    [
      'https://a.tld/{revison}',
      '"{revison}" is not a placeholder, did you mean {revision}? write {revision}, {path} or {line}',
    ],
    ['https://a.tld/{{path}}', 'has a brace that does not belong to a placeholder: write {revision}, {path} or {line}'],
    ['https://a.tld/{path', 'has a brace that does not belong to a placeholder: write {revision}, {path} or {line}'],
    ['https://canary:canary@a.tld/{path}', 'holds a user name or a password: write the address without them'],
    ['https://{revision}@a.tld/{path}', 'holds a user name or a password: write the address without them'],
    ['https://{path}/', '"https://{path}/" has a placeholder in its host: write the host as it is'],
    ['https://a.tld{path}', '"https://a.tld{path}" has a placeholder in its host: write the host as it is'],
  ])('%s is refused, with what to write', async (template, message) => {
    expect(await complaint(template)).toBe(message);
  });

  it.each([
    'git.example.com/{path}',
    'javascript:alert({line})',
    'ssh://git@a.tld/{path}',
    '/{path}',
    'https:\\\\a.tld',
  ])('%s is refused: it is not an address for a browser', async (template) => {
    expect(await complaint(template)).toMatch(
      / is not a template of links: write one such as https:\/\/git\.example\.com\/webhooks\/blob\/\{revision\}\/\{path\}#L\{line\}$/,
    );
  });
});
