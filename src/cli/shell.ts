/** Lines to paste into a shell: bash, zsh, or any other of the family of POSIX. */

/** One word for the shell: quoted where it holds more than plain characters. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `export NAME=value`, one line a variable. */
export function exportLines(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`);
}
