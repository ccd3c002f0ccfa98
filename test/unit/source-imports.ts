/** What a TypeScript file imports and what its code says, read without a compiler: good enough for our own sources. */

/** A comment, or a string literal that might look like one. */
const COMMENT_OR_STRING = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
/** Static ones begin a line: the formatter sees to that. */
const IMPORT =
  /^[ \t]*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^[ \t]*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]/gm;

/** The specifiers of all imports and re-exports, types and dynamic ones included, in order. */
export function importsOf(source: string): string[] {
  const code = source.replace(COMMENT_OR_STRING, (found) => (found.startsWith('/') ? ' ' : found));
  return [...code.matchAll(IMPORT)].map(([, named, bare, dynamic]) => named ?? bare ?? dynamic ?? '');
}

/** The specifiers of what is loaded with it: neither types, which are gone by then, nor what it imports when it needs it. */
export function loadedWith(source: string): string[] {
  const code = source.replace(COMMENT_OR_STRING, (found) => (found.startsWith('/') ? ' ' : found));
  return [...code.matchAll(IMPORT)]
    .filter(([statement, , , dynamic]) => dynamic === undefined && !/^\s*(?:import|export)\s+type\b/.test(statement))
    .map(([, named, bare]) => named ?? bare ?? '');
}

/** The source without comments, and with every string empty. */
export function codeOf(source: string): string {
  return source.replace(COMMENT_OR_STRING, (found) => (found.startsWith('/') ? ' ' : '""'));
}

/** The comments of the source, each as one line: without its marks, and without the asterisks that begin its lines. */
export function commentsOf(source: string): string[] {
  return [...source.matchAll(COMMENT_OR_STRING)]
    .map(([found]) => found)
    .filter((found) => found.startsWith('/'))
    .map((comment) =>
      comment
        .replace(/^\/[/*]+|\*\/$/g, '')
        .replace(/\s*\n\s*(?:\*\s?)?/g, ' ')
        .trim(),
    );
}
