import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { addSettings, givenFlags } from '../../../src/cli/settings-flags.ts';

type Selection = Parameters<typeof addSettings>[1];

function command(selection: Selection = ['api', 'source', 'policy', 'schedule', 'server', 'log']): Command {
  const made = new Command('any').exitOverride().configureOutput({ writeErr: () => undefined });
  return addSettings(made, selection).action(() => undefined);
}

function parse(args: readonly string[], selection?: Selection): ReturnType<typeof givenFlags> {
  return givenFlags(command(selection).parse(args, { from: 'user' }));
}

function help(selection?: Selection, width = 200): string {
  let text = '';
  command(selection)
    .configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => width })
    .outputHelp();
  return text;
}

describe('the flags of a command', () => {
  it('are read by the name of their setting, those that may be repeated as lists', () => {
    const args = ['--mode', 'observe', '--owns', 'url:a', '--owns', 'title:b', '--set', 'A=b', '--config', 'c.yaml'];
    expect(parse([...args, '--port=0'])).toEqual({
      flags: {
        'policy.mode': 'observe',
        'policy.owns': ['url:a', 'title:b'],
        'source.substitute': ['A=b'],
        'server.port': '0',
      },
      file: 'c.yaml',
    });
  });

  it('that are not given are absent', () => {
    expect(parse([])).toEqual({ flags: {}, file: undefined });
  });

  it.each([
    ['an unknown flag', ['--moed', 'observe'], "unknown option '--moed'"],
    ['a flag of settings the command does not use', ['--port', '1'], "unknown option '--port'"],
    ['a flag without its value', ['--path'], "option '--path <path>' argument missing"],
    ['an argument that is not known', ['observe'], 'too many arguments'],
  ])('with %s are refused', (_, args, message) => {
    expect(() => parse(args, ['source', 'policy'])).toThrow(CommanderError);
    expect(() => parse(args, ['source', 'policy'])).toThrow(message);
  });
});

describe('the help of a command', () => {
  it('shows default and variable beside each flag', () => {
    expect(help()).toMatch(/--mode <mode> .*\(default: sync, env: RECONCILER_MODE\)/);
    expect(help()).toMatch(/--set <NAME=VALUE> .*may be repeated \(default: none\)/);
  });

  it('lists what has no flag: variables, and what only the file can say', () => {
    expect(help()).toMatch(
      /environment:\n {2}UPVEST_CLIENT_SECRET_FILE .*\n(.*\n)* {2}UPVEST_TIMEOUT .*\(default: 10s\)/,
    );
    expect(help()).toMatch(
      /--config file alone:\n {2}policy.tombstones .*\(default: any\)\n(.*\n)* {2}schedule.freeze /,
    );
  });

  it('leaves out what the command does not use', () => {
    const text = help(['source', 'policy.owns']);
    expect(text).toContain('--owns');
    expect(text).toContain('--path');
    expect(text).toContain('--config');
    expect(text).not.toMatch(/--mode|UPVEST|schedule/);
  });

  it.each([60, 80, 120])('fits into a terminal of %d columns, and makes use of them', (width) => {
    const widths = help(undefined, width)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(width);
    expect(Math.max(...widths)).toBeGreaterThan(width - 10);
  });
});
