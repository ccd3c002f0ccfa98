/** Why the scheduler would not take a cron expression; `undefined` if it does. */
import cron from 'node-cron';
import { show } from '../document/show.ts';

export function cronFault(expression: string): string | undefined {
  const write = 'write five or six cron fields, such as */5 * * * *';
  // @daily and the like are node-cron's own; the contract is five or six fields.
  if (expression.trim().startsWith('@')) return `${show(expression)} is a nickname: ${write}`;
  const { valid, errors } = cron.validateDetailed(expression);
  if (valid) return undefined;
  const wrong = errors.map(({ field, value }) =>
    field === 'expression'
      ? `it has ${expression.split(/\s+/).filter(Boolean).length} fields`
      : `${show(value)} cannot be its ${FIELD_NAMES[field] ?? field}`,
  );
  return `${show(expression)} is not a schedule: ${wrong.join(', ')}; ${write}`;
}

const FIELD_NAMES: Readonly<Record<string, string>> = { dayOfMonth: 'day of month', dayOfWeek: 'day of week' };
