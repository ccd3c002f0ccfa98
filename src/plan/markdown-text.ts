/** Texts from outside, made harmless in a comment on GitHub or GitLab. */
import { printable } from '../printable.ts';

/**
 * In code type: no markup, link, mention or issue number in it is looked at. A backtick would end a code span, and
 * renderers do not agree on a backslash before the `|` of a table: with either in it, every sign is an entity.
 */
export function code(text: string): string {
  const shown = printable(text);
  if (shown !== '' && !/[`|]/.test(shown)) return `\`${shown}\``;
  return `<code>${shown.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`;
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
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3));
  return [fence + language, ...lines, fence].join('\n');
}
