/** When results and the log have colours: by the stream, NO_COLOR and FORCE_COLOR, in the order of Node. */
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Environment, program, startProgram } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const isStyled = (text: string): boolean => stripVTControlCharacters(text) !== text;

const piped = async (args: readonly string[], env: Environment) => {
  const { stdout, stderr } = await program(args, env);
  return { result: isStyled(stdout), log: isStyled(stderr) };
};

describe('colours', () => {
  it.each<[string, Environment, boolean]>([
    ['are there', {}, true],
    ['are not there with NO_COLOR', { NO_COLOR: '1' }, false],
    ['are there with an empty NO_COLOR', { NO_COLOR: '' }, true],
    ['are not there with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['are not there where the terminal has none', { TERM: 'dumb' }, false],
  ])('%s on a terminal', async (_, env, expected) => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
    const plan = startProgram(['plan'], { ...tenant.env, ...env }, { onTerminal: true });
    expect(await plan.ended).toBe(2);
    expect(isStyled(plan.shown)).toBe(expected);
  });

  it.each<[string, Environment, boolean]>([
    ['are not there', {}, false],
    ['are there with FORCE_COLOR=1', { FORCE_COLOR: '1' }, true],
    ['are not there with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['are there where both FORCE_COLOR and NO_COLOR are set', { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('%s in a pipe: in the result and in the log for people alike', async (_, env, expected) => {
    await using tenant = await Tenant.with();
    await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
    const settings = { ...tenant.env, LOG_FORMAT: 'pretty', LOG_LEVEL: 'debug', ...env };
    expect(await piped(['plan'], settings)).toEqual({ result: expected, log: expected });
  });

  it('are in no JSON, however they are asked for', async () => {
    await using tenant = await Tenant.with();
    const settings = { ...tenant.env, LOG_FORMAT: 'json', LOG_LEVEL: 'debug', FORCE_COLOR: '1' };
    expect(await piped(['plan', '-o', 'json'], settings)).toEqual({ result: false, log: false });
  });
});
