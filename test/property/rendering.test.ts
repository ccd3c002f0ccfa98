import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import { renderJson } from '../../src/plan/render/json.ts';
import { renderMarkdown } from '../../src/plan/render/markdown.ts';
import { renderText } from '../../src/plan/render/text.ts';
import { type PassInput, planPass } from '../../src/plan/plan-pass.ts';
import { contextOf, PROBLEMS } from '../unit/plan/plan-of.ts';
import { anyPass } from './arbitrary-pass.ts';

/** Titles and urls as an attacker would choose them. */
const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    '\u001b[31m',
    '\u009b',
    '\r',
    '\n',
    '\u202e',
    '\u2028',
    '\ud800',
    '`',
    '|',
    '<',
    '@x',
    '"',
    '\\',
    '💥',
  ),
  maxLength: 12,
});

function dressed({ desired, observed, tombstones, ...rest }: PassInput, texts: readonly string[]): PassInput {
  const text = (at: number): string => texts[at % texts.length] ?? '';
  return {
    ...rest,
    desired: desired.map((entry, at) =>
      Object.assign({}, entry, { title: `${entry.title}${text(at)}`, url: `${entry.url}${text(at + 1)}` }),
    ),
    observed: observed.map((remote, at) =>
      Object.assign({}, remote, { title: `${remote.title}${text(at)}`, url: `${remote.url}${text(at + 2)}` }),
    ),
    tombstones: tombstones.map((stone, at) => Object.assign({}, stone, { title: `${stone.title}${text(at)}` })),
  };
}

function hostileProblems(texts: readonly string[]) {
  const [one = '', two = one] = texts;
  return {
    problems: PROBLEMS.map((problem) =>
      Object.assign({}, problem, { file: one, field: two, message: texts.join(' ') }),
    ),
  };
}

describe('whatever titles and urls hold', () => {
  const cases = fc.tuple(anyPass, fc.array(hostile, { minLength: 1, maxLength: 3 }), fc.boolean());

  it.prop([cases], { numRuns: 300 })('no rendering lets a terminal act on it', ([input, texts, diff]) => {
    const plan = planPass(dressed(input, texts));
    const context = contextOf({
      revision: { id: 'abc', subject: texts[0] ?? '', ref: texts.join('') },
      ...hostileProblems(texts),
    });
    for (const shown of [
      renderText(plan, context, { diff }),
      renderJson(plan, context),
      renderMarkdown(plan, context),
    ]) {
      expect(shown.replaceAll('\n', '').replaceAll('⏸️', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });

  it.prop([cases], { numRuns: 300 })('the JSON keeps it', ([input, texts]) => {
    const plan = planPass(dressed(input, texts));
    const json = JSON.parse(renderJson(plan, contextOf())) as { actions: { title: string }[] };
    const titles = plan.actions.map((action) => ('desired' in action ? action.desired : action.observed).title);
    expect(json.actions.map(({ title }) => title)).toEqual(titles);
  });

  it.prop([cases], { numRuns: 300 })('every row of the comment has its four columns', ([input, texts]) => {
    const rows = renderMarkdown(planPass(dressed(input, texts)), contextOf(hostileProblems(texts)))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row.split('|')).toHaveLength(6);
  });
});
