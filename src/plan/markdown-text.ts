/** Texts from outside, made harmless in a comment on GitHub or GitLab. */
import { printable } from './printable.ts';

/** A code span: no markup, link, mention or issue number in it is looked at. Also inside a table. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(longestRun(shown) + 1);
  const padding = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  return shown === '' ? '(empty)' : `${fence}${padding}${shown}${padding}${fence}`;
}

/**
 * Words among which titles and urls may stand: markup is escaped, and an `@name`, a `#12` or a link gets an invisible
 * break, for a backslash does not keep those from being acted upon.
 */
export function prose(text: string): string {
  return printable(text)
    .replace(/[&<>]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/@|#(?=\w)|\bgh-(?=\d)|:(?=\/\/)|\bwww(?=\.)/gi, '$&&#8203;');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A fenced block that its lines cannot close. */
export function fenced(language: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [fence + language, ...lines, fence].join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
