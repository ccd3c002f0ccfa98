/** The help of the commands, as it comes out of the built program. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';

const ORDER = [
  'Arguments',
  'Options',
  'Settings',
  'Settings of the environment',
  'Settings of the --config file alone',
  'Switches (--set; the first value is the default)',
  'Control interface (--control; JSON, unsigned, from this machine only), below /-/control',
  'Faults',
  'Example',
  'Exit status',
];

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

const COMMANDS = ['run', 'plan', 'apply', 'validate', 'test', 'keys', 'config', 'schema', 'sandbox', 'demo'];

describe.each(COMMANDS)('the help of %s', async (command) => {
  const { stdout } = await program(['help', command]);

  it('has its sections in the same order as any other', () => {
    // Usage and description come first, and may have a colon of their own.
    const sections = stdout.slice(stdout.search(/^(?:Arguments|Options):$/m));
    const headings = [...sections.matchAll(/^([A-Z].*?):(?: |$)/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(ORDER.filter((heading) => headings.includes(heading)));
    expect(headings).toEqual(expect.arrayContaining(['Options', 'Example', 'Exit status']));
  });

  it('is no wider than 80 columns where no terminal says how wide it is, but for what is to be copied', () => {
    const forPeople = stdout.replace(/^Control interface [\s\S]*(?=^Example:)/m, '').replace(/^Example:(\n.+)*/m, '');
    expect(forPeople.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has the exit status that README has', () => {
    const row = new RegExp(`^\\| \`${command}[ \`].*\\| (.*) \\|$`, 'm').exec(README)?.[1] ?? 'no row';
    const [, status = ''] = /^Exit status: ([^]*)$/m.exec(stdout) ?? [];
    const inHelp = wordsOf(status);
    expect(wordsOf(row).filter((word) => !inHelp.includes(word))).toEqual([]);
  });
});

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[\w-]{2,}|\d/g) ?? [];
