/** The kind of `source.url`: a template of the links that lead from a place in the checkout to the repository's web pages. */
import { show, suggest } from '../../base/text.ts';
import { bad, good, type Kind, textual } from '../setting.ts';

const PLACEHOLDERS = ['revision', 'path', 'line'] as const;
const WRITE = 'write {revision}, {path} or {line}';
const EXAMPLE = 'https://git.example.com/webhooks/blob/{revision}/{path}#L{line}';

/**
 * An absolute http or https URL, once the placeholders are filled in. None of them may stand in the part that says where
 * the link leads: a file's name is a stranger's text. None has to occur.
 */
export const linkTemplate: Kind<string> = textual((text) => {
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => !isPlaceholder(name));
  if (unknown) {
    const near = suggest(unknown[1] ?? '', PLACEHOLDERS);
    return bad(`${show(unknown[0])} is not a placeholder${near ? `, did you mean {${near}}?` : ':'} ${WRITE}`);
  }
  const filled = filledWith(text, 'a');
  if (/[{}]/.test(filled)) return bad(`has a brace that does not belong to a placeholder: ${WRITE}`);
  const url = URL.parse(filled);
  if (!url || !/^https?:\/\//i.test(text) || /[\s\p{Cc}\\]/u.test(text)) {
    return bad(`${show(text)} is not a template of links: write one such as ${EXAMPLE}`);
  }
  // The text is not shown: there may be a password before the @.
  if (url.username || url.password) return bad('holds a user name or a password: write the address without them');
  if (url.origin !== URL.parse(filledWith(text, 'b'))?.origin) {
    return bad(`${show(text)} has a placeholder in its host: write the host as it is`);
  }
  return good(text);
});

function isPlaceholder(name: string | undefined): boolean {
  return PLACEHOLDERS.some((known) => known === name);
}

function filledWith(template: string, value: string): string {
  return PLACEHOLDERS.reduce((filled, name) => filled.replaceAll(`{${name}}`, value), template);
}
