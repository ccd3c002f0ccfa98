import { describe, expect, it } from 'vitest';
import { hasErrors, hasWarnings, problemsIn } from '../../../src/daemon/page/model/problems.ts';
import type { ProblemStatus } from '../../../src/daemon/status-document.ts';
import { statusDocument } from '../../support/status-documents.ts';

const place = { file: 'webhooks/tax.yaml', line: 14, column: 11 };
const error: ProblemStatus = { severity: 'error', ...place, field: 'url', message: 'is no url' };
const warning: ProblemStatus = { severity: 'warning', ...place, field: 'type', message: 'BRODER is not known' };
const textOf = ({ file, line, column, field, message }: ProblemStatus) =>
  `${file}:${line}:${column} ${field} ${message}`;

describe('what is to be looked at', () => {
  it('is apart by whether it is an error of the files, a warning of them, or of the tenant', () => {
    const warnings = ['2 subscriptions have the title "Orders"', textOf(error), textOf(warning)];
    const problems = problemsIn(statusDocument({ checkoutErrors: 1, problems: [error, warning], warnings }));
    expect(problems).toEqual({
      errors: [error],
      fileWarnings: [warning],
      warnings: ['2 subscriptions have the title "Orders"'],
      moreErrors: 0,
    });
  });

  it('counts errors that were not kept, and no warning as one of them', () => {
    expect(problemsIn(statusDocument({ checkoutErrors: 3, problems: [error, warning] }))).toMatchObject({
      moreErrors: 2,
    });
  });

  it('is nothing where there is nothing', () => {
    const none = problemsIn(statusDocument());
    expect([hasErrors(none), hasWarnings(none)]).toEqual([false, false]);
    const warned = problemsIn(statusDocument({ problems: [warning] }));
    expect([hasErrors(warned), hasWarnings(warned)]).toEqual([false, true]);
  });
});
