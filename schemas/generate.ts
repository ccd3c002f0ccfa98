/**
 * Makes code of the schemas, checked in beside what uses it: a precompiled validator, so that ajv itself is not
 * loaded at run time, and the types of the documents. Run by `npm run generate`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';

type Schema = { readonly [keyword: string]: unknown };

interface Target {
  /** `schemas/<name>.schema.json` → `<folder>/<name>.generated.ts` and `<folder>/<name>-validator.generated.js`. */
  readonly name: string;
  readonly folder: string;
  /** Of the type of a whole document. */
  readonly type: string;
  /** Lists the code needs beside the types, by the name they get. */
  readonly lists?: Readonly<Record<string, (schema: Schema) => unknown>>;
}

const TARGETS: readonly Target[] = [
  {
    name: 'subscriptions',
    folder: 'src/desired',
    type: 'SubscriptionsDocument',
    lists: { EVENT_CATEGORIES: (schema) => at(schema, '$defs', 'category', 'examples') },
  },
  { name: 'config', folder: 'src/config', type: 'ConfigDocument' },
];

const ROOT = join(import.meta.dirname, '..');
const BANNER = (name: string): string =>
  `// Made of schemas/${name}.schema.json by \`npm run generate\`: change that, not this.\n`;

/** Path in the repository → content of every generated file. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const { name, folder, type, lists = {} } of TARGETS) {
    const path = join(ROOT, 'schemas', `${name}.schema.json`);
    if (!existsSync(path)) continue;
    const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
    const constants = Object.entries(lists).map(
      ([list, of]) => `\nexport const ${list}: readonly string[] = ${JSON.stringify(of(schema), null, 2)};\n`,
    );
    files.set(`${folder}/${name}.generated.ts`, (await types(schema, name, type)) + constants.join(''));
    files.set(`${folder}/${name}-validator.generated.js`, BANNER(name) + (await validator(schema)));
    files.set(
      `${folder}/${name}-validator.generated.d.ts`,
      `${BANNER(name)}import type { Validator } from '../document/check.ts';\n\nexport declare const validate: Validator;\n`,
    );
  }
  files.set('deploy/helm/webhook-reconciler/values.schema.json', chartValues());
  return files;
}

/** The schema of the chart's values includes that of the configuration, so that helm refuses its errors too. */
function chartValues(): string {
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8')) as Schema;
  const { $schema: _dialect, title: _title, $defs: definitions, ...config } = schema('config');
  const { properties, $defs, ...values } = schema('chart-values') as Record<string, object>;
  return `${JSON.stringify(
    { ...values, properties: { ...properties, config }, $defs: { ...$defs, ...(definitions as object) } },
    null,
    2,
  )}\n`;
}

/** ESM without imports: what ajv's standalone code requires is bundled in, so that it runs from source as well. */
async function validator(schema: Schema): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    // `required` inside `if` and `anyOf` has its properties further out.
    strictRequired: false,
    discriminator: true,
    code: { source: true, esm: true },
  });
  ajv.addVocabulary(['errorMessage', 'markdownDescription', 'defaultSnippets']);
  const { outputFiles } = await build({
    stdin: { contents: linear(standalone.default(ajv, ajv.compile(schema))), resolveDir: ROOT, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'neutral',
    mainFields: ['main'],
    format: 'esm',
    target: 'node22',
    charset: 'utf8',
    legalComments: 'none',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** ajv copies all errors so far for every item of a list that has some: hours for a list of a hundred thousand. */
function linear(code: string): string {
  const append = 'function append(errors, more) { for (const error of more) errors.push(error); return errors; }';
  return `${code.replaceAll(/vErrors\.concat\(([\w.]+)\)/g, 'append(vErrors, $1)')}\n${append}`;
}

/** `type` becomes the name of the whole document, `title` that of each part. */
async function types(schema: Schema, name: string, type: string): Promise<string> {
  return await compile(asUnion({ ...schema, title: type }) as never, type, {
    bannerComment: BANNER(name).trim(),
    additionalProperties: false,
    strictIndexSignatures: false,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120 },
    cwd: join(ROOT, 'schemas'),
  });
}

/** The type compiler passes over if/then/else: where both branches are whole schemas, they are alternatives. */
function asUnion(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asUnion);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { if: condition, then, else: otherwise, ...rest } = schema as Schema;
  const mapped = Object.fromEntries(Object.entries(rest).map(([keyword, value]) => [keyword, asUnion(value)]));
  if (condition === undefined || then === undefined || otherwise === undefined) return mapped;
  return { ...mapped, anyOf: [asUnion(then), asUnion(otherwise)] };
}

function at(schema: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Schema)[step], schema);
}

if (import.meta.main) {
  for (const [path, content] of await generate()) writeFileSync(join(ROOT, path), content);
}
