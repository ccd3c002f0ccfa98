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

/** The source without comments, and with every string empty. */
export function codeOf(source: string): string {
  return source.replace(COMMENT_OR_STRING, (found) => (found.startsWith('/') ? ' ' : '""'));
}
