import { type CompileOptions, type Compiled, compileFiles } from '../../../src/desired/compile.ts';
import type { Problem } from '../../../src/document/problems.ts';

/** File name → YAML text. */
export async function compile(
  files: Readonly<Record<string, string>>,
  options: Partial<CompileOptions> = {},
): Promise<Omit<Compiled, 'problems'> & { readonly problems: readonly Problem[]; readonly errors: number }> {
  const sources = Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  const { problems, ...compiled } = await compileFiles(sources, { substitute: {}, ...options });
  return { ...compiled, problems: problems.byPlace(), errors: problems.errors };
}

/** `file:line:column field: message`, warnings marked. */
export async function complaints(
  files: Readonly<Record<string, string>> | string,
  options: Partial<CompileOptions> = {},
): Promise<string[]> {
  const { problems } = await compile(typeof files === 'string' ? { 'a.yaml': files } : files, options);
  return problems.map(
    ({ file, line, column, field, severity, message }) =>
      `${file}:${line}:${column} ${field}: ${severity === 'warning' ? 'warning: ' : ''}${message}`,
  );
}

/** An entry in order, with `fields` written into it. */
export function entry(fields: string): string {
  return `title: Users\nurl: https://tenant.tld/users\n${fields}\n`;
}
