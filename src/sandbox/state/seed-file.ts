/** Reads the subscriptions a sandbox starts with from a YAML file: a list, or `subscriptions:` with a list. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { SandboxInputError } from '../input-error.ts';
import { readSeed, type SeedEntry } from './seed.ts';

/** Throws a SandboxInputError that names the file and its error. */
export async function readSeedFile(file: string): Promise<readonly SeedEntry[]> {
  const value = await readYaml(file);
  const list = isObject(value) && Object.keys(value).length === 1 ? value['subscriptions'] : value;
  if (!Array.isArray(list))
    throw new SandboxInputError(`${file} is not a list of subscriptions: write - {title: …, url: …}`);
  try {
    return readSeed(list);
  } catch (error) {
    throw new SandboxInputError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function readYaml(file: string): Promise<unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    throw new SandboxInputError(`the seed ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const document = parseDocument(text);
  const [first] = document.errors;
  if (first) throw new SandboxInputError(`${file}: ${first.message}`, { cause: first });
  return document.toJS();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
