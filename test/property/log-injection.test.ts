/** Texts of strangers (titles, file names, errors) in everything that is printed: one line stays one line, and harmless. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { formatGithub, formatProblems, formatSarif } from '../../src/document/report.ts';
import type { Problem } from '../../src/document/problems.ts';
import { printableJson } from '../../src/base/text.ts';

const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const evil = fc
  .array(
    fc.oneof(fc.constantFrom('\u001b[2J', '\n::error::', '\r', '\u009b31m', '\u2028', '\u202e', '\0'), fc.string()),
  )
  .map((parts) => parts.join(''));
const problem: fc.Arbitrary<Problem> = fc.record({
  severity: fc.constantFrom('error', 'warning'),
  file: evil,
  line: fc.nat(),
  column: fc.nat(),
  field: evil,
  message: evil,
  rule: fc.constant('rule'),
});

test.prop([fc.array(problem)])('every problem is one line of text', (problems) => {
  const lines = problems.length === 0 ? [] : formatProblems(problems).split('\n');
  expect(lines).toHaveLength(problems.length);
  for (const line of lines) expect(line).not.toMatch(HARMFUL);
});

test.prop([fc.array(problem)])('every problem is one command for GitHub', (problems) => {
  const lines = problems.length === 0 ? [] : formatGithub(problems).split('\n');
  expect(lines).toHaveLength(problems.length);
  for (const line of lines) {
    expect(line).not.toMatch(HARMFUL);
    expect(line).toMatch(/^::(error|warning) file=/);
  }
});

test.prop([fc.array(problem)])('every problem is one result of SARIF, and harmless', (problems) => {
  const sarif = formatSarif(problems, { version: '1' });
  expect(sarif.replaceAll('\n', '')).not.toMatch(HARMFUL);
  const { runs } = JSON.parse(sarif) as { runs: [{ results: { message: { text: string } }[] }] };
  expect(runs[0].results).toHaveLength(problems.length);
});

test.prop([evil])('JSON made printable is still the same JSON', (text) => {
  const json = printableJson(JSON.stringify({ text }));
  expect(json).not.toMatch(HARMFUL);
  expect(JSON.parse(json)).toEqual({ text: text.toWellFormed() === text ? text : JSON.parse(JSON.stringify(text)) });
});

describe('a log line with the title of a stranger', () => {
  const TITLE = 'a\n{"level":"info"}\u001b[31m\u009b2J\u2028\u202e';

  it.each(['json', 'pretty'])('is one harmless line in the format %s', async (format) => {
    const log = new URL('../../src/runtime/log.ts', import.meta.url).href;
    const script = `const { createLog } = await import(${JSON.stringify(log)});
      (await createLog({ level: 'info', format: '${format}' })).info({ title: ${JSON.stringify(TITLE)} }, 'tenant changed');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    const [output] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(output).toMatch(/^[^\n]*tenant changed[^\n]*\n$/);
    expect(output.trimEnd()).not.toMatch(HARMFUL);
    if (format === 'json') expect(JSON.parse(output)).toMatchObject({ title: TITLE });
  });
});
